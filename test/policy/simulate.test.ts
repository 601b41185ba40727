import { describe, expect, it } from "vitest";
import { createContext } from "../../shared/policy/context.ts";
import { simulateCase } from "../../shared/policy/simulate.ts";

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
      context: { n: 1, b: true, l: [1, true] },
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

  it.each([
    ["no object", "x", null, [""]],
    ["null", null, null, [""]],
    ["no policy", { id: "a", ...asked }, "a", ["policy"]],
    ["policy and policies", { id: "a", policy, policies: [], ...asked }, "a", ["policy"]],
    ["policies that are no list", { id: "a", policies: {}, ...asked }, "a", ["policies"]],
    ["a policy without name", { id: "a", policies: [{ document: policy }], ...asked }, "a", ["policies[0]"]],
    ["guardrails that are no list", { id: "a", policy, guardrails: policy, ...asked }, "a", ["guardrails"]],
    ["an id that is neither text nor number", { id: {}, policy, action: 1, resource: "*" }, null, ["action"]],
    ["neither action nor resource", { id: 1, policy }, 1, ["action", "resource"]],
    ["a context that is no object", { id: 1, policy, ...asked, context: [] }, 1, ["context"]],
    ["a context value that is null", { id: 1, policy, ...asked, context: { a: null } }, 1, ["context.a"]],
    [
      "a list with what is unknown",
      { id: 1, policy, ...asked, context: { a: [{ unknown: true }] } },
      1,
      ["context.a"],
    ],
    ["a key given twice", { id: 1, policy, ...asked, context: { a: "1", A: "2" } }, 1, ["context.A"]],
    [
      "unknown that is not true",
      { id: 1, policy, ...asked, context: { a: { unknown: 1 } } },
      1,
      ["context.a"],
    ],
  ])("answers %s with an error", (_, line, id, paths) => {
    const answer = simulateCase(line);
    if (!("error" in answer)) expect.fail(JSON.stringify(answer));
    expect(answer.id).toBe(id);
    expect(answer.error.code).toBe("invalidInput");
    expect(answer.error.issues.map(({ path }) => path)).toEqual(paths);
  });

  it("answers a policy that is not there with an error", () => {
    expect(simulateCase({ id: "x", policies: [{ name: "p" }], ...asked })).toMatchObject({
      id: "x",
      error: { code: "invalidDocument", issues: [{ file: "p", code: "badJson" }] },
    });
  });

  it("answers what throws while it is read with an error", () => {
    const line = {
      id: "x",
      get policy(): never {
        throw new Error("no");
      },
    };
    expect(simulateCase(line)).toMatchObject({ id: "x", error: { code: "internal" } });
  });
});

describe("createContext", () => {
  it("refuses a key given twice but for case", () => {
    expect(() => createContext({ "aws:userid": "1", "AWS:UserId": "2" })).toThrow(
      "context: key `AWS:UserId` is given twice; condition keys have no case",
    );
  });
});
