import { describe, expect, it } from "vitest";
import { DocumentError } from "../../shared/errors.ts";
import { compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import { type EvaluationRequest, evaluatePolicies } from "../../shared/policy/evaluate/evaluate.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import type { PolicyDocument } from "../../shared/policy/model/document.ts";
import { UNKNOWN } from "../../shared/policy/model/unknown.ts";
import type { Statement } from "../reference/policy-json.ts";
import { compileGood, engineRequest, parseGood } from "./engine.ts";

const document = parseGood({
  Version: "2012-10-17",
  Statement: { Sid: "One", Effect: "Deny", Action: "*", Resource: "*", Condition: { Bool: { a: "true" } } },
});
const [statement] = document.statements;

function refusal(value: unknown): readonly string[] {
  try {
    compilePolicies([value as PolicyDocument]);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return error.issues.map(({ code, file, path, message }) => `${file} ${path}: ${code} ${message}`);
  }
  return [];
}

describe("compilePolicies", () => {
  it("makes a set that denies everything of no documents", () => {
    const request = engineRequest({ action: "a:b", resource: "*", context: {} });
    expect(evaluatePolicies(compilePolicies([]), request)).toEqual({ decision: "implicitDeny", matched: [] });
  });

  it("names the statements that decide, with file and line", () => {
    const set = compilePolicies([document]);
    const request = engineRequest({ action: "a:b", resource: "*", context: { a: "true" } });
    expect(evaluatePolicies(set, request).matched).toEqual([
      { policy: "policy", sid: "One", index: 0, effect: "Deny", file: "policy.json", line: 1, column: 37 },
    ]);
  });

  const again = "; build the bundle again with this version of the product";
  it.each([
    ["null", null, `policies[0] : badDocument expected an object${again}`],
    ["a list", [], `policies[0] : badDocument expected an object${again}`],
    [
      "a file that is no string",
      { ...document, file: 1 },
      `policies[0] file: badDocument expected a text${again}`,
    ],
    ["no name", { ...document, name: undefined }, `policy.json name: badDocument expected a text${again}`],
    [
      "a newer version",
      { ...document, version: "2030-01-01" },
      `policy.json version: badDocument expected 2008-10-17 or 2012-10-17${again}`,
    ],
    [
      "an unknown member",
      { ...document, principals: [] },
      `policy.json : badDocument unknown member \`principals\`${again}`,
    ],
    [
      "statements that are no list",
      { ...document, statements: {} },
      `policy.json statements: badDocument expected a list${again}`,
    ],
    [
      "a hole for a statement",
      { ...document, statements: [statement, null] },
      `policy.json statements[1]: badDocument expected an object${again}`,
    ],
    [
      "an unknown member of a statement",
      { ...document, statements: [{ ...statement, when: "now" }] },
      `policy.json statements[0]: badDocument unknown member \`when\`${again}`,
    ],
    [
      "a statement without conditions",
      { ...document, statements: [without("conditions")] },
      `policy.json statements[0]: badDocument \`conditions\` is missing${again}`,
    ],
    [
      "actions that are no list",
      { ...document, statements: [{ ...statement, actions: { kind: "Action", patterns: "*" } }] },
      `policy.json statements[0].actions.patterns: badDocument expected a list${again}`,
    ],
    [
      "an Allow of all but no actions",
      {
        ...document,
        statements: [{ ...statement, effect: "Allow", actions: { kind: "NotAction", patterns: [] } }],
      },
      "policy.json Statement[0].NotAction: emptyList `NotAction` of an Allow is empty, which would allow everything",
    ],
    [
      "an Allow of all but no resources",
      {
        ...document,
        statements: [{ ...statement, effect: "Allow", resources: { kind: "NotResource", patterns: [] } }],
      },
      "policy.json Statement[0].NotResource: emptyList `NotResource` of an Allow is empty, which would allow everything",
    ],
    [
      "a sid that is no string",
      { ...document, statements: [{ ...statement, sid: 1 }] },
      `policy.json statements[0].sid: badDocument expected a text${again}`,
    ],
    [
      "a position that is none",
      { ...document, statements: [{ ...statement, start: { offset: 0, line: 1.5, column: 1 } }] },
      `policy.json statements[0].start.line: badDocument expected a whole number from 0 to 9007199254740991${again}`,
    ],
    [
      "a position before the beginning",
      { ...document, statements: [{ ...statement, start: { offset: -1, line: 1, column: 1 } }] },
      `policy.json statements[0].start.offset: badDocument expected a whole number from 0 to 9007199254740991${again}`,
    ],
    [
      "an id that is no string",
      { ...document, id: 1 },
      `policy.json id: badDocument expected a text${again}`,
    ],
    [
      "a member that it inherits",
      Object.assign(Object.create({ id: "inherited" }), document),
      `policy.json : badDocument expected an object${again}`,
    ],
    ["a text for itself", "policy", `policies[0] : badDocument expected an object${again}`],
  ])("refuses a document with %s", (_, value, issue) => {
    expect(refusal(value)).toEqual([issue]);
  });

  it("takes a document with an id, and reports nothing but errors", () => {
    const withId = { ...document, id: "p" };
    expect(refusal(withId)).toEqual([]);
    try {
      compilePolicies([null as unknown as PolicyDocument, { ...document, statements: [bad()] }]);
      expect.fail("was not refused");
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      expect(error.issues.map(({ severity }) => severity)).toEqual(["error", "error"]);
    }
  });

  it("names a statement without a Sid by its place alone", () => {
    const unnamed = parseGood({ Statement: { Effect: "Allow", Action: "*", Resource: "*" } });
    const request = engineRequest({ action: "a:b", resource: "*", context: {} });
    const [match] = evaluatePolicies(compilePolicies([unnamed]), request).matched;
    expect(Object.keys(match ?? {})).not.toContain("sid");
  });

  function bad() {
    if (statement === undefined) throw new Error("the document has a statement");
    return { ...statement, actions: { kind: "Action" as const, patterns: ["bad"] } };
  }

  function without(member: string): object {
    return Object.fromEntries(Object.entries({ ...statement }).filter(([name]) => name !== member));
  }

  it("refuses the whole set for one statement it does not understand, with all that is wrong", () => {
    const odd = {
      ...document,
      statements: [
        statement,
        {
          ...statement,
          actions: { kind: "Action", patterns: ["connect:*", "bad"] },
          conditions: [
            {
              operator: "StringMatches",
              key: "a",
              values: ["b"],
              position: { offset: 0, line: 1, column: 1 },
            },
          ],
        },
      ],
    };
    expect(refusal(odd)).toEqual([
      "policy.json Statement[1].Action[1]: badAction action `bad` is not `service:name` or `*`",
      "policy.json Statement[1].Condition.StringMatches.a: unknownOperator `StringMatches` is not a condition operator",
    ]);
  });

  it("leaves open what a possible Deny would take away", () => {
    const deny = {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { Bool: { Open: "true" } },
    } as const;
    const set = compileGood({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }, deny] });
    const request = { action: "a:b", resource: "*", context: createContext({ open: UNKNOWN }) };
    expect(evaluatePolicies(set, request).decision).toBe("unknown");
  });

  it("decides alike whether an action was asked before or not, however many were", () => {
    const set = compileGood({ Statement: { Effect: "Allow", Action: "connect:*7", Resource: "*" } });
    const decide = (i: number) => {
      const request = engineRequest({ action: `connect:Action${i}`, resource: "*", context: {} });
      return evaluatePolicies(set, request).decision === "allowed";
    };
    const actions = Array.from({ length: 3_000 }, (_, i) => i);
    const expected = actions.map((i) => i % 10 === 7);
    expect(actions.map(decide)).toEqual(expected);
    expect(actions.map(decide)).toEqual(expected);
    expect(set.index.remembered.size).toBeLessThanOrEqual(1_024);
  });

  it("remembers no more action patterns than it should", () => {
    const actions = Array.from({ length: 5_000 }, (_, i) => `connect:Action${i}`);
    const set = compileGood({ Statement: { Effect: "Allow", Action: actions, Resource: "*" } });
    const ask = (action: string) =>
      evaluatePolicies(set, engineRequest({ action, resource: "*", context: {} })).decision;
    expect(ask("connect:action0")).toBe("allowed");
    expect(ask("connect:action4999")).toBe("allowed");
    expect(ask("connect:action5000")).toBe("implicitDeny");
  });
});

