// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write variables
/** Ids and names are one issuer's: what policies say of them where several are configured. */
import { describe, expect, it } from "vitest";
import type { Binding, Configuration } from "../../../shared/bundle/types.ts";
import { createLinter } from "../../../tools/authoring/lint/create-linter.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { createConfiguration } from "./lint-cases.ts";

const [a, b] = ["https://a.test", "https://b.test"];
const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const both: readonly Binding[] = [{ match: { issuer: [a, b], groups: ["g"] }, policies: ["linted"] }];

function warningsOf(statement: object, more: Partial<Configuration> = {}) {
  return lintOf(statement, more)
    .filter(({ code }) => code === "identityOfAnyIssuer")
    .map(({ path, message, severity }) => ({ path, message, severity }));
}

function lintOf(statement: object, more: Partial<Configuration>) {
  const Statement = [
    { Effect: "Allow", Action: "connect:DescribeUser", Resource: `${arn}/agent/*`, ...statement },
  ];
  const text = JSON.stringify({ Version: "2012-10-17", Statement });
  const parsed = parsePolicy(text, { name: "linted", file: "policies/linted.json" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const issuers = [
    { issuer: a, audience: ["app"], claims: { id: "sub", name: "email" } },
    { issuer: b, audience: ["app"], claims: { id: "oid" } },
  ];
  const lint = createLinter({ ...createConfiguration(), issuers, bindings: both, ...more });
  return lint(parsed.document, parsed.positions);
}
const condition = (key: string, value = "alice") => ({ Condition: { StringEquals: { [key]: value } } });
const own = { Resource: `${arn}/agent/\${aws:userid}` };

describe("with several issuers, a policy for callers of more than one", () => {
  it.each(["aws:userid", "aws:username", "AWS:UserId", "jwt:sub", "jwt:email", "jwt:OID"])(
    "is warned of by %s",
    (key) => {
      expect(warningsOf(condition(key))).toEqual([
        {
          severity: "warning",
          path: `Statement[0].Condition.StringEquals.${key}`,
          message: `\`${key}\` identifies a caller within one issuer only, and several issuers are configured: callers of each of them can match; add a condition on \`jwt:iss\`, or bind the policy to the callers of one issuer`,
        },
      ]);
      expect(warningsOf({ Resource: `${arn}/agent/\${${key}}` })).toMatchObject([
        { path: "Statement[0].Resource[0]" },
      ]);
      expect(warningsOf({ Resource: `${arn}/agent/\${${key}, 'none'}` })).toHaveLength(1);
      expect(warningsOf(condition("jwt:dept", `\${${key}}`))).toHaveLength(1);
      expect(warningsOf({ Effect: "Deny", ...condition(key) })).toHaveLength(1);
    },
  );

  it("is not where the statement asks for the issuer, or says nothing of who it is", () => {
    expect(warningsOf({ Condition: { StringEquals: { "aws:userid": "alice", "jwt:iss": a } } })).toEqual([]);
    expect(warningsOf({ ...own, ...condition("JWT:iss", a) })).toEqual([]);
    expect(warningsOf(condition("jwt:dept"))).toEqual([]);
    expect(warningsOf({ Resource: `${arn}/agent/\${aws:PrincipalTag/agent}` })).toEqual([]);
  });

  it("is one where any of its bindings is another issuer's, its boundaries among them, or where it is a guardrail", () => {
    const of = (issuer: string): Binding => ({
      match: { issuer: [issuer], groups: ["g"] },
      policies: ["linted"],
    });
    const byClaim = (issuer: string): Binding => ({
      match: { claims: { iss: [issuer] } },
      policies: ["linted"],
    });
    const bounding: Binding = { match: { issuer: [b] }, policies: ["other"], boundary: "linted" };
    const counts = [
      [of(a)],
      [of(a), of(a)],
      [byClaim(a), of(a)],
      [of(a), of(b)],
      [of(a), byClaim(b)],
      [of(a), bounding],
    ].map((bindings) => warningsOf(own, { bindings }).length);
    expect(counts).toEqual([0, 0, 0, 1, 1, 1]);
    expect(warningsOf(own, { bindings: [of(a)], guardrails: ["linted"] })).toHaveLength(1);
  });

  it("is not where one issuer is configured", () => {
    const issuers = [{ issuer: a, audience: ["app"], claims: { id: "sub" } }];
    expect(warningsOf(own, { issuers })).toEqual([]);
  });
});

describe("a tag that no issuer gives its callers", () => {
  const issuers = [{ issuer: a, audience: ["app"], claims: { id: "sub", tags: { team: "custom:team" } } }];

  function tagsNotMapped(statement: object, config: Partial<Configuration> = { issuers }) {
    return lintOf(statement, config).flatMap(({ code, path, message }) =>
      code === "tagNotMapped" ? [`${path} ${message}`] : [],
    );
  }

  it("is warned of as a key and as a variable", () => {
    expect(tagsNotMapped(condition("aws:PrincipalTag/site"))).toEqual([
      "Statement[0].Condition.StringEquals.aws:PrincipalTag/site no issuer gives callers the tag `site`, so `aws:PrincipalTag/site` is always missing; add `claims: { tags: { site: … } }` to the issuer in authorizer.yaml",
    ]);
    expect(tagsNotMapped({ Resource: `${arn}/agent/\${aws:principaltag/taem}` })).toEqual([
      "Statement[0].Resource[0] no issuer gives callers the tag `taem`, so `aws:principaltag/taem` is always missing; did you mean `aws:PrincipalTag/team`",
    ]);
  });

  it("is no tag that one of several issuers gives, in whatever case, and no tag of a resource", () => {
    const other = { issuer: b, audience: ["app"], claims: { id: "sub", tags: { Site: "site" } } };
    const both = { issuers: [...issuers, other] };
    expect(tagsNotMapped(condition("aws:PrincipalTag/SITE"), both)).toEqual([]);
    expect(tagsNotMapped(condition("AWS:PrincipalTag/Team"))).toEqual([]);
    expect(tagsNotMapped(condition("aws:ResourceTag/site"))).toEqual([]);
    const exception = { StringNotEqualsIfExists: { "aws:PrincipalTag/exception": "true" } };
    expect(tagsNotMapped({ Effect: "Deny", Condition: exception })).toEqual([]);
    expect(tagsNotMapped(condition("aws:PrincipalTag/site"), { issuers: [] })).toEqual([]);
  });
});

describe("a condition on the claim that lists the groups", () => {
  const issuers = [{ issuer: a, audience: ["app"], claims: { id: "sub", groups: "cognito:groups" } }];
  const messagesOf = (operator: string, config: Partial<Configuration> = { issuers }) =>
    lintOf({ Condition: { [operator]: { "jwt:cognito:Groups": "true" } } }, config)
      .filter(({ code }) => code === "missingSetOperator")
      .map(({ message }) => message);

  it("is warned of without a set operator", () => {
    expect(messagesOf("StringEquals")).toEqual([
      "`jwt:cognito:Groups` lists the caller's groups; write `ForAnyValue:StringEquals` or `ForAllValues:StringEquals`",
    ]);
    expect(messagesOf("ForAnyValue:StringEquals")).toEqual([]);
    expect(messagesOf("Null")).toEqual([]);
  });

  it("is none where the claim is one text, or where no issuer has it", () => {
    const groups = { claim: "cognito:groups", split: "space" } as const;
    expect(
      messagesOf("StringEquals", {
        issuers: [{ issuer: a, audience: ["app"], claims: { id: "sub", groups } }],
      }),
    ).toEqual([]);
    expect(messagesOf("StringEquals", { issuers: [] })).toEqual([]);
  });
});
