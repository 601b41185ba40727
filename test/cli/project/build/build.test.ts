/**
 * `build`: the folder that a repository of one's own deploys. And the template around it, which `init` writes there.
 */
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { version } from "../../../../package.json";
import { openContent } from "../../../../shared/bundle/bundle.ts";
import { parsePublicKeys } from "../../../../shared/bundle/signature.ts";
import { goodFiles } from "../../../authoring/configuration/configuration-folder.ts";
import { cloudFormationTags } from "../../../events/cloudformation-tags.ts";
import { connectPoliciesOf } from "../../../events/proxy-role.ts";
import { run } from "../../command-run.ts";

let work: string;
let out: string;
const before = process.cwd();

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "build "));
  process.chdir(work);
  out = ".connect-authorizer";
});
afterEach(async () => {
  vi.unstubAllEnvs();
  process.chdir(before);
  await rm(work, { recursive: true });
});

/** Writes a good configuration into `config`, changed. */
async function configure(change: (authorizer: string) => string = (text) => text): Promise<void> {
  await mkdir("config/policies", { recursive: true });
  for (const [file, text] of Object.entries(goodFiles)) await writeFile(join("config", file), text);
  await writeFile("config/authorizer.yaml", change(goodFiles["authorizer.yaml"] ?? ""));
}

const read = (file: string) => readFile(join(out, file), "utf8");
const readTemplate = async () => parse(await read("template.yaml"), { customTags: cloudFormationTags });
const readJson = async (file: string) => JSON.parse(await read(file));
const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const functionNames = ["authorizer", "authzen", "mcp", "preflight", "proxy"];

describe.each(["rest", "http"])("build --api %s", (api) => {
  it("writes functions, template, role and what it is a build of", async () => {
    await configure();
    const names = { rest: "REST API", http: "HTTP API" };
    expect(await run(["build", "--api", api])).toEqual({
      status: 0,
      stdout: `wrote .connect-authorizer: ${names[api as "rest"]}, policies of config\n`,
      stderr: "",
    });
    expect((await readdir(out)).sort()).toEqual([
      "build.json",
      "functions",
      "role-policy.json",
      "template.yaml",
    ]);
    expect((await readdir(join(out, "functions"))).sort()).toEqual(functionNames);
    const template = await readTemplate();
    for (const name of functionNames) {
      expect(await readdir(join(out, "functions", name))).toContain("index.mjs");
      const uris = Object.values<{ Properties: { CodeUri?: string } }>(template.Resources).map(
        ({ Properties }) => Properties.CodeUri,
      );
      expect(uris).toContain(`functions/${name}`);
    }
    expect(template.Resources.Api.Type).toBe(
      { rest: "AWS::Serverless::Api", http: "AWS::ApiGatewayV2::Api" }[api],
    );
    expect(await readdir(work)).toEqual([out, "config"]);
  });

  it("puts the same bundle beside each function, and says its version", async () => {
    await configure();
    await run(["build", "--api", api]);
    const printed = await run(["bundle", "--out", "-"]);
    for (const name of functionNames) {
      const module = await import(pathToFileURL(resolve(out, "functions", name, "bundle.mjs")).href);
      expect(module.default).toEqual(JSON.parse(printed.stdout));
    }
    expect(await readJson("build.json")).toEqual({
      builtBy: "connect-authorizer",
      version,
      api,
      environment: null,
      bundle: printed.stderr.trim(),
    });
  });

  it("gives the proxy's role what role-policy prints", async () => {
    await configure();
    await run(["build", "--api", api]);
    const printed = await run(["role-policy"]);
    expect(await read("role-policy.json")).toBe(printed.stdout);
    expect(connectPoliciesOf(await read("template.yaml")).generated).toEqual({
      PolicyName: "call-connect",
      PolicyDocument: JSON.parse(printed.stdout),
    });
  });

  it("asks for nothing that the configuration says: every parameter has a default that it takes", async () => {
    const roleArn = "arn:aws:iam::123456789012:role/Connect";
    await configure(
      (text) =>
        `${text.replace(arn, `${arn}\n    roleArn: ${roleArn}`)}tokenHeader: x-connect-token\ndoors: { authzen: true, mcp: true }\n`,
    );
    await run(["build", "--api", api]);
    const { Parameters } = await readTemplate();
    expect(Parameters).toMatchObject({
      AuthzenDoor: { Default: "enabled" },
      McpDoor: { Default: "enabled" },
      InstanceArns: { Default: arn },
      AssumedRoleArns: { Default: roleArn },
      TokenHeader: { Default: "X-Connect-Token" },
    });
    for (const { Default, AllowedPattern, AllowedValues } of Object.values<{
      Default: unknown;
      AllowedPattern?: string;
      AllowedValues?: readonly unknown[];
    }>(Parameters)) {
      expect(Default).toBeDefined();
      if (AllowedPattern) expect(String(Default)).toMatch(new RegExp(AllowedPattern));
      if (AllowedValues) expect(AllowedValues).toContain(Default);
    }
  });

  it("is refused by its template where another environment is deployed", async () => {
    await configure();
    await run(["build", "--api", api]);
    const { Rules } = await readTemplate();
    expect(Rules.BuiltForThisEnvironment.Assertions).toEqual([
      {
        Assert: [{ Ref: "Environment" }, ""],
        AssertDescription: expect.stringContaining("connect-authorizer build --env NAME"),
      },
    ]);
  });
});

