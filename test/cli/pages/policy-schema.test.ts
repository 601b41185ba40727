// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies name instances
/**
 * The JSON Schema of policies against their parser: over every policy of the tests and of the examples, and each of them
 * spoilt in every way, the schema refuses nothing that is read without an error.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { operatorNames } from "../../../shared/policy/condition/operators.ts";
import { checkActions } from "../../../tools/authoring/configuration/check-actions.ts";
import { knownActions } from "../../../tools/authoring/configuration/known-actions.ts";
import {
  createPolicySchema,
  formatPolicySchema,
} from "../../../tools/authoring/configuration/policy-schema.ts";
import { parsePolicy } from "../../../tools/authoring/policy/parse.ts";
import { readLintCases } from "../../authoring/lint/lint-cases.ts";
import { readCaseFiles } from "../../policy/case-files.ts";
import { run } from "../command-run.ts";

const root = join(import.meta.dirname, "../../..");
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true });
ajv.addVocabulary(["enumDescriptions", "errorMessage", "defaultSnippets"]);
const isAccepted = ajv.compile(createPolicySchema());

const names = new Map([["main", "arn:aws:connect:us-east-1:123456789012:instance/aaaa"]]);

function isRead(policy: unknown): boolean {
  const parsed = parsePolicy(JSON.stringify(policy), { name: "p", file: "p.json", names });
  if (!parsed.ok) return false;
  return checkActions(parsed.document, parsed.positions).every(({ severity }) => severity === "warning");
}

function policiesIn(folder: string): readonly unknown[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".json") && /(?:^|[\\/])policies[\\/]|^[^\\/]+$/.test(file))
    .map((file) => JSON.parse(readFileSync(join(root, folder, file), "utf8")));
}

interface Analyzed {
  readonly rows: readonly { readonly policy?: unknown }[];
}

interface Mistakes {
  readonly cases: readonly { readonly files: Readonly<Record<string, unknown>> }[];
}

const { rows }: Analyzed = JSON.parse(readFileSync(join(root, "test/cases/access-analyzer.json"), "utf8"));
const { cases }: Mistakes = JSON.parse(readFileSync(join(root, "test/cases/mistakes.json"), "utf8"));
const policies: readonly unknown[] = [
  ...policiesIn("examples/aws/policies"),
  ...policiesIn("tools/cli/project/init/files"),
  ...readCaseFiles().flatMap((file) => file.cases.flatMap((each) => each.policies)),
  ...readLintCases().flatMap((file) => file.cases.map(({ policy }) => policy)),
  ...rows.flatMap(({ policy }) => (policy === undefined ? [] : [policy])),
  ...cases.flatMap(({ files }) => Object.values(files).filter((file) => typeof file === "object")),
];

/** Every way to take a part out of a value, or to put another in its place. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* [null, "", 1, [], {}, [value], "*"];
  if (Array.isArray(value))
    for (const [index, item] of value.entries())
      for (const other of spoilt(item)) yield value.with(index, other);
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      const { [key]: _, ...rest } = value as Readonly<Record<string, unknown>>;
      yield rest;
      yield { ...rest, [`${key}s`]: inner };
      for (const other of spoilt(inner)) yield { ...rest, [key]: other };
    }
}

function refusedWrongly(values: Iterable<unknown>): readonly string[] {
  const wrong: string[] = [];
  for (const value of values)
    if (!isAccepted(value) && isRead(value))
      wrong.push(`${JSON.stringify(value)}: ${ajv.errorsText(isAccepted.errors)}`);
  return wrong;
}

describe("the JSON Schema of policies", () => {
  it("takes every policy that is read without an error", () => {
    expect(policies.filter(isRead).length).toBeGreaterThan(400);
    expect(refusedWrongly(policies)).toEqual([]);
  });

  it("takes what is left of a policy that is spoilt, if that is still read", () => {
    const condition = {
      "ForAnyValue:StringLike": { "jwt:amr": ["mfa", "otp"] },
      Bool: { "aws:SecureTransport": true },
    };
    const statement = {
      Sid: "A",
      Effect: "Allow",
      Action: ["connect:Describe*"],
      Resource: "${main}/agent/*",
    };
    const whole = { Version: "2012-10-17", Id: "x", Statement: [{ ...statement, Condition: condition }] };
    expect(isAccepted(whole) && isRead(whole)).toBe(true);
    expect(refusedWrongly(spoilt(whole))).toEqual([]);
  });

  it.each([
    ["a misspelt element", { Efect: "Allow", Action: "*", Resource: "*" }],
    ["another effect", { Effect: "Permit", Action: "*", Resource: "*" }],
    ["both elements", { Effect: "Allow", Action: "*", NotAction: "*", Resource: "*" }],
    ["no resource", { Effect: "Allow", Action: "*" }],
    ["an action without its service", { Effect: "Allow", Action: "DescribeUser", Resource: "*" }],
    ["two actions in one text", { Effect: "Allow", Action: "connect:A,connect:B", Resource: "*" }],
    ["a resource that is no ARN", { Effect: "Allow", Action: "*", Resource: "agent/*" }],
    ["a principal", { Effect: "Allow", Action: "*", Resource: "*", Principal: "*" }],
    [
      "an unknown operator",
      { Effect: "Allow", Action: "*", Resource: "*", Condition: { Equals: { a: "b" } } },
    ],
    [
      "a key without an operator",
      { Effect: "Allow", Action: "*", Resource: "*", Condition: { "aws:userid": "b" } },
    ],
  ])("refuses %s, as the parser does", (_, statement) => {
    const policy = { Version: "2012-10-17", Statement: [statement] };
    expect(isAccepted(policy)).toBe(false);
    expect(isRead(policy)).toBe(false);
  });

  it("completes every action, with its route and resources, and every operator", () => {
    const text = formatPolicySchema();
    for (const name of [...knownActions().values(), ...operatorNames()]) expect(text).toContain(`"${name}"`);
    expect(text).toContain('"Access level: Read. GET /users/{InstanceId}/{UserId}. Resources: agent/ID."');
    expect(text.length).toBeLessThan(120_000);
  });

  it("is what `schema --policy` prints, and is published", async () => {
    const { stdout } = await run(["schema", "--policy"]);
    expect(stdout).toBe(formatPolicySchema());
    expect(readFileSync(join(root, "docs/policy.schema.json"), "utf8").replaceAll("\r\n", "\n")).toBe(stdout);
  });
});
