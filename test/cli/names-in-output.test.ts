// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write names
/** People who may change a configuration choose names. Printed, names are text: no colours, no lines, no commands to a pipeline. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { groups, parametersOf } from "../../tools/cli/command.ts";
import { loadCommands } from "../../tools/cli/commands.ts";
import { type FakeDynamo, itemOf, startDynamo, tableName } from "../principals/fake-dynamodb.ts";
import { run } from "./command-run.ts";

const evil = "::error::a\u001b[31m\n::set-output name=b::c\n##[add-mask]d\u202e\u0085\u2028e";
const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

const policy = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: evil,
      Effect: "Allow",
      Action: ["connect:ListUsers", "connect:DescribeUser"],
      Resource: ["${main}", `\${main}/agent/${evil}`],
      Condition: { StringEqualsIfExists: { [`jwt:${evil}`]: evil } },
    },
    {
      Effect: "Allow",
      Action: "connect:DescribeQueue",
      Resource: "${main}/queue/*",
      Condition: { StringEquals: { [`aws:ResourceTag/${evil}`]: evil } },
    },
  ],
};

/** JSON is YAML. */
const configuration = {
  instances: [{ name: "main", arn }],
  issuers: [{ issuer: "https://issuer.example.com", audience: "a", claims: { groups: "groups" } }],
  bindings: [
    { match: { groups: [evil], claims: { [evil]: [evil] } }, policies: ["p"] },
    { match: { principals: [evil] }, policies: ["p"] },
    { match: { groups: ["hr"] }, policies: ["p"] },
  ],
};

const tests = {
  callers: { [evil]: { id: "x", groups: ["hr"] } },
  tests: [
    { name: evil, as: evil, call: "ListUsers", expect: "explicitDeny", by: `p#${evil}` },
    { as: evil, call: "DescribeQueue", input: { QueueId: "q" }, expect: "allow" },
    { name: `${evil}2`, nobody: { may: "connect:ListUsers" } },
  ],
};

/** A token that nobody signed: `whoami` says so. */
const token = [
  { alg: "RS256", kid: "k" },
  {
    iss: "https://issuer.example.com",
    aud: "a",
    sub: "x",
    name: evil,
    groups: ["hr", evil],
    exp: 4_000_000_000,
    iat: 1_600_000_000,
  },
  "",
]
  .map((part) =>
    Buffer.from(typeof part === "string" ? "signature" : JSON.stringify(part)).toString("base64url"),
  )
  .join(".");

/** As the functions write it, with what a caller chose. */
const record = {
  type: "decision",
  schemaVersion: 1,
  time: "2026-01-01T00:00:00.000Z",
  requestId: "11111111-2222-3333-4444-555555555555",
  stage: "proxy",
  outcome: "deny",
  status: 403,
  message: evil,
  policyVersion: "a".repeat(64),
  mode: "enforce",
  durationMs: 1,
  principal: { id: evil, name: evil, issuer: "https://issuer.example.com", groups: [evil] },
  operation: "ListUsers",
  action: "connect:ListUsers",
  resource: arn,
  decision: "implicitDeny",
  asks: [{ action: "connect:ListUsers", resource: arn, sort: "required", decision: "implicitDeny" }],
};

async function makeFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "names "));
  const files = {
    "own/authorizer.yaml": JSON.stringify(configuration),
    "own/policies/p.json": JSON.stringify(policy),
    "own/tests/t.yaml": JSON.stringify(tests),
    "before/authorizer.yaml": JSON.stringify({ ...configuration, bindings: [] }),
    "before/policies/p.json": JSON.stringify(policy),
    "wrong/authorizer.yaml": JSON.stringify({
      ...configuration,
      [evil]: evil,
      guardrails: [evil],
      mode: evil,
    }),
    "wrong/policies/p.json": JSON.stringify({ [evil]: evil, Statement: { Effect: evil, Action: evil } }),
    "principal.json": JSON.stringify({ id: evil, groups: ["hr", evil] }),
    "request.json": JSON.stringify({
      method: "GET",
      path: `/users-summary/${arn.replace(/.*\//, "")}`,
    }),
    "logs.jsonl": `${JSON.stringify(record)}\n`,
    "cases.jsonl": `${JSON.stringify({ id: evil, policy, action: evil, resource: evil, context: { [evil]: evil } })}\n${evil}\n`,
    "iam.json": JSON.stringify({
      PolicyInputList: [JSON.stringify(policy)],
      ActionNames: ["connect:ListUsers", evil],
    }),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(parent, path, ".."), { recursive: true });
    await writeFile(join(parent, path), text);
  }
  return parent;
}

let dynamo: FakeDynamo;
let folder: string;
beforeAll(async () => {
  dynamo = await startDynamo();
  folder = await makeFolder();
});
afterAll(async () => {
  await dynamo.close();
  await rm(folder, { recursive: true });
});

