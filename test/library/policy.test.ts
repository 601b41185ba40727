/** `connect-authorizer/policy`: the language as the cases have it, and what its callers may get wrong. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CompiledPolicies,
  compilePolicies,
  evaluate,
  explain,
  type Policy,
  PolicyError,
  type PolicyLayers,
  type PolicyRequest,
  parsePolicy,
  UNKNOWN,
} from "../../tools/library/policy.ts";
import { isUnknown, type PolicyCase, readCaseFiles } from "../policy/case-files.ts";

/** A case's policies by the public functions; the codes of the errors if one is refused. */
function layersOf({ policies, boundary, guardrails = [] }: PolicyCase): PolicyLayers | readonly string[] {
  const refused: string[] = [];
  const compile = (all: readonly unknown[], prefix: string) =>
    compilePolicies(
      all.flatMap((each, index) => {
        const parsed = parsePolicy(JSON.stringify(each), { name: `${prefix}${index}` });
        if (parsed.ok) return [parsed.policy];
        const errors = parsed.issues.filter(({ severity }) => severity === "error");
        refused.push(...errors.map(({ code }) => code));
        return [];
      }),
    );
  const layers = {
    attached: compile(policies, ""),
    boundaries: boundary === undefined ? [] : [compile([boundary], "boundary")],
    guardrails: guardrails.map((each) => compile([each], "guardrail")),
  };
  return refused.length > 0 ? refused : layers;
}

function requestOf({ request: { action, resource, context = {} } }: PolicyCase): PolicyRequest {
  const values = Object.entries(context).map(([key, value]) => [key, isUnknown(value) ? UNKNOWN : value]);
  return { action, resource: isUnknown(resource) ? UNKNOWN : resource, context: Object.fromEntries(values) };
}

for (const { file, cases } of readCaseFiles()) {
  describe(file, () => {
    it.each(cases.map((each) => [each.name, each] as const))("%s", (_, policyCase) => {
      const { decision, layer, issues } = policyCase.expected;
      const layers = layersOf(policyCase);
      if (!("attached" in layers)) {
        expect(layers).toEqual(expect.arrayContaining([...(issues ?? [])]));
        return;
      }
      const request = requestOf(policyCase);
      const evaluation = evaluate(layers, request);
      if (decision !== undefined) expect(evaluation.decision, policyCase.why).toBe(decision);
      if (layer !== undefined) expect(evaluation.layer).toBe(layer);
      const { statements, ...explained } = explain(layers, request);
      expect(explained).toEqual(evaluation);
      const matching = statements.filter(({ result }) => result === "match").map(({ effect }) => effect);
      if (evaluation.decision === "explicitDeny") expect(matching).toContain("Deny");
      if (evaluation.decision === "allowed") expect(matching).toContain("Allow");
    });
  });
}

