// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write names
/** People who may change a configuration choose names. Printed, names are text: no colours, no lines, no commands to a pipeline. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
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

async function makeFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "names "));
  onTestFinished(() => rm(parent, { recursive: true }));
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
    "principal.json": JSON.stringify({ id: "x", groups: ["hr"] }),
    "request.json": JSON.stringify({
      method: "GET",
      path: `/users-summary/${arn.replace(/.*\//, "")}`,
    }),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(parent, path, ".."), { recursive: true });
    await writeFile(join(parent, path), text);
  }
  return parent;
}

it.each([
  ["validate own", 0],
  ["validate wrong", 1],
  ["build wrong", 1],
  ["test own", 1],
  ["test own --coverage", 1],
  ["diff before own", 1],
  ["diff wrong own", 2],
  ["who-can ListUsers * own", 0],
  ["what-can principal.json own", 0],
  ["explain --principal principal.json --request request.json own", 0],
  ["explain ListUsers --sub x --group hr --config own", 0],
  ["role-policy own", 0],
])("%s prints names as text", async (line, expected) => {
  const folder = await makeFolder();
  const started = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(started));
  const { status, stdout, stderr } = await run(line.split(" "));
  const lines = `${stdout}${stderr}`.split("\n");
  expect({ status, stderr: status === expected ? "" : stderr }).toEqual({ status: expected, stderr: "" });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const powerful = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]|^\s*::|##\w*\[/;
  expect(lines.filter((each) => powerful.test(each))).toEqual([]);
});
