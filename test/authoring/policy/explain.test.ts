// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
import { describe, expect, it } from "vitest";
import { compilePolicies } from "../../../shared/policy/evaluate/compile.ts";
import { createContext } from "../../../shared/policy/model/context.ts";
import { UNKNOWN } from "../../../shared/policy/model/unknown.ts";
import { explainPolicies } from "../../../tools/authoring/policy/explain.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";

const BASE = "arn:aws:connect:us-east-1:123456789012:instance/i";
const TEXT = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Own",
      "Effect": "Allow",
      "Action": ["connect:ListUsers", "connect:Describe*"],
      "Resource": "${BASE}/agent/\${aws:userid}",
      "Condition": {
        "StringLike": { "aws:PrincipalTag/Team": ["x", "b*"] },
        "Null": { "jwt:scope": "true" }
      }
    },
    {
      "Effect": "Deny",
      "NotAction": "connect:*",
      "NotResource": ["${BASE}/a?ent/*", "${BASE}/\${k:none}/\${*}"],
      "Condition": { "ForAnyValue:StringNotEquals": { "k:list": ["\${k:team}", "y"] } }
    }
  ]
}`;

function explain(
  values: Parameters<typeof createContext>[0],
  resource: string | typeof UNKNOWN = `${BASE}/agent/87d1`,
) {
  const parsed = parsePolicy(TEXT, { name: "own", file: "policies/own.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const context = createContext(values);
  return explainPolicies(compilePolicies([parsed.document]), {
    action: "connect:DescribeUser",
    resource,
    context,
  });
}

describe("explainPolicies", () => {
  it("explains an allow in the words of SimulateCustomPolicy", () => {
    const explanation = explain({ "aws:userid": "87d1", "aws:principaltag/team": "blue" });
    expect(explanation).toMatchObject({
      EvalActionName: "connect:DescribeUser",
      EvalResourceName: `${BASE}/agent/87d1`,
      EvalDecision: "allowed",
      MatchedStatements: [
        {
          SourcePolicyId: "own",
          StartPosition: { Line: 4, Column: 5 },
          EndPosition: { Line: 13, Column: 6 },
        },
      ],
      MissingContextValues: ["jwt:scope"],
    });
    expect(explanation.statements[0]).toEqual({
      policy: "own",
      sid: "Own",
      index: 0,
      effect: "Allow",
      file: "policies/own.json",
      start: { offset: TEXT.indexOf('{\n      "Sid"'), line: 4, column: 5 },
      end: { offset: expect.any(Number), line: 13, column: 6 },
      result: "match",
      action: {
        element: "Action",
        result: "match",
        patterns: [
          { value: "connect:ListUsers", result: "noMatch" },
          { value: "connect:Describe*", result: "match" },
        ],
      },
      resource: {
        element: "Resource",
        result: "match",
        patterns: [
          { value: `${BASE}/agent/\${aws:userid}`, resolved: `${BASE}/agent/87d1`, result: "match" },
        ],
      },
      conditions: [
        {
          operator: "StringLike",
          key: "aws:PrincipalTag/Team",
          result: "match",
          requestValue: "blue",
          values: [
            { value: "x", result: "noMatch" },
            { value: "b*", result: "match" },
          ],
          line: 10,
          column: 25,
        },
        {
          operator: "Null",
          key: "jwt:scope",
          result: "match",
          requestValue: null,
          values: [{ value: "true", result: "match" }],
          line: 11,
          column: 19,
        },
      ],
    });
  });

  it("says which element of a statement does not match, and why", () => {
    const { EvalDecision, MatchedStatements, statements } = explain({
      "aws:userid": "other*",
      "aws:PrincipalTag/Team": "red",
      "jwt:scope": ["a", "b"],
      "k:list": ["y", "z"],
      "k:team": "z",
    });
    expect(EvalDecision).toBe("implicitDeny");
    expect(MatchedStatements).toEqual([]);
    const [own, other] = statements;
    expect(own).toMatchObject({
      result: "noMatch",
      action: { result: "match" },
      resource: {
        result: "noMatch",
        patterns: [{ resolved: `${BASE}/agent/other\${*}`, result: "noMatch" }],
      },
      conditions: [
        { result: "noMatch", requestValue: "red" },
        { result: "noMatch", requestValue: ["a", "b"], values: [{ value: "true", result: "noMatch" }] },
      ],
    });
    expect(other).not.toHaveProperty("sid");
    expect(other).toMatchObject({
      result: "noMatch",
      action: {
        element: "NotAction",
        result: "noMatch",
        patterns: [{ value: "connect:*", result: "match" }],
      },
      resource: {
        element: "NotResource",
        result: "noMatch",
        patterns: [
          { value: `${BASE}/a?ent/*`, result: "match" },
          { resolved: null, result: "noMatch" },
        ],
      },
      conditions: [
        {
          result: "noMatch",
          values: [
            { value: "${k:team}", resolved: "z", result: "match" },
            { value: "y", result: "match" },
          ],
        },
      ],
    });
  });

  it("says what is not known", () => {
    const explanation = explain(
      { "aws:userid": UNKNOWN, "aws:PrincipalTag/Team": UNKNOWN, "k:list": ["a"], "k:team": UNKNOWN },
      UNKNOWN,
    );
    expect(explanation).toMatchObject({
      EvalResourceName: null,
      EvalDecision: "unknown",
      MissingContextValues: ["resource", "aws:userid", "aws:PrincipalTag/Team", "jwt:scope"],
    });
    const [own, other] = explanation.statements;
    expect(own).toMatchObject({
      result: "unknown",
      resource: { result: "unknown", patterns: [{ value: expect.any(String), result: "unknown" }] },
      conditions: [
        {
          result: "unknown",
          requestValue: { unknown: true },
          values: [{ result: "unknown" }, { result: "unknown" }],
        },
        { result: "match" },
      ],
    });
    expect(own?.resource.patterns[0]).not.toHaveProperty("resolved");
    expect(other).toMatchObject({
      result: "noMatch",
      conditions: [
        { result: "unknown", values: [{ value: "${k:team}", result: "unknown" }, { result: "noMatch" }] },
      ],
    });
  });

  it("writes wildcards of resolved patterns apart from literal characters", () => {
    const { statements } = explain({ "k:none": "?" });
    expect(statements[1]?.resource.patterns[1]).toMatchObject({ resolved: `${BASE}/\${?}/\${*}` });
  });

  it("compares a request's text as a whole, and nothing where there is none", () => {
    const text = JSON.stringify({
      Statement: {
        Effect: "Allow",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { team: "x" }, StringLike: { absent: "*" } },
      },
    });
    const parsed = parsePolicy(text, { name: "p", file: "p.json" });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const request = { action: "a:b", resource: "*", context: createContext({ team: "xy" }) };
    const { statements } = explainPolicies(compilePolicies([parsed.document]), request);
    expect(statements[0]?.conditions.map(({ values }) => values.map(({ result }) => result))).toEqual([
      ["noMatch"],
      ["noMatch"],
    ]);
  });

  it("writes every sort of wildcard as the policy does", () => {
    const pattern = "arn:aws:connect:u*s-?:1*2:*${k:team}?x*";
    const text = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "*", Resource: pattern },
    });
    const parsed = parsePolicy(text, { name: "p", file: "p.json" });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const context = createContext({ "k:team": "a\0*b?" });
    const request = { action: "connect:DescribeUser", resource: BASE, context };
    const { statements } = explainPolicies(compilePolicies([parsed.document]), request);
    expect(statements[0]?.resource.patterns[0]?.resolved).toBe("arn:aws:connect:u*s-?:1*2:*a\0${*}b${?}?x*");
  });
});

describe("explainPolicies of a value that cannot be read", () => {
  const explainOne = (
    effect: "Allow" | "Deny",
    operator: string,
    value: string,
    given: string | string[],
  ) => {
    const statement = {
      Effect: effect,
      Action: "*",
      Resource: "*",
      Condition: { [operator]: { "k:value": value } },
    };
    const text = JSON.stringify({ Version: "2012-10-17", Statement: statement });
    const parsed = parsePolicy(text, { name: "p", file: "p.json" });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const { statements } = explainPolicies(compilePolicies([parsed.document]), {
      action: "connect:DescribeUser",
      resource: "*",
      context: createContext({ "k:value": given, "k:other": "maybe" }),
    });
    return statements[0]?.conditions[0];
  };

  it.each([
    ["NumericEquals", "1", "one", "could not be read as a number"],
    ["DateLessThan", "2030", "soon", "could not be read as a time"],
    ["Bool", "true", "yes", "could not be read as `true` or `false`"],
    ["Bool", "${k:other}", "true", "could not be read as `true` or `false`"],
    ["BinaryEquals", "QQ==", "Q", "could not be read as base64"],
    ["IpAddress", "::1", "localhost", "could not be read as an IP address"],
    ["ArnLike", "arn:*:*:*:*:*", "role/x", "could not be read as an ARN of six parts"],
    ["ArnLike", "arn:aws:iam", "arn:aws:iam::1:role/x", "could not be read as an ARN of six parts"],
    ["StringEqualsIgnoreCase", "Köln", "KÖLN", "differs in the case of letters beyond A to Z"],
  ])("says that %s %s on %j %s", (operator, value, given, fault) => {
    expect(explainOne("Allow", operator, value, given)).toMatchObject({
      result: "noMatch",
      values: [{ result: "unreadable" }],
      unreadable: `a value ${fault}, so an Allow does not hold`,
    });
    expect(explainOne("Deny", operator, value, given)).toMatchObject({
      result: "match",
      values: [{ result: "unreadable" }],
      unreadable: `a value ${fault}, so a Deny holds`,
    });
  });

  it("reports a match first if one of several values matches", () => {
    const condition = explainOne("Allow", "ForAnyValue:NumericEquals", "1", ["one", "1"]);
    expect(condition).toMatchObject({ result: "match", values: [{ result: "match" }] });
    expect(condition).not.toHaveProperty("unreadable");
  });
});
