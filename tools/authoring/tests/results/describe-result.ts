/** A test that does not hold, in the few lines that its author needs: what was expected, what decided, what would change it. */

import { join } from "node:path";
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { CallDecision } from "../../../../shared/decide/authorize.ts";
import { assertNever } from "../../../../shared/errors.ts";
import { displayPath } from "../../configuration/read/source-file.ts";
import { explainAsk } from "../../explain/explain-ask.ts";
import { formatDeciding, problemOfDeciding } from "../deciding-statement.ts";
import type { TestResult } from "../run-test.ts";
import { shortNameOf } from "../told-facts.ts";
import { nameStatement, type Tested } from "./tested.ts";

export interface DescribedResult {
  /** What came instead of what was expected, in one sentence. */
  readonly summary: string;
  /** What is wrong with `by`, if no call could be decided so. */
  readonly problem?: string;
  /** The statements that decided, with their places. */
  readonly statements: readonly string[];
  /** Allows that have the action and do not apply, with the reason. */
  readonly passed: readonly string[];
  /** What would have to change. */
  readonly advice: string;
}

/** How many statements that do not apply are named: those of a large policy fill the screen. */
const maxPassed = 3;

export function describeFailure(result: TestResult, tested: Tested): DescribedResult {
  const { test, statements } = result;
  const by = test.by ? ` by ${formatDeciding(test.by)}` : "";
  const problem = test.by && problemOfDeciding(test.by, test.expect, tested.bundle.policies);
  return {
    summary: `expected ${test.expect}${by}, but ${cameOf(result)}`,
    ...(problem === undefined ? {} : { problem }),
    statements: statements.map((statement) => nameStatement(statement, tested.folder)),
    passed: result.came === "implicitDeny" ? passedAllows(result, tested) : [],
    advice: adviceFor(result, tested),
  };
}

function cameOf({ came, refusal, decision }: TestResult): string {
  if (came === "allow") return "it is allowed";
  if (came === "explicitDeny") return "a Deny denies it";
  if (came === "implicitDeny") return "no statement allows it";
  if (came === "refused") return `the call is refused: ${refusal}`;
  const keys = decision?.decisive.evaluation.missingContextKeys ?? [];
  return `it is denied, because ${keys.map((key) => `\`${key}\``).join(", ") || "something"} is not known`;
}

function passedAllows({ decision, test }: TestResult, { opened, folder }: Tested): readonly string[] {
  if (!decision) return [];
  const { passed } = explainAsk(decision.decisive, opened.layersFor(test.principal));
  const placed = (text: string) =>
    text.replace(/ (\S+:\d+:\d+)$/, (_, place: string) => ` ${displayPath(join(folder, place))}`);
  return passed
    .filter(({ statement }) => statement.startsWith("Allow "))
    .slice(0, maxPassed)
    .map(({ statement, because }) => `${placed(statement)}: ${because}`);
}

function adviceFor(result: TestResult, tested: Tested): string {
  const { test, came, decision } = result;
  if (!decision || came === "refused") return "correct the call, or expect `deny`";
  if (came === "unknown") return adviceForUnknown(result, decision);
  const asked = describeAsk(decision);
  const { expect, by } = test;
  const isExpected = expect === came || (expect === "deny" && came !== "allow");
  if (by && isExpected) {
    if (came === "implicitDeny") return `a Deny of ${by.policy} would have to match ${asked}`;
    return "write the statement above into `by`, or change which statement matches";
  }
  if (came === "allow") return adviceForAllowed(expect, { asked, anyAsked: describeAnyAsk(decision) });
  if (came === "explicitDeny")
    return expect === "allow"
      ? `the Deny above would have to leave out ${asked}`
      : "expect `explicitDeny` or `deny`, or remove the Deny above";
  if (came === "implicitDeny") return adviceForNotAllowed(result, decision, tested);
  return assertNever(came);
}

function describeAsk({ decisive }: CallDecision): string {
  const { action, resource } = decisive.ask;
  return `${action} on ${resource ?? "a resource that is not known"}`;
}

/** How many resources are named of which a Deny may match one. */
const maxResources = 4;

/** All that a Deny may match to deny the call. */
function describeAnyAsk({ decisive, asks }: CallDecision): string {
  const { action } = decisive.ask;
  const resources = asks.flatMap(({ ask }) => (ask.action === action ? (ask.resource ?? []) : []));
  const [first, ...others] = [...new Set(resources)].slice(0, maxResources);
  return [`${action} on ${first}`, ...others.map(shortNameOf)].join(" or ");
}

function adviceForAllowed(
  expect: TestResult["test"]["expect"],
  { asked, anyAsked }: { readonly asked: string; readonly anyAsked: string },
): string {
  if (expect === "implicitDeny") return `the Allow above would have to leave out ${asked}`;
  const deny = `a Deny would have to match ${anyAsked}`;
  return expect === "deny" ? `${deny}, or the Allow above leave it out` : deny;
}

function adviceForNotAllowed({ test }: TestResult, decision: CallDecision, { opened }: Tested): string {
  const asked = describeAsk(decision);
  if (test.expect === "explicitDeny")
    return `a Deny would have to match ${asked}; or expect \`implicitDeny\``;
  if (!opened.layersFor(test.principal))
    return `no binding matches \`${test.caller}\`: add one to authorizer.yaml, or correct the caller`;
  const { layer = "attached" } = decision.decisive.evaluation;
  const who = { attached: "a policy", boundary: "the boundary", guardrail: "the guardrail" }[layer];
  return `${who} of \`${test.caller}\` would have to allow ${asked}`;
}

/** Where a test writes what is not known. */
const membersOfKeys: readonly (readonly [start: string, advice: string])[] = [
  ["aws:currenttime", "write `at: 2026-12-24T18:00:00Z`"],
  ["aws:epochtime", "write `at: 2026-12-24T18:00:00Z`"],
  ["aws:sourceip", "write `from: 192.0.2.7`"],
  ["aws:tokenissuetime", "write the caller's `claims: { iat: SECONDS }`"],
  ["jwt:", "write the caller's claim into `claims`"],
];

function adviceForUnknown({ untold }: TestResult, { decisive }: CallDecision): string {
  const keys = decisive.evaluation.missingContextKeys.map(lowerAscii);
  const told = untold.filter(({ key }) => keys.some((each) => each === key || each.startsWith(`${key}/`)));
  const facts = told.map(({ resource, example }) => `write \`known: { ${resource}: { ${example} } }\``);
  const others = keys.flatMap((key) => {
    const found = membersOfKeys.find(([start]) => key.startsWith(start));
    return found ? [found[1]] : [];
  });
  const advice = [...new Set([...facts, ...others])];
  return advice.length > 0
    ? advice.join("; ")
    : "the functions cannot know it either (`connect-authorizer schema --keys` lists the keys)";
}

/** What a test that holds should still say: no statement decided it, nor the lack of one. */
export function doubtOf(result: TestResult): string | undefined {
  const { came, decision, holds, refusal } = result;
  if (!holds) return undefined;
  if (came === "refused") return `it is denied only because the call is refused: ${refusal}`;
  if (came !== "unknown" || !decision) return undefined;
  const keys = decision.decisive.evaluation.missingContextKeys.map((key) => `\`${key}\``).join(", ");
  return `it is denied only because ${keys} is not known; ${adviceForUnknown(result, decision)}`;
}
