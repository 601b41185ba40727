import { describe, expect, it } from "vitest";
import { createContext } from "../../../shared/policy/model/context.ts";
import { simulateCase } from "../../../tools/authoring/policy/simulate.ts";

const AGENT = "arn:aws:connect:us-east-1:123456789012:instance/i/agent/a";
const policy = {
  Version: "2012-10-17",
  Statement: [
    { Sid: "Users", Effect: "Allow", Action: "connect:*User*", Resource: "*" },
    {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { StringNotEquals: { "aws:PrincipalTag/Team": "a" } },
    },
  ],
};
const asked = { action: "connect:DescribeUser", resource: AGENT };

describe("simulateCase", () => {
  it("answers a case of one policy", () => {
    expect(simulateCase({ id: "1", policy, ...asked, context: { "aws:principaltag/team": "a" } })).toEqual({
      id: "1",
      decision: "allowed",
      matchedStatements: [{ policy: "policy", sid: "Users", index: 0, effect: "Allow" }],
      missingContextKeys: [],
    });
  });

  it("names a key that the policies consult and the request lacks, as the policy spells it", () => {
    expect(simulateCase({ id: 2, policy, ...asked })).toEqual({
      id: 2,
      decision: "explicitDeny",
      matchedStatements: [{ policy: "policy", index: 1, effect: "Deny" }],
      missingContextKeys: ["aws:PrincipalTag/Team"],
    });
  });

  it("answers unknown for a key whose value is not known", () => {
    const context = { "aws:PrincipalTag/Team": { unknown: true } };
    expect(simulateCase({ id: "3", policy, ...asked, context })).toEqual({
      id: "3",
      decision: "unknown",
      matchedStatements: [{ policy: "policy", sid: "Users", index: 0, effect: "Allow" }],
      missingContextKeys: ["aws:PrincipalTag/Team"],
    });
  });

  it("answers a case of named policies, boundary and guardrails", () => {
    const all = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
    const deny = { Statement: { Effect: "Deny", Action: "connect:Delete*", Resource: "*" } };
    const layered = {
      policies: [
        { name: "all", document: all },
        { name: "more", document: all },
      ],
      boundary: all,
      guardrails: [deny],
    };
    expect(simulateCase({ id: "4", ...layered, ...asked })).toMatchObject({
      decision: "allowed",
      matchedStatements: [
        { policy: "all", index: 0 },
        { policy: "more", index: 0 },
      ],
    });
    expect(simulateCase({ id: "5", ...layered, action: "connect:DeleteUser", resource: "*" })).toMatchObject({
      decision: "explicitDeny",
      matchedStatements: [{ policy: "guardrails[0]", index: 0, effect: "Deny" }],
    });
    expect(simulateCase({ id: "6", ...layered, boundary: deny, ...asked })).toMatchObject({
      decision: "implicitDeny",
    });
  });

  it("reads numbers and booleans of the context as their text", () => {
    const Condition = {
      NumericEquals: { n: 1 },
      Bool: { b: true },
      "ForAllValues:StringEquals": { l: ["1", "true"] },
    };
    const typed = { Statement: { Effect: "Allow", Action: "*", Resource: "*", Condition } };
    const answer = simulateCase({
      id: "7",
      policy: typed,
      ...asked,
      context: { n: 1, b: true, l: [1, true], large: 2 ** 53 - 1, small: 0.000001 },
    });
    expect(answer).toMatchObject({ decision: "allowed" });
  });

  it("answers a resource that is not known", () => {
    const one = { Statement: { Effect: "Allow", Action: "*", Resource: AGENT } };
    expect(simulateCase({ id: "8", policy: one, action: "a:b", resource: { unknown: true } })).toMatchObject({
      decision: "unknown",
      missingContextKeys: ["resource"],
    });
  });

  it("answers a refused document with all its issues", () => {
    const refused = { Statement: { Effect: "deny", Action: "x", Principal: "*" } };
    const answer = simulateCase({ id: "9", policy: refused, ...asked });
    if (!("error" in answer)) expect.fail(JSON.stringify(answer));
    expect(answer).toMatchObject({ id: "9", error: { code: "invalidDocument" } });
    expect(answer.error.issues.map(({ file, path, line, code }) => [file, path, line, code])).toEqual([
      ["policy", "Statement[0]", 2, "missingElement"],
      ["policy", "Statement[0].Effect", 3, "badEffect"],
      ["policy", "Statement[0].Action[0]", 4, "badAction"],
      ["policy", "Statement[0].Principal", 5, "principalNotAllowed"],
    ]);
  });

  const kinds =
    'expected a string, strings or `{"unknown": true}`; write a very large or small number as a string';
  it.each<[string, unknown, string | number | null, readonly string[]]>([
    ["no object", "x", null, [": case is not a JSON object"]],
    ["null", null, null, [": case is not a JSON object"]],
    ["no policy", { id: "a", ...asked }, "a", ["policy: expected either `policy` or `policies`"]],
    [
      "policy and policies",
      { id: "a", policy, policies: [], ...asked },
      "a",
      ["policy: expected either `policy` or `policies`"],
    ],
    ["policies that are no list", { id: "a", policies: {}, ...asked }, "a", ["policies: expected a list"]],
    [
      "a policy without name",
      { id: "a", policies: [{ document: policy }], ...asked },
      "a",
      ["policies[0]: expected `{name, document}`"],
    ],
    [
      "guardrails that are no list",
      { id: "a", policy, guardrails: policy, ...asked },
      "a",
      ["guardrails: expected a list"],
    ],
    [
      "an id that is neither text nor number",
      { id: {}, policy, action: 1, resource: "*" },
      null,
      ["action: expected a string such as `connect:DescribeUser`"],
    ],
    [
      "neither action nor resource",
      { id: 1, policy },
      1,
      ["action: expected a string such as `connect:DescribeUser`", "resource: expected an ARN or `*`"],
    ],
    [
      "a context that is no object",
      { id: 1, policy, ...asked, context: [] },
      1,
      ["context: expected an object"],
    ],
    [
      "a context value that is null",
      { id: 1, policy, ...asked, context: { a: null } },
      1,
      [`context.a: ${kinds}`],
    ],
    [
      "a list with what is unknown",
      { id: 1, policy, ...asked, context: { a: ["b", { unknown: true }] } },
      1,
      [`context.a: ${kinds}`],
    ],
    [
      "a key given twice",
      { id: 1, policy, ...asked, context: { a: "1", A: "2" } },
      1,
      ["context.A: key is given twice; condition keys ignore case"],
    ],
    [
      "unknown that is not true",
      { id: 1, policy, ...asked, context: { a: { unknown: 1 } } },
      1,
      [`context.a: ${kinds}`],
    ],
    ...[2 ** 53, -(2 ** 60), 1e21, 1e-7].map((a): [string, unknown, number, readonly string[]] => [
      `the number ${a}`,
      { id: 1, policy, ...asked, context: { a } },
      1,
      [`context.a: ${kinds}`],
    ]),
    ...[2 ** 53, 1e21, 1e-7].flatMap((n): [string, unknown, number, readonly string[]][] => {
      const Condition = { NumericEquals: { a: ["1", n] } };
      const large = { Statement: { Effect: "Allow", Action: "*", Resource: "*", Condition } };
      const problem = "holds a very large or small number; write it as a string";
      return [
        [`the number ${n} in the policy`, { id: 1, policy: large, ...asked }, 1, [`policy: ${problem}`]],
        [
          `the number ${n} in a boundary and a guardrail`,
          { id: 1, policy, boundary: large, guardrails: [policy, large], ...asked },
          1,
          [`boundary: ${problem}`, `guardrails[1]: ${problem}`],
        ],
      ];
    }),
    [
      "unknown and more",
      { id: 1, policy, ...asked, context: { a: { unknown: true, b: 1 } } },
      1,
      [`context.a: ${kinds}`],
    ],
  ])("answers %s with an error", (_, line, id, problems) => {
    const answer = simulateCase(line);
    if (!("error" in answer)) expect.fail(JSON.stringify(answer));
    expect(answer.id).toBe(id);
    expect(answer.error.code).toBe("invalidInput");
    expect(answer.error.issues.map(({ path, message }) => `${path}: ${message}`)).toEqual(problems);
    for (const { severity, code, file } of answer.error.issues)
      expect({ severity, code, file }).toEqual({ severity: "error", code: "badCase", file: "case" });
  });

  it("answers a refused boundary by its name, and as a refused document whatever else is wrong", () => {
    const line = { id: 1, policy, boundary: {}, ...asked, action: 1 };
    const answer = simulateCase(line);
    if (!("error" in answer)) expect.fail(JSON.stringify(answer));
    expect(answer.error.code).toBe("invalidDocument");
    expect(answer.error.issues.map(({ file }) => file)).toEqual(["boundary", "case"]);
  });

  it("names a statement without a Sid by its place alone", () => {
    const unnamed = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
    expect(JSON.stringify(simulateCase({ id: 1, policy: unnamed, ...asked }))).not.toContain("sid");
    const answer = simulateCase({ id: 1, policy: unnamed, ...asked });
    const [match] = "error" in answer ? [] : answer.matchedStatements;
    expect(Object.keys(match ?? {})).toEqual(["policy", "index", "effect"]);
  });

  it("answers a policy that is not there with an error", () => {
    expect(simulateCase({ id: "x", policies: [{ name: "p" }], ...asked })).toMatchObject({
      id: "x",
      error: {
        code: "invalidDocument",
        issues: [{ file: "p", code: "badJson", message: "expected a value; the text is empty" }],
      },
    });
  });

  it("answers what throws while it is read with an error", () => {
    const line = {
      id: "x",
      get policy(): never {
        throw new Error("no");
      },
    };
    expect(simulateCase(line)).toMatchObject({
      id: "x",
      error: { code: "internal", issues: [{ path: "", message: "could not be decided" }] },
    });
  });
});

describe("createContext", () => {
  it("refuses a key given twice but for case", () => {
    expect(() => createContext({ "aws:userid": "1", "AWS:UserId": "2" })).toThrow(
      "context: key `AWS:UserId` is given twice; condition keys ignore case",
    );
  });
});
