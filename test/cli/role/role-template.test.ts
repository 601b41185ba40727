/**
 * `role-policy --write` and `--check`: the block of a template that they own, and the build that asks for it.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { connectPoliciesOf } from "../../events/proxy-role.ts";
import { run } from "../command-run.ts";

const root = resolve(import.meta.dirname, "../../..");
const examples = join(root, "examples/aws");
const shipped = await templateOfExamples();
const begin = "# begin role-policy";
const end = "# end role-policy";

/** template.yaml with the role of AWS's examples: the file's own role is for what `config/` holds. */
async function templateOfExamples(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "role-template-"));
  const file = join(made, "template.yaml");
  await cp(join(root, "template.yaml"), file);
  const written = await run(["role-policy", examples, "--write", file]);
  if (written.status !== 0) throw new Error(written.stderr);
  const text = await readFile(file, "utf8");
  await rm(made, { recursive: true });
  return text;
}

let folder: string;
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Setting {
  readonly template?: string;
  readonly statements?: readonly object[];
  readonly instances?: readonly string[];
  readonly roleArn?: string;
}

const arnOf = (id: string) => `arn:aws:connect:us-east-1:123456789012:instance/${id}`;

/** A folder with a configuration and a template, and the command on them. */
async function set({ template = shipped, statements, instances = ["i-1"], roleArn }: Setting) {
  folder = await mkdtemp(join(tmpdir(), "role-template-"));
  const config = join(folder, "config");
  const file = join(folder, "template.yaml");
  await cp(examples, config, { recursive: true });
  await writeFile(file, template);
  if (statements) {
    const role = roleArn ? `\n    roleArn: ${roleArn}` : "";
    const list = instances.map((id) => `  - arn: ${arnOf(id)}${role}\n`).join("");
    await writeFile(
      join(config, "authorizer.yaml"),
      `instances:\n${list}issuers:\n  - issuer: https://issuer.example/\n    audience: app\n    claims: { groups: groups }\nbindings:\n  - match: { groups: [g] }\n    policies: [own]\n`,
    );
    await writeFile(
      join(config, "policies/own.json"),
      JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    );
  }
  return {
    file,
    read: () => readFile(file, "utf8"),
    write: () => run(["role-policy", config, "--write", file]),
    check: () => run(["role-policy", config, "--check", file]),
    print: async () => JSON.parse((await run(["role-policy", config])).stdout),
  };
}

