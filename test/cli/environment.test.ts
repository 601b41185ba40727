// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how policies write names
/** `--env` in every command that reads a configuration, and what it says of a bundle. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type * as Loading from "../../tools/authoring/configuration/load-configuration.ts";
import { parametersOf } from "../../tools/cli/command.ts";
import { loadCommands } from "../../tools/cli/commands.ts";
import { createFolder } from "../authoring/configuration/configuration-folder.ts";
import { run } from "./command-run.ts";

const loadConfiguration = vi.hoisted(() => vi.fn());
vi.mock("../../tools/authoring/configuration/load-configuration.ts", () => ({ loadConfiguration }));
const real = await vi.importActual<typeof Loading>(
  "../../tools/authoring/configuration/load-configuration.ts",
);
beforeEach(() => {
  loadConfiguration.mockReset().mockImplementation(real.loadConfiguration);
});

const arn = (id: string) => `arn:aws:connect:us-east-1:123456789012:instance/${id}`;
const files = {
  "authorizer.yaml": `instances: [{ name: main, arn: "${arn("aaaa")}" }]
issuers: [{ issuer: "https://issuer.example/", audience: app, claims: { groups: groups } }]
bindings: [{ match: { groups: [hr] }, policies: [hr] }]
`,
  "policies/hr.json": `{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "Agents",
    "Effect": "Allow",
    "Action": "connect:DescribeUser",
    "Resource": "\${main}/agent/*"
  }]
}
`,
  "environments/prod.yaml": `instances: [{ name: main, arn: "${arn("pppp")}" }]\n`,
  "caller.json": '{ "id": "alice", "groups": ["hr"] }',
  "simulated.json":
    '{ "PolicySourceArn": "arn:aws:iam::123456789012:group/hr", "ActionNames": ["connect:DescribeUser"] }',
  "request.json": '{ "method": "GET", "path": "/users/pppp/u-1" }',
};

async function folderOf(more: Readonly<Record<string, string>> = {}) {
  const folder = await createFolder({ ...files, ...more });
  onTestFinished(() => folder.remove());
  return folder.path;
}

const commands = (await loadCommands()).filter((command) =>
  parametersOf(command.options).some(({ flag }) => flag === "--config"),
);

/** What else each command must be told; all of it is usable. */
const others = new Map([
  ["bundle", "--out -"],
  ["report", "--html -"],
  ["publish", "--to file:DIR/published.json --yes"],
  ["trust-policy", "--proxy-role arn:aws:iam::123456789012:role/proxy"],
  ["explain", "--principal DIR/caller.json --request DIR/request.json"],
  ["who-can", "DescribeUser *"],
  ["what-can", "--group hr"],
  ["catalog", "DescribeUser"],
  ["principal attach", "--table t --issuer https://issuer.example/ --subject a --policy hr"],
  ["principal list", "--table t"],
  ["whoami", "--token x"],
  ["start", "--port 0"],
  ["simulate", "--aws DIR/simulated.json"],
  ["build", "--out DIR/out"],
]);