describe("build --env", () => {
  const inProduction =
    "arn:aws:connect:eu-central-1:210987654321:instance/11fbeee1-123e-111e-93e3-11111bfbfcc1";

  beforeEach(async () => {
    await configure((text) => text.replace(`- arn: ${arn}`, `- name: main\n    arn: ${arn}`));
    await mkdir("config/environments");
    await writeFile(
      "config/environments/prod.yaml",
      `instances:\n  - name: main\n    arn: ${inProduction}\n`,
    );
  });

  it("builds what is deployed as that environment alone", async () => {
    expect(await run(["build", "--env", "prod"])).toEqual({
      status: 0,
      stdout: "wrote .connect-authorizer: REST API for the environment prod, policies of config\n",
      stderr: "",
    });
    expect(await readJson("build.json")).toMatchObject({ environment: "prod" });
    const { Parameters, Rules } = await readTemplate();
    expect(Parameters.InstanceArns.Default).toBe(inProduction);
    expect(Rules.BuiltForThisEnvironment.Assertions[0]).toEqual({
      Assert: [{ Ref: "Environment" }, "prod"],
      AssertDescription: expect.stringContaining("This build is for the environment prod."),
    });
  });

  it("of an environment that is not there leaves no earlier build", async () => {
    await run(["build"]);
    const { status, stderr } = await run(["build", "--env", "test"]);
    expect({ status, stderr }).toEqual({
      status: expect.any(Number),
      stderr: expect.stringContaining("test"),
    });
    expect(status).not.toBe(0);
    expect(await readdir(work)).toEqual(["config"]);
  });
});

describe("cors of the configuration", () => {
  const cors = (...origins: string[]) =>
    `cors:\n  allowOrigins: [${origins.map((each) => `"${each}"`).join(", ")}]\n`;
  const [one, other] = ["https://console.example.com", "https://other.example.com"];

  it.each([
    ["no page", "", ""],
    ["the pages of one origin", cors(one), one],
    ["those of two", cors(one, other), "*"],
    ["all pages", cors("*"), "*"],
  ])("lets %s read a REST API's own refusals", async (_, more, expected) => {
    await configure((text) => text + more);
    await run(["build"]);
    expect((await readTemplate()).Parameters.CorsAllowOrigin.Default).toBe(expected);
  });

  it("is an HTTP API's for all answers", async () => {
    await configure((text) => `${text}${cors(one, other)}  maxAgeSeconds: 60\n`);
    await run(["build", "--api", "http"]);
    expect((await readTemplate()).Resources.Api.Properties.CorsConfiguration).toMatchObject({
      AllowOrigins: [one, other],
      AllowHeaders: expect.arrayContaining(["authorization"]),
      MaxAge: 60,
      AllowCredentials: false,
    });
    await configure();
    await run(["build", "--api", "http"]);
    expect((await readTemplate()).Resources.Api.Properties.CorsConfiguration).toBeUndefined();
  });
});

