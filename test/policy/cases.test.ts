import { describe, expect, it } from "vitest";
import { evaluatePolicies } from "../../shared/policy/evaluate/evaluate.ts";
import { explainPolicies } from "../../tools/authoring/policy/explain.ts";
import type { Policy } from "../reference/policy-json.ts";
import { decideByReference } from "../reference/reference.ts";
import { compileCase, isUnknown, type PolicyCase, readCaseFiles, runCase, toRequest } from "./case-files.ts";

const files = readCaseFiles();

for (const { file, cases } of files) {
  describe(file, () => {
    it.each(cases.map((policyCase) => [policyCase.name, policyCase] as const))("%s", (_, policyCase) => {
      expect(runCase(policyCase), policyCase.why).toMatchObject(policyCase.expected);
      expectReferenceAgrees(policyCase);
      expectExplanationAgrees(policyCase);
    });
  });
}

/** The condition operators of the IAM User Guide ("IAM JSON policy elements: Condition operators"). */
const operators = [
  ...["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"].map(
    (s) => `String${s}`,
  ),
  ...["Numeric", "Date"].flatMap((type) =>
    ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
      (order) => type + order,
    ),
  ),
  ...["Bool", "BinaryEquals", "IpAddress", "NotIpAddress"],
  ...["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
];

/** What is asked of each operator. */
const situations = [
  (op: string) => `${op} matches`,
  (op: string) => `${op} does not match`,
  (op: string) => `${op} without the key`,
  (op: string) => `${op} with several policy values`,
  (op: string) => `${op} in an Allow on several values`,
  (op: string) => `${op} in a Deny on several values`,
  (op: string) => `${op}IfExists matches`,
  (op: string) => `${op}IfExists without the key`,
  (op: string) => `ForAllValues:${op} with all values matching`,
  (op: string) => `ForAllValues:${op} with one value failing`,
  (op: string) => `ForAllValues:${op} without the key`,
  (op: string) => `ForAnyValue:${op} with one value matching`,
  (op: string) => `ForAnyValue:${op} with no value matching`,
  (op: string) => `ForAnyValue:${op} without the key`,
  (op: string) => `${op} on a key of unknown value`,
];

/** What is asked of each operator that compares more than text. */
const unreadable = [
  (op: string) => `${op} in an Allow on a value that cannot be read`,
  (op: string) => `${op} in a Deny on a value that cannot be read`,
  (op: string) => `${op}IfExists in an Allow on a value that cannot be read`,
  (op: string) => `ForAllValues:${op} in an Allow with one value that cannot be read`,
  (op: string) => `ForAnyValue:${op} in an Allow with one value that cannot be read`,
  (op: string) => `ForAnyValue:${op} in a Deny with one value that cannot be read`,
];

describe("case files", () => {
  it("ask every operator in every situation", () => {
    const names = new Set(files.flatMap(({ cases }) => cases.map(({ name }) => name)));
    const typed = operators.filter((operator) => !operator.startsWith("String"));
    const wanted = [
      ...operators.flatMap((operator) => situations.map((situation) => situation(operator))),
      ...typed.flatMap((operator) => unreadable.map((situation) => situation(operator))),
    ];
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  it("hold at least 400 cases with names of their own", () => {
    const names = files.flatMap(({ cases }) => cases.map(({ name }) => name));
    expect(names.length).toBeGreaterThanOrEqual(400);
    expect(new Set(names).size).toBe(names.length);
  });
});

/** The reference knows neither refusals nor the unknown. */
function expectReferenceAgrees({ policies, boundary, guardrails, request, expected }: PolicyCase): void {
  const { action, resource, context = {} } = request;
  if (expected.decision === undefined || isUnknown(resource)) return;
  const known: Record<string, string | readonly string[]> = {};
  for (const [key, value] of Object.entries(context)) {
    if (isUnknown(value)) return;
    known[key] = value;
  }
  const layers = {
    policies: policies as readonly Policy[],
    boundary: boundary as Policy | undefined,
    guardrails: guardrails as readonly Policy[] | undefined,
  };
  expect(decideByReference(layers, { action, resource, context: known })).toBe(expected.decision);
}

function expectExplanationAgrees(policyCase: PolicyCase): void {
  const layers = compileCase(policyCase);
  if (!("attached" in layers)) return;
  const request = toRequest(policyCase.request);
  const explanation = explainPolicies(layers.attached, request);
  const { decision, matched } = evaluatePolicies(layers.attached, request);
  expect(explanation.EvalDecision).toBe(decision);
  expect(explanation.MatchedStatements).toHaveLength(matched.length);
  const effect = decision === "explicitDeny" ? "Deny" : "Allow";
  const matching = explanation.statements.filter((s) => s.effect === effect && s.result === "match");
  if (decision !== "implicitDeny") {
    expect(matching.map(({ index }) => index)).toEqual(matched.map(({ index }) => index));
  }
}
