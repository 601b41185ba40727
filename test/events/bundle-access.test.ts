/**
 * What template.yaml lets the functions read, for each place that a bundle may be in: its expressions are worked out as
 * CloudFormation does.
 */
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { packaged, templateText } from "./proxy-role.ts";

const names = [
  "Ref",
  "Sub",
  "GetAtt",
  "Join",
  "Split",
  "Select",
  "Equals",
  "And",
  "Or",
  "Not",
  "If",
  "Condition",
];
const customTags = names.flatMap((name) => [
  { tag: `!${name}`, resolve: (text: string) => ({ [name]: text }) },
  {
    tag: `!${name}`,
    collection: "seq" as const,
    resolve: (items: { toJSON(): unknown }) => ({ [name]: items.toJSON() }),
  },
]);
const template = parse(templateText, { customTags });

type Values = Readonly<Record<string, string>>;

const pseudo: Values = {
  "AWS::Partition": "aws",
  "AWS::Region": "us-east-1",
  "AWS::AccountId": "123456789012",
};

/** Works an expression out; of functions, those that the policies use. */
function evaluate(value: unknown, values: Values): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, values));
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined], second] = Object.entries(value);
  if (second || !names.includes(name))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, evaluate(inner, values)]));
  if (name === "Ref") return values[String(argument)] ?? argument;
  if (name === "Sub") return substitute(argument, values);
  if (name === "If" && Array.isArray(argument)) {
    const [condition, yes, no] = argument;
    return evaluate(evaluate(template.Conditions[condition], values) ? yes : no, values);
  }
  if (name === "Condition") return evaluate(template.Conditions[String(argument)], values);
  const given = evaluate(argument, values);
  if (!Array.isArray(given)) throw new Error(`cannot work out ${name}`);
  const [first, other] = given;
  if (name === "Not") return !first;
  if (name === "And") return given.every(Boolean);
  if (name === "Equals") return first === other;
  if (name === "Join") return other.join(first);
  if (name === "Split") return other.split(first);
  const chosen: unknown = name === "Select" ? other[first] : undefined;
  if (chosen === undefined) throw new Error(`${name} finds nothing`);
  return chosen;
}

function substitute(argument: unknown, values: Values): string {
  const [form, own] = Array.isArray(argument) ? argument : [argument, {}];
  const known = { ...values, ...Object(evaluate(own, values)) };
  return String(form).replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (known[name] === undefined) throw new Error(`no value of ${name}`);
    return known[name];
  });
}

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: { readonly PolicyDocument: unknown; readonly Roles: unknown };
}

function statementsFor(parameters: Values): unknown[] {
  const defaults = Object.entries<{ Default?: string }>(template.Parameters).flatMap(
    ([name, { Default: value }]) => (value === undefined ? [] : [[name, value]]),
  );
  const values = { ...pseudo, ...Object.fromEntries(defaults), ...parameters };
  return Object.values<Resource>(template.Resources).flatMap(({ Type, Condition, Properties }) => {
    if (Type !== "AWS::IAM::Policy") return [];
    const statements = evaluate(Properties.PolicyDocument, values) as { Statement: unknown[] };
    expect(Properties.Roles).toEqual([{ Ref: "AuthorizerRole" }, { Ref: "ProxyRole" }]);
    return evaluate(template.Conditions[String(Condition)], values) ? statements.Statement : [];
  });
}

/** The proxy's statements on Amazon Connect. */
function connectStatementsFor(parameters: Values): { Sid: string; Resource: string | string[] }[] {
  const { BundleLocation, PrincipalsTableName } = template.Parameters;
  const defaults = {
    BundleLocation: BundleLocation.Default,
    PrincipalsTableName: PrincipalsTableName.Default,
  };
  const values = { ...pseudo, ...defaults, ...parameters };
  const policies = template.Resources.ProxyRole.Properties.Policies.filter((policy: { If?: unknown[] }) =>
    JSON.stringify(policy.If ?? {}).includes("call-connect"),
  );
  expect(policies).toHaveLength(1);
  const { PolicyDocument } = evaluate(policies[0], values) as {
    PolicyDocument: { Statement: { Sid: string; Resource: string | string[] }[] };
  };
  return PolicyDocument.Statement;
}

const allow = (Action: string | string[], Resource: string) => ({ Effect: "Allow", Action, Resource });
const parameter = "arn:aws:ssm:us-east-1:123456789012:parameter";

