/** A line for every command that works, and every parameter that names a file, in a folder with what they need. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Command, type NamedParameter, parametersOf } from "../../tools/cli/command.ts";
import { run } from "./command-run.ts";

export const rowsOf = (command: Command): readonly NamedParameter[] => [
  ...parametersOf(command.arguments),
  ...parametersOf(command.options),
];

/** What each command needs beside the parameter in question; DIR is a folder of this test. */
export const needs = new Map([
  ["bundle", "--out DIR/out.json"],
  ["publish", "--to file:DIR/published.json --yes"],
  ["trust-policy", "--proxy-role arn:aws:iam::111122223333:role/p"],
  ["explain", "DescribeUser --group hr"],
  ["who-can", "DescribeUser *"],
  ["what-can", "--group hr"],
  ["catalog", "DescribeUser"],
  ["principal attach", "--table t --issuer https://issuer.example/ --subject a --policy p"],
  ["principal list", "--table t"],
  ["whoami", "--token x"],
  ["build", "--out DIR/built"],
  ["simulate", "--aws DIR/simulated.json"],
  ["diff", "DIR/bundle.json"],
  ["report", "--html DIR/report.html"],
]);

const arn = "arn:aws:connect:us-east-1:123456789012:instance/aaaa";
const files = {
  "own/authorizer.yaml": JSON.stringify({
    instances: [{ name: "main", arn, roleArn: "arn:aws:iam::123456789012:role/connect" }],
    issuers: [{ issuer: "https://issuer.example/", audience: "a", claims: { groups: "groups" } }],
    bindings: [{ match: { groups: ["hr"] }, policies: ["p"] }],
  }),
  "own/policies/p.json": JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "connect:DescribeUser", Resource: `${arn}/agent/*` },
  }),
  "caller.json": '{ "id": "x", "groups": ["hr"] }',
  "request.json": '{ "method": "GET", "path": "/users/aaaa/u-1" }',
  "input.json": '{ "UserId": "u-1" }',
  "known.yaml": "agent/u-1: { tags: { team: a } }",
  "simulated.json": JSON.stringify({
    PolicySourceArn: "arn:aws:iam::123456789012:group/hr",
    ActionNames: ["connect:DescribeUser"],
  }),
  "cases.jsonl": '{"id":1}\n',
  "logs.jsonl": '{"no":"record"}\n',
  "template.yaml": "# connect-authorizer role-policy: begin\n# connect-authorizer role-policy: end\n",
  token: "x.y.z",
  "key.pem": "no key",
};

/** Parameters that name a file → a file of this test, and what the command needs then in the place of `needs`. */
export const inputs = new Map<string, readonly [file: string, needed?: string]>([
  ["explain --input", ["input.json"]],
  ["explain --token", ["token", "DescribeUser"]],
  ["explain --principal", ["caller.json", "DescribeUser"]],
  ["explain --known", ["known.yaml"]],
  ["explain --request", ["request.json", "--group hr"]],
  ["explain --record", ["logs.jsonl", ""]],
  ["what-can principal", ["caller.json", ""]],
  ["what-can --compare-principal", ["caller.json"]],
  ["simulate --cases", ["cases.jsonl", ""]],
  ["simulate --aws", ["simulated.json", ""]],
  ["least-privilege --from", ["logs.jsonl"]],
  ["audit --from", ["logs.jsonl", "--to ocsf"]],
  ["whoami --token", ["token", ""]],
  ["role-policy --check", ["template.yaml"]],
  ["role-policy --write", ["template.yaml"]],
  ["bundle --sign", ["key.pem"]],
  ["bundle --signature", ["key.pem", "--out DIR/out.json --public-key DIR/key.pem"]],
  ["bundle --public-key", ["key.pem", "--out DIR/out.json --signature DIR/key.pem"]],
  ["publish --sign", ["key.pem"]],
  ["publish --signature", ["key.pem", "--to file:DIR/p.json --yes --public-key DIR/key.pem"]],
  ["publish --public-key", ["key.pem", "--to file:DIR/p.json --yes --signature DIR/key.pem"]],
  ["build --sign", ["key.pem"]],
  ["diff older", ["bundle.json"]],
  ["diff newer", ["bundle.json"]],
  ["report --compare", ["bundle.json"]],
]);

/** Makes the folder, with a bundle in it. */
export async function createCommandFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "every "));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { status, stderr } = await run(["bundle", join(folder, "own"), "--out", join(folder, "bundle.json")]);
  if (status !== 0) throw new Error(stderr);
  return folder;
}

/** The words of a line, in which DIR is the folder. */
export function wordsOf(line: string, folder: string): readonly string[] {
  return line
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => word.replace("DIR", folder));
}

/** The line in which a parameter has a value. @param key like `explain --input` */
export function lineWith(key: string, value: string, commands: readonly Command[]): string {
  const name = key.replace(/ \S+$/, "");
  const flag = key.slice(name.length + 1);
  const [, needed] = inputs.get(key) ?? [];
  const rest = needed ?? needs.get(name) ?? "";
  const command = commands.find((each) => each.name === name);
  const isReader = command !== undefined && rowsOf(command).some(({ flag: each }) => each === "--config");
  const config = isReader ? "--config DIR/own" : "";
  if (flag === "newer") return `${name} ${rest} ${value}`;
  return `${name} ${flag.startsWith("--") ? `${flag} ` : ""}${value} ${rest} ${config}`;
}