const allow = (...Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
const linesOf = (text: string) => text.split(/\r?\n/);
const around = (text: string) => [text.slice(0, text.indexOf(begin)), text.slice(text.indexOf(end))];

describe("role-policy --write", () => {
  it("leaves a template alone that has the policy already, which names its actions", async () => {
    const { file, read, write, check, print } = await set({});
    const { generated } = connectPoliciesOf(shipped);
    expect(generated).toEqual({ PolicyName: "call-connect", PolicyDocument: await print() });
    const { Statement } = generated.PolicyDocument;
    expect(Statement.flatMap(({ Action }) => Action)).not.toContain("connect:*");
    const isGenerated = (sid: string) => /^(Calls|LookUps|OtherServices)\d*$/.test(sid);
    expect(Statement.map(({ Sid }) => Sid).filter((sid) => !isGenerated(sid))).toEqual([]);
    expect(Statement.length).toBeGreaterThan(1);
    const before = await stat(file);
    expect(await check()).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(await write()).toMatchObject({ status: 0, stderr: "" });
    expect(await read()).toBe(shipped);
    expect((await stat(file)).ino).toBe(before.ino);
  });

  it("replaces the block and nothing else, and the same again", async () => {
    const { read, write, check, print } = await set({ statements: [allow("connect:DescribeUser")] });
    expect(await check()).toMatchObject({ status: 1, stdout: "" });
    expect(await write()).toMatchObject({ status: 0, stderr: "" });
    const once = await read();
    expect(around(once)).toEqual(around(shipped));
    const { generated, wide, condition } = connectPoliciesOf(once);
    expect(generated).toEqual({ PolicyName: "call-connect", PolicyDocument: await print() });
    expect({ wide, condition }).toEqual({
      wide: connectPoliciesOf(shipped).wide,
      condition: "PoliciesInPackage",
    });
    expect(await check()).toMatchObject({ status: 0 });
    await write();
    expect(await read()).toBe(once);
  });

  it("keeps the template's line ends", async () => {
    const template = shipped.replaceAll("\n", "\r\n");
    const { read, write, check } = await set({ template, statements: [allow("connect:DescribeUser")] });
    await write();
    const text = await read();
    expect(text.split("\r\n").join("")).not.toContain("\n");
    expect(connectPoliciesOf(text).generated.PolicyName).toBe("call-connect");
    expect(await check()).toMatchObject({ status: 0 });
  });

  it.each<[string, Setting]>([
    ["no policy allows anything", { statements: [{ Effect: "Deny", Action: "*", Resource: "*" }] }],
    [
      "every instance is reached by a role of its own",
      { statements: [allow("connect:DescribeUser")], roleArn: "arn:aws:iam::123456789012:role/other" },
    ],
  ])("grants nothing where %s", async (_, setting) => {
    const { read, write, check } = await set(setting);
    expect(await write()).toMatchObject({ status: 0 });
    expect(connectPoliciesOf(await read()).generated).toEqual({ Ref: "AWS::NoValue" });
    expect(await check()).toMatchObject({ status: 0 });
  });

  it("grants all actions in the instances, and says so, where naming them fits no role", async () => {
    const instances = Array.from({ length: 40 }, (_, index) => `i-${index}`);
    const { read, write, check } = await set({ statements: [allow("connect:*")], instances });
    expect(await write()).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^warning: .* grants every action in its instances$/m),
    });
    const { Statement } = connectPoliciesOf(await read()).generated.PolicyDocument;
    expect(Statement[0]).toMatchObject({ Sid: "TooManyActionsToName", Action: ["connect:*"] });
    expect(new Set(Statement[0]?.Resource)).toEqual(
      new Set(instances.flatMap((id) => [arnOf(id), `${arnOf(id)}/*`])),
    );
    const others = Statement.slice(1);
    expect(others.flatMap(({ Action }) => Action)).not.toContain("connect:*");
    expect(others.flatMap(({ Resource }) => Resource)).toContain(`${arnOf("")}\${*}`);
    expect(await check()).toMatchObject({ status: 0 });
  }, 30_000);

  it("refuses what fits no role at all", async () => {
    const instances = Array.from({ length: 74 }, (_, index) => `i-${index}`);
    const { read, write } = await set({ statements: [allow("connect:*")], instances });
    expect(await write()).toMatchObject({ status: 2, stderr: expect.stringContaining("`roleArn`") });
    expect(await read()).toBe(shipped);
  }, 30_000);

  const without = (marker: string) =>
    linesOf(shipped)
      .filter((line) => !line.trim().startsWith(marker))
      .join("\n");
  const twice = (marker: string) =>
    shipped.replace(new RegExp(`^ *${marker}.*\n`, "m"), (line) => line + line);

  it.each([
    ["no beginning", without(begin), "0 lines that begin with `# begin role-policy`"],
    ["no end", without(end), "0 lines that begin with `# end role-policy`"],
    ["two beginnings", twice(begin), "2 lines that begin with `# begin role-policy`"],
    ["two ends", twice(end), "2 lines that begin with `# end role-policy`"],
    ["the end first", `${end}\n${begin}\n`, "comes before"],
    ["nothing in it", "", "0 lines"],
  ])("refuses a template with %s", async (_, template, message) => {
    const { read, write, check } = await set({ template });
    for (const command of [write, check])
      expect(await command()).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(await read()).toBe(template);
  });

  it("refuses a template that is not there, and flags that contradict each other", async () => {
    expect(await run(["role-policy", "--write", "/no/such.yaml"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("`/no/such.yaml` can't be read"),
    });
    expect(await run(["role-policy", "--write", "a", "--check", "b"])).toMatchObject({ status: 2 });
    expect(await run(["role-policy", "--write", "a", "--sam"])).toMatchObject({ status: 2 });
  });
});

