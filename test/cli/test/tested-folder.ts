/** A configuration with policy tests, on disk, and the command `test` on it. */
import { afterEach } from "vitest";
import {
  type ConfigurationFolder,
  createFolder,
} from "../../authoring/configuration/configuration-folder.ts";
import { type CommandRun, run } from "../command-run.ts";

export const instance =
  "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";

const files = {
  "authorizer.yaml": `instances:
  - arn: ${instance}
  - arn: arn:aws:connect:us-west-2:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc17
issuers:
  - issuer: https://issuer.example/
    audience: app
    claims: { groups: groups, name: email, tags: { team: "custom:team" } }
bindings:
  - match: { groups: [hr] }
    policies: [users]
  - match: { groups: [night] }
    policies: [night]
  - match: { claims: { dept: sales } }
    policies: [users]
    boundary: reading
  - match: { principals: [alice] }
    policies: [reading]
routes:
  - route: DELETE /agents/{agentId}
    operation: DeleteUser
    input: { InstanceId: 00fbeee1-123e-111e-93e3-11111bfbfcc1, UserId: "{agentId}" }
`,
  "policies/users.json": `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Create", "Effect": "Allow", "Action": "connect:CreateUser", "Resource": "*" },
    { "Sid": "OwnTeam", "Effect": "Allow", "Action": ["connect:DescribeUser", "connect:DeleteUser"], "Resource": "*",
      "Condition": { "StringEquals": { "aws:ResourceTag/Team": "\${aws:PrincipalTag/team}" } } },
    { "Sid": "NotThisProfile", "Effect": "Deny", "Action": "connect:CreateUser", "Resource": "arn:aws:connect:*:*:instance/*/security-profile/admins" }
  ]
}
`,
  "policies/night.json": `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "AtNight", "Effect": "Allow", "Action": "connect:ListQueues", "Resource": "*",
      "Condition": { "DateGreaterThan": { "aws:CurrentTime": "2026-12-24T18:00:00Z" } } },
    { "Sid": "Office", "Effect": "Allow", "Action": "connect:ListUsers", "Resource": "*",
      "Condition": { "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } } },
    { "Sid": "Voice", "Effect": "Allow", "Action": "connect:StopContact", "Resource": "*",
      "Condition": { "StringEquals": { "connect:Channel": "VOICE" } } },
    { "Effect": "Allow", "Action": "connect:ListPrompts", "Resource": "*",
      "Condition": { "StringEquals": { "jwt:iat": "1" } } }
  ]
}
`,
  "policies/reading.json": `{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": ["connect:DescribeUser", "connect:ListUsers"], "Resource": "*" }]
}
`,
};

const callers = `callers:
  hr: { groups: [hr], tags: { team: a } }
  night: { groups: [night] }
  seller: { claims: { dept: sales, "custom:team": a } }
  alice: { id: alice }
  nobody: {}
`;

let folder: ConfigurationFolder | undefined;
afterEach(async () => {
  await folder?.remove();
  folder = undefined;
});

/** Makes the configuration, with more files or others. */
export async function makeFolder(
  more: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<ConfigurationFolder> {
  await folder?.remove();
  folder = await createFolder({ ...files, ...more });
  return folder;
}

/** Runs `test` on the folder that was made last. The folder's name is `DIR` in what it prints. */
export async function runTest(...flags: readonly string[]): Promise<CommandRun> {
  const { path, name } = folder ?? (await makeFolder());
  const { status, stdout, stderr } = await run(["test", path, ...flags]);
  const short = (text: string) => text.replaceAll(name, "DIR").replaceAll(path, "DIR");
  return { status, stdout: short(stdout), stderr: short(stderr) };
}

/** Runs one file of tests with the usual callers, which take seven lines. */
export async function runTests(tests: string, ...flags: readonly string[]): Promise<CommandRun> {
  await makeFolder({ "tests/a.yaml": `${callers}tests:\n${tests}` });
  return runTest(...flags);
}