const table = `--table ${tableName}`;

/** Command lines that print what others chose: in configurations, tokens, logs, tables, and on the command line. */
const lines: readonly (readonly [line: string, status: number])[] = [
  ["validate own", 0],
  ["validate own --json", 0],
  ["validate own --format sarif", 0],
  ["validate wrong", 1],
  ["validate EVIL", 2],
  ["validate own --env EVIL", 2],
  ["build wrong", 1],
  ["test own", 1],
  ["test own --json", 1],
  ["test own --coverage", 1],
  ["bundle wrong --out x", 1],
  ["diff before own", 1],
  ["diff before own --json", 1],
  ["diff wrong own", 2],
  ["diff EVIL own", 2],
  ["publish own --to file:FOLDER/x --yes", 0],
  ["report own --html - --compare before", 0],
  ["report EVIL --html -", 2],
  ["report own --html - --compare EVIL", 2],
  ["who-can ListUsers * own", 0],
  ["who-can ListUsers * own --json", 0],
  [`who-can ListUsers * own ${table}`, 0],
  [`who-can ListUsers * own ${table} --json`, 0],
  ["what-can principal.json own", 0],
  ["what-can principal.json own --json", 0],
  ["what-can --sub EVIL --config own", 0],
  ["explain --principal principal.json --request request.json own", 0],
  ["explain ListUsers --sub x --group EVIL --config own", 0],
  ["explain ListUsers --sub x --group EVIL --config own --json", 0],
  ["explain --record logs.jsonl --config own", 0],
  ["explain --record logs.jsonl --config own --json", 0],
  ["whoami --token TOKEN own", 0],
  ["whoami --token TOKEN own --json", 0],
  ["whoami --token EVIL own", 1],
  ["role-policy own", 0],
  ["openapi own", 0],
  ["openapi own --for rest-api", 2],
  ["openapi wrong", 2],
  ["openapi own --operation EVIL", 2],
  ["usage-keys --api EVIL --keys 5 --plan p", 2],
  ["usage-keys --api a1b2c3d4e5 --keys 5 --issuer EVIL --subject EVIL", 0],
  ["catalog EVIL own", 2],
  ["catalog ListUsers own --instance EVIL", 2],
  ["trust-policy --proxy-role EVIL own", 2],
  ["simulate --cases cases.jsonl", 0],
  ["simulate --aws iam.json", 2],
  ["least-privilege --from logs.jsonl --outcome all --by principal", 0],
  ["audit --to ocsf --from logs.jsonl", 0],
  [`principal list ${table}`, 0],
  [`principal list ${table} --json`, 0],
  [`principal attach ${table} --issuer EVIL --subject EVIL --policy EVIL own`, 2],
  [`principal detach ${table} --issuer EVIL --subject EVIL --policy EVIL`, 1],
  ["token --sub EVIL --claim EVIL", 2],
  ["schema --out own/authorizer.yaml/EVIL", 2],
  ["init --instance EVIL --yes EVIL", 2],
  ["start --port EVIL", 2],
  ["local-connect --port EVIL", 2],
  ["completion EVIL", 2],
  ["EVIL", 2],
];

describe("what others chose", () => {
  it.each(lines)("is text in what %s prints", async (line, expected) => {
    const started = process.cwd();
    process.chdir(folder);
    for (const [name, value] of Object.entries(dynamo.environment)) vi.stubEnv(name, value);
    dynamo.items.clear();
    const key = JSON.stringify(["https://issuer.example.com", evil]);
    dynamo.items.set(key, itemOf(key, { policies: ["p"], boundary: [], version: 1 }));
    onTestFinished(() => {
      process.chdir(started);
      vi.unstubAllEnvs();
    });
    const words = line
      .split(" ")
      .map((word) => word.replace("FOLDER", folder).replace("EVIL", evil).replace("TOKEN", token));
    const { status, stdout, stderr } = await run(words);
    const printed = `${stdout}${stderr}`.split("\n");
    expect({ status, stderr: status === expected ? "" : stderr }).toEqual({ status: expected, stderr: "" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const powerful = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]|^\s*::|##\w*\[/;
    expect(printed.filter((each) => powerful.test(each))).toEqual([]);
  });

  it("is looked for in every command that takes anything", async () => {
    const looked = lines.map(([line]) =>
      line
        .split(" ")
        .slice(0, groups.has(line.split(" ")[0] ?? "") ? 2 : 1)
        .join(" "),
    );
    const all = await loadCommands();
    const takers = all.filter(
      (each) => parametersOf(each.arguments).length + parametersOf(each.options).length > 0,
    );
    // It prints a page about itself.
    expect(
      takers.map(({ name }) => name).filter((name) => name !== "reference" && !looked.includes(name)),
    ).toEqual([]);
  });
});