describe("the functions' roles", () => {
  it.each([
    ["package:", []],
    ["s3://my.bucket/a/b.json", [allow("s3:GetObject", "arn:aws:s3:::my.bucket/a/b.json")]],
    [
      "ssm:/connect/bundle",
      [
        allow("ssm:GetParameter", `${parameter}/connect/bundle`),
        allow("ssm:GetParameters", `${parameter}/connect/bundle/*`),
      ],
    ],
    [
      "appconfig:abc1234/def5678/ghi9012",
      [
        allow(
          ["appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration"],
          "arn:aws:appconfig:us-east-1:123456789012:application/abc1234/environment/def5678/configuration/ghi9012",
        ),
      ],
    ],
  ])("may read of %s exactly that", (location, statements) => {
    expect(location).toMatch(new RegExp(template.Parameters.BundleLocation.AllowedPattern));
    expect(statementsFor({ BundleLocation: location })).toEqual(statements);
  });

  it.each([
    ["package:", []],
    ["s3://my.bucket/next.json", [allow("s3:GetObject", "arn:aws:s3:::my.bucket/next.json")]],
    [
      "ssm:/connect/next",
      [
        allow("ssm:GetParameter", `${parameter}/connect/next`),
        allow("ssm:GetParameters", `${parameter}/connect/next/*`),
      ],
    ],
    [
      "appconfig:abc1234/def5678/ghi9012",
      [
        allow(
          ["appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration"],
          "arn:aws:appconfig:us-east-1:123456789012:application/abc1234/environment/def5678/configuration/ghi9012",
        ),
      ],
    ],
  ])("may read of the candidate in %s exactly that, besides the bundle that decides", (location, more) => {
    const { AllowedPattern } = template.Parameters.ShadowBundleLocation;
    expect(location).toMatch(new RegExp(AllowedPattern));
    const live = "s3://my.bucket/a/b.json";
    expect(statementsFor({ BundleLocation: live, ShadowBundleLocation: location })).toEqual([
      ...statementsFor({ BundleLocation: live }),
      ...more,
    ]);
    expect(AllowedPattern).toBe(`^$|${template.Parameters.BundleLocation.AllowedPattern}`);
  });

  it("may get items of the table of principals that is named, and do nothing else with it", () => {
    const form = new RegExp(template.Parameters.PrincipalsTableName.AllowedPattern);
    expect(["", "principals", "My_table.v-2"].every((name) => form.test(name))).toBe(true);
    expect(["*", "a?c", "a/b/c", "ab"].some((name) => form.test(name))).toBe(false);
    const table = "arn:aws:dynamodb:us-east-1:123456789012:table/principals";
    expect(statementsFor({ PrincipalsTableName: "principals" })).toEqual([allow("dynamodb:GetItem", table)]);
    expect(statementsFor({ PrincipalsTableName: "" })).toEqual([]);
    for (const name of ["AuthorizerFunction", "ProxyFunction"]) {
      expect(template.Resources[name].Properties.Environment.Variables).toMatchObject({
        AUTHORIZER_PRINCIPALS_TABLE: { Ref: "PrincipalsTableName" },
      });
    }
  });

  it.each([
    { BundleLocation: "s3://my.bucket/a/b.json" },
    { BundleLocation: "ssm:/connect/bundle" },
    { BundleLocation: "appconfig:abc1234/def5678/ghi9012" },
    { PrincipalsTableName: "principals" },
  ])("may call Connect with every action in the named instances where %o brings policies in", (place) => {
    // A list, which the evaluator takes for what it is given.
    const InstanceArns = ["arn:a", "arn:b"] as unknown as string;
    expect(connectStatementsFor({ ...place, InstanceArns })).toEqual([
      { Sid: "ConfiguredInstances", Effect: "Allow", Action: "connect:*", Resource: ["arn:a", "arn:b"] },
      {
        Sid: "ResourcesOfConfiguredInstances",
        Effect: "Allow",
        Action: "connect:*",
        Resource: ["arn:a/*", "arn:b/*"],
      },
      {
        Sid: "WithoutInstance",
        Effect: "Allow",
        Action: ["connect:StartOutboundVoiceContact", "ds:DescribeDirectories"],
        Resource: "*",
      },
    ]);
  });

  it("may call Connect with what the packaged policies can use, where these decide", () => {
    expect(connectStatementsFor({})).toEqual(packaged.Statement);
  });

  it("may decrypt with a key that is named", () => {
    const key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    expect(statementsFor({ BundleKmsKeyArn: key })).toEqual([allow("kms:Decrypt", key)]);
  });

  it.each([
    "s3://my-bucket/*",
    "s3://my-bucket/a?",
    "s3://my-bucket/",
    "s3://*/a",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    "s3://my-bucket/${aws:userid}",
    "ssm:/connect/*",
    "ssm:connect",
    "appconfig:*/a/b",
    "appconfig:my app/prod/policies",
    "package",
    "file:/tmp/x",
    "",
  ])("cannot be widened by the location %j", (location) => {
    expect(location).not.toMatch(new RegExp(template.Parameters.BundleLocation.AllowedPattern));
  });
});