const text = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Own",
      "Effect": "Allow",
      "Action": "connect:DescribeUser",
      "Resource": "arn:aws:connect:*:*:instance/*/agent/\${aws:userid}"
    },
    {
      "Effect": "Deny",
      "Action": "connect:*",
      "Resource": "*",
      "Condition": { "Bool": { "aws:ViaAWSService": "true" } }
    }
  ]
}`;

function policyOf(source: string | object): Policy {
  const parsed = parsePolicy(source, { name: "own", file: "policies/own.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.policy;
}

const agent = "arn:aws:connect:us-east-1:123456789012:instance/i/agent/u-1";
const request: PolicyRequest = {
  action: "connect:DescribeUser",
  resource: agent,
  context: { "AWS:UserId": "u-1", "aws:ViaAWSService": false },
};

describe("parsePolicy", () => {
  it("lists what is wrong by line and column, and never throws", () => {
    const parsed = parsePolicy('{\n  "Version": "2012-10-17",\n  "Statement": [{ "Effect": "Allow" }]\n}', {
      file: "p.json",
    });
    expect(parsed).toMatchObject({ ok: false, issues: [{ file: "p.json", line: 3 }, { line: 3 }] });
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    for (const source of ["", "{", "[]", circular, () => 1, { toJSON: () => undefined }])
      expect(parsePolicy(source as object).ok).toBe(false);
  });

  it("reads parsed JSON as its text with two spaces", () => {
    expect(policyOf(JSON.parse(text)).statements[0]?.start).toMatchObject({ line: 4, column: 5 });
    expect(policyOf(JSON.parse(text)).statements.map(({ effect }) => effect)).toEqual(["Allow", "Deny"]);
  });

  it("gives data that may be stored as JSON", () => {
    const stored: Policy = JSON.parse(JSON.stringify(policyOf(text)));
    expect(evaluate(compilePolicies([stored]), request).decision).toBe("allowed");
  });
});

describe("compilePolicies", () => {
  it("leaves nothing out: one bad policy refuses all", () => {
    const good = policyOf(text);
    const bad = { ...good, statements: [{ ...good.statements[0], effect: "allow" }] } as unknown as Policy;
    expect(() => compilePolicies([good, bad])).toThrow(PolicyError);
    expect(() => compilePolicies([JSON.parse(text)])).toThrow(PolicyError);
  });
});

describe("evaluate and explain", () => {
  const policies = compilePolicies([policyOf(text)]);

  it("say which statements decided, with file and line", () => {
    const { matched, decision } = evaluate(policies, request);
    expect(decision).toBe("allowed");
    expect(matched).toEqual([
      { policy: "own", sid: "Own", index: 0, effect: "Allow", file: "policies/own.json", line: 4, column: 5 },
    ]);
    const { statements } = explain(policies, request);
    expect(statements).toMatchObject([
      {
        layer: "attached",
        file: "policies/own.json",
        start: { line: 4 },
        result: "match",
        resource: { result: "match", patterns: [{ resolved: "arn:aws:connect:*:*:instance/*/agent/u-1" }] },
      },
      {
        start: { line: 10 },
        result: "noMatch",
        conditions: [{ key: "aws:ViaAWSService", result: "noMatch" }],
      },
    ]);
  });

  it("never take what is unknown for missing, and name it", () => {
    const unknown = { ...request, context: { ...request.context, "aws:ViaAWSService": UNKNOWN } };
    expect(evaluate(policies, unknown)).toMatchObject({
      decision: "unknown",
      missingContextKeys: ["aws:ViaAWSService"],
    });
    expect(evaluate(policies, { ...request, resource: UNKNOWN })).toMatchObject({
      decision: "unknown",
      missingContextKeys: ["resource"],
    });
    expect(evaluate(policies, { ...request, context: { "aws:userid": "u-1" } }).decision).toBe("allowed");
  });

  it.each<[string, unknown]>([
    ["no action", { ...request, action: undefined }],
    ["no resource", { ...request, resource: undefined }],
    ["null", { ...request, context: { "aws:userid": null } }],
    ["a date", { ...request, context: { "aws:CurrentTime": new Date() } }],
    ["a list with a number", { ...request, context: { "aws:userid": ["u-1", 1] } }],
    ["not a number", { ...request, context: { "aws:EpochTime": Number.NaN } }],
    ["a key twice", { ...request, context: { "aws:userid": "a", "AWS:USERID": "b" } }],
  ])("refuse a malformed request: %s", (_, malformed) => {
    expect(() => evaluate(policies, malformed as PolicyRequest)).toThrow(TypeError);
    expect(() => explain(policies, malformed as PolicyRequest)).toThrow(TypeError);
  });

  it("take only compiled policies", () => {
    for (const each of [{ statementCount: 2 }, { ...policies }, {}, { attached: {} }] as unknown[])
      expect(() => evaluate(each as CompiledPolicies, request)).toThrow(TypeError);
  });

  it("agree, whatever the request (property)", () => {
    const value = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.integer(),
      fc.array(fc.string()),
      fc.constant(UNKNOWN),
    );
    const context = fc.dictionary(fc.constantFrom("aws:userid", "aws:ViaAWSService", "x"), value);
    const resource = fc.constantFrom(agent, "*", UNKNOWN, agent.replace("u-1", "u-2"));
    fc.assert(
      fc.property(context, resource, (own, target) => {
        const asked = { action: "connect:DescribeUser", resource: target, context: own };
        const { statements, ...explained } = explain(policies, asked);
        expect(explained).toEqual(evaluate(policies, asked));
        const isDenied = statements.some(({ effect, result }) => effect === "Deny" && result === "match");
        expect(explained.decision === "explicitDeny").toBe(isDenied);
      }),
      { seed: 15 },
    );
  });
});