describe("a build that fails", () => {
  it.each<[string, string, (text: string) => string]>([
    [
      "with errors",
      "config/authorizer.yaml:9:16 error unknownPolicy",
      (text) => text.replace("[read]", "[none]"),
    ],
    ["in shadow mode", "config/authorizer.yaml:10:7 error shadowMode", (text) => `${text}mode: shadow\n`],
  ])(
    "of a configuration %s says where, and leaves no earlier one to be deployed",
    async (_, message, change) => {
      await configure();
      await run(["build"]);
      await configure(change);
      const failed = await run(["build"]);
      expect(failed).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining(message) });
      expect(failed.stderr).toContain(
        "the earlier build in `.connect-authorizer` is removed, so that it is not deployed by mistake\n",
      );
      expect(await readdir(work)).toEqual(["config"]);
      expect((await run(["build"])).stderr).not.toContain("earlier build");
    },
  );

  it("for want of a configuration or of a key is unusable input", async () => {
    expect(await run(["build"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("noSuchFolder"),
    });
    await configure();
    vi.stubEnv("AUTHORIZER_SIGN", "no.pem");
    expect(await run(["build"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("`no.pem` can't be read"),
    });
    expect(await readdir(work)).toEqual(["config"]);
  });

  it("because its folder cannot be written leaves nothing half", async () => {
    await configure();
    await writeFile("file", "");
    const { status, stderr } = await run(["build", "--out", "file/build"]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/`file\/build` can't be (replaced|written)/),
    });
    expect(await readdir(work)).toEqual(["config", "file"]);
  });
});

describe("a folder that no build wrote", () => {
  it.each([
    ["with files of somebody's", { "notes.txt": "mine" }],
    ["with another program's build.json", { "build.json": "{}" }],
    ["with a build.json that is not JSON", { "build.json": "mine" }],
  ])("%s is left alone", async (_, files) => {
    await configure();
    await mkdir("mine");
    for (const [name, text] of Object.entries(files)) await writeFile(join("mine", name), text);
    expect(await run(["build", "--out", "mine"])).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "connect-authorizer: `mine` holds files that no build wrote, and a build replaces the whole folder: remove it, or name another one by `--out`\n",
    });
    expect(await readdir("mine")).toEqual(Object.keys(files));
  });

  it("has a name", async () => {
    await configure();
    expect(await run(["build", "--out", ""])).toEqual({
      status: 2,
      stdout: "",
      stderr: "connect-authorizer: `--out` is empty: name the folder to write, like `.connect-authorizer`\n",
    });
    expect(await readdir(".")).toEqual(["config"]);
  });

  it("is used if it is empty, and a file is not", async () => {
    await configure();
    await mkdir("empty");
    expect(await run(["build", "--out", "empty"])).toMatchObject({ status: 0 });
    expect(await run(["build", "--out", "config/authorizer.yaml"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        "`config/authorizer.yaml` can't be replaced by a build: it is not a folder",
      ),
    });
  });
});

it("an earlier build is replaced as a whole", async () => {
  await configure();
  await run(["build"]);
  await writeFile(join(out, "functions/proxy/left-over.mjs"), "");
  expect(await run(["build", "--api", "http"])).toMatchObject({ status: 0 });
  expect(await readdir(join(out, "functions/proxy"))).not.toContain("left-over.mjs");
  expect(await readJson("build.json")).toMatchObject({ api: "http" });
});