describe("role-policy --check", () => {
  it.each<[string, (text: string) => string]>([
    ["narrower", (text) => text.replace('- "connect:Delete*"', '- "connect:DeleteUser"')],
    ["wider", (text) => text.replace('- "connect:GetMetricDataV2"', '- "connect:Get*"')],
  ])("finds a role that is %s than it must be, and names the command", async (_, change) => {
    const template = change(shipped);
    expect(template).not.toBe(shipped);
    const { read, check, file } = await set({ template });
    expect(await check()).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(`role-policy ${join(folder, "config")} --write ${file}`),
    });
    expect(await read()).toBe(template);
  });
});

describe("the build", () => {
  /** The project's build in a folder of its own, as `sam build` runs it. */
  async function build(environment: Readonly<Record<string, string>>) {
    const {
      AUTHORIZER_CONFIG: _,
      AUTHORIZER_ENV: ____,
      AUTHORIZER_ROLE_POLICY: __,
      npm_lifecycle_event: ___,
      ...own
    } = process.env;
    return new Promise<{ stderr: string; status: unknown }>((done) => {
      execFile(
        process.execPath,
        ["tools/build.mjs", "bundle"],
        { cwd: folder, env: { ...own, ...environment } },
        (error, _stdout, stderr) => done({ stderr, status: error?.code ?? 0 }),
      );
    });
  }
  const bundle = () => readFile(join(folder, "dist/bundle.json"), "utf8");

  it("leaves no bundle but what to do when the role was made for another configuration, unless told not to ask", async () => {
    const { write } = await set({ statements: [allow("connect:DescribeUser")] });
    for (const name of ["tools", "functions", "shared", "package.json", "tsconfig.json"])
      await cp(join(root, name), join(folder, name), { recursive: true });
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));

    const refused = await build({});
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        "run `npm run --silent cli -- role-policy config --write template.yaml`",
      ),
    });
    const says = "Stale role: run npm run cli -- role-policy --write template.yaml\n";
    expect(await bundle()).toBe(says);
    // Whoever installs the packages to try a configuration can: the functions cannot be built with that.
    expect(await build({ npm_lifecycle_event: "postprepare" })).toMatchObject({ status: 0 });
    expect(await bundle()).toBe(says);
    // Whatever folder is packaged: a deployment may be of any.
    expect(await build({ AUTHORIZER_CONFIG: "./config", AUTHORIZER_ROLE_POLICY: "yes" })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("role-policy ./config --write template.yaml"),
    });

    expect(await build({ AUTHORIZER_ROLE_POLICY: "unchecked" })).toMatchObject({ status: 0 });
    expect(JSON.parse(await bundle())).toHaveProperty("version");
    await write();
    expect(await build({})).toMatchObject({ status: 0 });
    expect(JSON.parse(await bundle()).config).not.toHaveProperty("cors");

    const environments = join(folder, "config", "environments");
    await mkdir(environments);
    await writeFile(join(environments, "prod.yaml"), "cors: { allowOrigins: [https://console.example] }\n");
    expect(await build({ AUTHORIZER_ENV: "prod" })).toMatchObject({ status: 0 });
    expect(JSON.parse(await bundle()).config).toHaveProperty("cors");
    const stderr = expect.stringContaining("there is no environment `staging`; there are `prod`");
    expect(await build({ AUTHORIZER_ENV: "staging" })).toMatchObject({ status: 2, stderr });
  }, 60_000);
});