describe("the index", () => {
  const base = "arn:aws:connect:us-east-1:123456789012:instance/i";

  it("finds a statement among many, whatever its beginnings share", () => {
    const allows = (i: number): Statement => ({
      Effect: "Allow",
      Action: i % 2 === 0 ? `connect:Op${i}` : [`connect:Op${i}*`, "s3:Get?"],
      Resource: i % 3 === 0 ? `${base}/agent/${i}` : `${base}/agent/${i}/*`,
    });
    const set = compileGood({ Statement: Array.from({ length: 300 }, (_, i) => allows(i)) });
    for (let i = 0; i < 300; i++) {
      const resource = `${base}/agent/${i}${i % 3 === 0 ? "" : "/x"}`;
      const ask = (action: string, asked: string) =>
        evaluatePolicies(set, engineRequest({ action, resource: asked, context: {} })).matched.map(
          ({ index }) => index,
        );
      expect(ask(`connect:Op${i}`, resource)).toEqual([i]);
      expect(ask(`connect:Op${i}`, `${resource}x`)).toEqual(i % 3 === 0 ? [] : [i]);
      expect(ask("connect:Other", resource)).toEqual([]);
    }
  });

  it("finds a statement of very many actions and resources by what they share", () => {
    const many = (text: string) => Array.from({ length: 40 }, (_, i) => text + i);
    const set = compileGood({
      Statement: [
        { Effect: "Allow", Action: many("connect:Op"), Resource: [...many(`${base}/agent/`), `${base}/a*`] },
        { Effect: "Allow", Action: many("connect:Op"), Resource: [...many(`${base}/agent/`), "*"] },
      ],
    });
    const ask = (action: string, resource: string) =>
      evaluatePolicies(set, engineRequest({ action, resource, context: {} })).matched.map(
        ({ index }) => index,
      );
    expect(ask("connect:Op39", `${base}/agent/39`)).toEqual([0, 1]);
    expect(ask("connect:Op39", `${base}/ab`)).toEqual([0, 1]);
    expect(ask("connect:Op39", `${base}/queue`)).toEqual([1]);
    expect(ask("connect:Op40", `${base}/agent/39`)).toEqual([]);
  });

  it("names a statement once that is found in several places", () => {
    const set = compileGood({
      Statement: [
        {
          Effect: "Allow",
          Action: ["*", "connect:*", "connect:A"],
          Resource: ["*", `${base}/*`, `${base}/x`],
        },
        { Effect: "Allow", Action: "connect:A", Resource: "*" },
      ],
    });
    const asked: readonly EvaluationRequest["resource"][] = [`${base}/x`, UNKNOWN];
    for (const resource of asked) {
      const request: EvaluationRequest = { action: "connect:A", resource, context: createContext({}) };
      expect(evaluatePolicies(set, request).matched.map(({ index }) => index)).toEqual([0, 1]);
    }
  });
});