it.each(["--config", "--sign"])(
  "what %s names is kept if it is in the folder: the build is refused",
  async (flag) => {
    await configure();
    await run(["build"]);
    const input = join(out, "of-mine");
    await writeFile(input, "{}");
    expect(await run(["build", ...(flag === "--sign" ? ["config"] : []), flag, input])).toEqual({
      status: 2,
      stdout: "",
      stderr: `connect-authorizer: \`${input}\` is in \`${out}\`, and a build replaces the whole folder: move it\n`,
    });
    expect(await readFile(input, "utf8")).toBe("{}");
  },
);

it("prints warnings, and that nobody may do anything", async () => {
  await configure();
  await writeFile(
    "config/policies/read.json",
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "connect:NoSuch", Resource: "*" }],
    }),
  );
  const { status, stderr } = await run(["build"]);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^config\/policies\/read\.json:\d+:\d+ warning /m);
  expect(stderr).toContain("warning: no binding can use any operation in the configured instances\n");
  expect(connectPoliciesOf(await read("template.yaml")).generated).toEqual({ Ref: "AWS::NoValue" });
});

it("signs the bundle with the key that AUTHORIZER_SIGN names", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  await configure();
  await writeFile("key.pem", privateKey.export({ type: "pkcs8", format: "pem" }));
  vi.stubEnv("AUTHORIZER_SIGN", "key.pem");
  expect(await run(["build"])).toMatchObject({ status: 0, stderr: "" });
  const { default: content } = await import(pathToFileURL(resolve(out, "functions/proxy/bundle.mjs")).href);
  const keys = parsePublicKeys(publicKey.export({ type: "spki", format: "der" }).toString("base64"));
  const text = { kind: "text", bytes: Buffer.from(JSON.stringify(content)) } as const;
  expect(() => openContent(text, keys, { place: "live" })).not.toThrow();
});

describe("the template that init writes", () => {
  const files = resolve(import.meta.dirname, "../../../../tools/cli/project/init/files");

  it("has at most 60 lines, and passes on and puts out only what a build's template has", async () => {
    const text = await readFile(join(files, "template.yaml"), "utf8");
    expect(text.split("\n").length).toBeLessThanOrEqual(61);
    const { Parameters, Resources, Outputs } = parse(text, { customTags: cloudFormationTags });
    const { Type, Properties } = Resources.ConnectAuthorizer;
    expect(Type).toBe("AWS::Serverless::Application");
    expect(Properties.Location).toBe(`${out}/template.yaml`);
    expect(Object.keys(Properties.Parameters)).toEqual(Object.keys(Parameters));
    await configure();
    for (const api of ["rest", "http"]) {
      await run(["build", "--api", api]);
      const template = await readTemplate();
      for (const name of Object.keys(Parameters))
        expect(String(Parameters[name].Default)).toBe(String(template.Parameters[name].Default));
      const commented = [...text.matchAll(/^ +# (\w+): \S+,/gm)].map(([, name]) => name);
      expect(Object.keys(template.Parameters)).toEqual(expect.arrayContaining(commented));
      const used = [...text.matchAll(/ConnectAuthorizer\.Outputs\.(\w+)/g)].map(([, name]) => name);
      expect(used.length).toBeGreaterThan(Object.keys(Outputs).length);
      expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(used));
    }
  });

  it("is deployed by a samconfig.toml that sets only parameters of it", async () => {
    const toml = await readFile(join(files, "samconfig.toml"), "utf8");
    const { Parameters } = parse(await readFile(join(files, "template.yaml"), "utf8"), {
      customTags: cloudFormationTags,
    });
    const set = [...toml.matchAll(/^parameter_overrides = (.*)$/gm)].flatMap(([, list = ""]) =>
      JSON.parse(list).map((each: string) => each.split("=")[0]),
    );
    expect(set.length).toBeGreaterThan(1);
    expect(Object.keys(Parameters)).toEqual(expect.arrayContaining(set));
    expect(toml.match(/^capabilities = "CAPABILITY_IAM CAPABILITY_AUTO_EXPAND"$/gm)).toHaveLength(2);
  });
});