describe("--env", () => {
  it.each(commands)("chooses the environment in $name", async ({ name, options }) => {
    expect(parametersOf(options).map(({ written }) => written)).toContain("--env <name>");
    const path = await folderOf();
    const words = `${name} ${others.get(name) ?? ""}`.trim().replaceAll("DIR", path).split(" ");
    loadConfiguration.mockRejectedValue(new Error("not further in this test"));
    const withEnvironment = [...words, "--config", path, "--env", "prod"];
    // Some commands report the error, others leave it to the program.
    await run(withEnvironment).catch(() => undefined);
    expect(loadConfiguration).toHaveBeenCalledTimes(1);
    expect(loadConfiguration).toHaveBeenCalledWith(path, expect.objectContaining({ environment: "prod" }));
  });

  it.each(commands)("exits 2 with the environments that there are in $name", async ({ name }) => {
    const path = await folderOf();
    const words = `${name} ${others.get(name) ?? ""}`.trim().replaceAll("DIR", path).split(" ");
    const { status, stdout, stderr } = await run([...words, "--config", path, "--env", "staging"]);
    expect({ name, status }).toEqual({ name, status: 2 });
    expect(stdout + stderr).toContain("there is no environment `staging`; there are `prod`");
  });

  it.each(commands)("is refused with the file of a bundle in $name", async ({ name }) => {
    const path = await folderOf();
    const bundle = join(path, "bundle.json");
    await run(["bundle", path, "--out", bundle]);
    const words = `${name} ${others.get(name) ?? ""}`.trim().replaceAll("DIR", path).split(" ");
    const { status, stderr } = await run([...words, "--config", bundle, "--env", "prod"]);
    expect({ name, status }).toEqual({ name, status: 2 });
    expect(stderr).toContain(
      `\`${bundle}\` is a file: a bundle is made for one environment. Leave out \`--env prod\`, or name the folder`,
    );
  });

  it("needs a configuration where one is optional", async () => {
    const { status, stderr } = await run(["principal", "list", "--table", "t", "--env", "prod"]);
    expect(status).toBe(2);
    expect(stderr).toContain("`--env` chooses an environment of a folder: name the folder with `--config`");
  });

  it("of diff holds for each folder, and is refused without one", async () => {
    const path = await folderOf();
    const bundle = join(path, "bundle.json");
    await run(["bundle", path, "--env", "prod", "--out", bundle]);
    expect(await run(["diff", bundle, path, "--env", "prod"])).toMatchObject({
      status: 0,
      stdout: "no difference in access\n",
    });
    const other = await run(["diff", bundle, path]);
    expect(other.status).toBe(1);
    expect(other.stdout).toContain("+ ");
    expect(other.stdout).toContain(arn("aaaa"));
    const refused = await run(["diff", bundle, bundle, "--env", "prod"]);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("neither of the two is one");
    expect(await run(["diff", bundle, path, "--env", "staging"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("there is no environment `staging`"),
    });
  });

  it("is in the command that a stale role is mended with", async () => {
    const path = await folderOf();
    const template = join(path, "template.yaml");
    const block = `Resources:
  Proxy:
    Policies:
      # begin role-policy
      # end role-policy
`;
    await writeFile(template, block);
    const { stderr } = await run(["role-policy", path, "--env", "prod", "--check", template]);
    expect(stderr).toContain(`role-policy ${path} --env prod --write ${template}`);
  });
});

describe("validate", () => {
  it("checks one environment, or all of them and says which is wrong", async () => {
    const path = await folderOf({
      "authorizer.yaml": files["authorizer.yaml"].replace(
        "match: { groups",
        'match: { issuer: "https://issuer.example/", groups',
      ),
      "environments/dev.yaml":
        "issuers: [{ issuer: https://dev.example/, audience: app, claims: { groups: groups } }]\n",
      "environments/staging.yaml": "bindings: []\n",
    });
    const { status, stdout, stderr } = await run(["validate", path]);
    expect(status).toBe(1);
    const lines = stdout.trim().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/authorizer\.yaml:3:\d+ error unknownIssuer .* \(environment `dev`\)$/),
      expect.stringMatching(/environments\/staging\.yaml:1:1 error unknownKey [^(]*$/),
    ]);
    expect(stderr).toBe(`2 errors, 0 warnings in ${path}\n`);
    expect(await run(["validate", path, "--env", "prod"])).toEqual({
      status: 0,
      stdout: "",
      stderr: `0 errors, 0 warnings in ${path}, environment prod\n`,
    });
    expect((await run(["validate", path, "--env", "dev"])).stdout).toMatch(/unknownIssuer .*example\/`\n$/);
  });
});

describe("explain", () => {
  const explain = (path: string, ...more: readonly string[]) =>
    run([
      "explain",
      "--principal",
      join(path, "caller.json"),
      "--request",
      join(path, "request.json"),
      ...more,
    ]);

  it("shows a statement as it is written and as the bundle has it", async () => {
    const path = await folderOf();
    const { status, stdout } = await explain(path, "--config", path, "--env", "prod");
    expect(status).toBe(0);
    expect(stdout).toContain(`
  allowed
  Allow hr#Agents policies/hr.json:3:17
  written: policies/hr.json:7:17 \${main}/agent/* is ${arn("pppp")}/agent/*
`);
    const { stdout: json } = await explain(path, "--config", path, "--env", "prod", "--json");
    expect(JSON.parse(json).asks[0].names).toEqual([
      {
        statement: "Allow hr#Agents policies/hr.json:3:17",
        at: "policies/hr.json:7:17",
        written: "${main}/agent/*",
        resolved: `${arn("pppp")}/agent/*`,
      },
    ]);
  });

  it("shows it for a statement that was passed over, and nothing for a bundle, which is plain IAM", async () => {
    const path = await folderOf({
      "simulated.json":
        '{ "PolicySourceArn": "arn:aws:iam::123456789012:group/hr", "ActionNames": ["connect:DescribeUser"] }',
      "request.json": '{ "method": "GET", "path": "/users/aaaa/u-1" }',
      "policies/hr.json": files["policies/hr.json"].replace("agent/*", "agent/u-2"),
    });
    const { stdout } = await explain(path, "--config", path);
    expect(stdout).toContain("passed over: Allow hr#Agents");
    expect(stdout).toContain(`written: policies/hr.json:7:17 \${main}/agent/u-2 is ${arn("aaaa")}/agent/u-2`);
    const bundle = join(path, "bundle.json");
    await run(["bundle", path, "--out", bundle]);
    const of = await explain(path, "--config", bundle);
    expect(of.stdout).toContain("passed over: Allow hr#Agents");
    expect(of.stdout).not.toContain("written");
  });
});
