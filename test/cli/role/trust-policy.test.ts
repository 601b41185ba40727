/**
 * `trust-policy`, and the page of the documentation that shows what it prints.
 */
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { run } from "../command-run.ts";

const proxyRole = "arn:aws:iam::111122223333:role/connect-proxy";
const arn = "arn:aws:connect:us-east-1:444455556666:instance/aaaa-1";
const role = "arn:aws:iam::444455556666:role/ConnectProxy";

const folders: ConfigurationFolder[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => folder.remove())));

async function trustPolicy(instances: string, ...flags: readonly string[]) {
  const rest = goodFiles["authorizer.yaml"]?.replace(/^instances:\n.*\n/, "") ?? "";
  const folder = await createFolder({ ...goodFiles, "authorizer.yaml": `${instances}${rest}` });
  folders.push(folder);
  return run(["trust-policy", "--config", folder.path, "--proxy-role", proxyRole, ...flags]);
}

describe("docs/how-to/cross-account.md", () => {
  const page = readFileSync(new URL("../../../docs/how-to/cross-account.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, code]) => ({
    language,
    code,
  }));
  const [yaml, command, ...documents] = blocks.map(({ code = "" }) => code);

  it("shows what the command prints for its own configuration", async () => {
    expect(blocks.map(({ language }) => language)).toEqual(["yaml", "sh", "json", "json", "json"]);
    expect(command).toContain(`trust-policy --config config --proxy-role ${proxyRole}`);
    const { status, stdout, stderr } = await trustPolicy(yaml ?? "");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const printed = stdout
      .split(/^# .*$/m)
      .slice(1)
      .map((text) => JSON.parse(text));
    expect(printed).toEqual(documents.map((text) => JSON.parse(text)));
    expect(stdout.match(/^# .*$/gm)).toEqual([
      `# Trust policy of ${role}`,
      `# Permissions policy of ${role}`,
      `# Permissions policy of the proxy's own role, ${proxyRole}`,
    ]);
  });
});

describe("trust-policy", () => {
  it("prints one object with --json, a role once for all its instances", async () => {
    const second = arn.replace("aaaa-1", "bbbb-2");
    const instances = `instances:\n  - { arn: "${arn}", roleArn: "${role}" }\n  - { arn: "${second}", roleArn: "${role}" }\n`;
    const { status, stdout } = await trustPolicy(instances, "--json");
    expect(status).toBe(0);
    const { roles, proxyPolicy } = JSON.parse(stdout);
    expect(roles).toHaveLength(1);
    expect(roles[0].permissionsPolicy.Statement[0].Resource).toEqual([
      arn,
      `${arn}/*`,
      second,
      `${second}/*`,
    ]);
    expect(roles[0].trustPolicy.Statement[0].Condition).toEqual({
      StringLike: { "sts:SourceIdentity": "?*" },
    });
    expect(proxyPolicy.Statement.map(({ Resource }: { Resource: unknown }) => Resource)).toEqual([
      [role],
      [role],
    ]);
  });

  it("asks for no source identity where none is sent", async () => {
    const instances = `instances:\n  - { arn: "${arn}", roleArn: "${role}", sourceIdentity: false }\n`;
    const { stdout } = await trustPolicy(instances, "--json");
    expect(stdout).not.toContain("SourceIdentity");
    expect(JSON.parse(stdout).roles[0].trustPolicy.Statement).toEqual([
      {
        Sid: "ProxyAssumesThisRole",
        Effect: "Allow",
        Principal: { AWS: proxyRole },
        Action: "sts:AssumeRole",
      },
    ]);
  });

  it.each([
    ["no instance has a role", `instances:\n  - { arn: "${arn}" }\n`, /no instance in .* has a `roleArn`/],
    [
      "the roles are of another partition",
      `instances:\n  - { arn: "${arn.replace("aws", "aws-cn")}", roleArn: "${role.replace("aws", "aws-cn")}" }\n`,
      /is in another partition/,
    ],
  ])("exits with 2 when %s", async (_, instances, message) => {
    const { status, stdout, stderr } = await trustPolicy(instances);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("exits with 1 for a configuration with errors, and 2 for a proxy's role that is none or a folder that is not there", async () => {
    expect(await trustPolicy("instances: []\n")).toMatchObject({ status: 1, stdout: "" });
    expect(await run(["trust-policy", "--proxy-role", "arn:aws:iam::1:user/u"])).toMatchObject({ status: 2 });
    expect(await run(["trust-policy", "--config", "nowhere", "--proxy-role", proxyRole])).toMatchObject({
      status: 2,
    });
  });
});
