/**
 * The documents of `openapi`, by tools of others: two validators, and a client that openapi-typescript generates from the
 * running gateway's document and that calls it. `PYTHON` names a Python with openapi-spec-validator; default `python3`.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPackages } from "../../tools/install-packages.mjs";
import { readPage } from "../cli/pages/shown.ts";
import {
  type RunningGateway,
  runProgram,
  startRunningGateway,
  tokenFor,
} from "../scenario/running-gateway.ts";

const root = resolve(import.meta.dirname, "../..");
const packages = join(import.meta.dirname, "openapi");

let work: string;
let gateway: RunningGateway;
beforeAll(async () => {
  installPackages(root, "test/clients/openapi");
  work = mkdtempSync(join(tmpdir(), "openapi client "));
  symlinkSync(join(packages, "node_modules"), join(work, "node_modules"), "junction");
  gateway = await startRunningGateway();
}, 300_000);
afterAll(async () => {
  await gateway.stop();
  rmSync(work, { recursive: true });
});

function inNode(program: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [program, ...args], { cwd: work, encoding: "utf8", maxBuffer: 2 ** 28 });
}

const validators: Readonly<
  Record<string, (file: string) => { readonly status: number | null; readonly said: string }>
> = {
  "@seriousme/openapi-schema-validator": (file) => {
    const { status, stdout, stderr } = inNode(join(packages, "validate.mjs"), file);
    return { status, said: stdout + stderr };
  },
  "openapi-spec-validator": (file) => {
    const python = process.env["PYTHON"] ?? "python3";
    const { status, stdout, stderr } = spawnSync(python, ["-m", "openapi_spec_validator", file], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    return { status, said: stdout + stderr };
  },
};

const arn = "arn:aws:lambda:us-east-1:123456789012:function";
const documents = {
  "for clients": [],
  "for API Gateway": ["--for", "rest-api", "--max-resources", "404"],
  "for API Gateway, with API keys and functions": [
    ...["--for", "rest-api", "--operation", "*User*", "--api-key", "authorizer"],
    ...["--authorizer-arn", `${arn}:a`, "--proxy-arn", `${arn}:p`],
  ],
};

/** Each breaks a rule of OpenAPI, in both versions of it. */
const spoilers: Readonly<Record<string, (document: ReturnType<typeof JSON.parse>) => void>> = {
  "no title": (document) => delete document.info.title,
  "a path without a slash": (document) => {
    document.paths["users"] = {};
  },
  "a path parameter that is not required": (document) => {
    document.paths["/users/{InstanceId}/{UserId}"].get.parameters[0].required = false;
  },
  "an answer without description": (document) => {
    delete document.paths["/users/{InstanceId}/{UserId}"].get.responses["200"].description;
  },
};

describe.each(Object.keys(validators))("%s", (name) => {
  const validate = validators[name] ?? (() => ({ status: 1, said: name }));

  it.each(Object.entries(documents))("accepts the document %s", async (_title, flags) => {
    const file = join(work, "document.json");
    const { status } = await runProgram("cli", "openapi", "examples/aws", ...flags, "--out", file);
    expect(status).toBe(0);
    expect(validate(file)).toMatchObject({ status: 0 });
  });

  it.each(["clients", "rest-api"])("refuses spoilt documents for %s", async (use) => {
    const flags = ["--for", use, "--operation", "DescribeUser"];
    const { stdout } = await runProgram("cli", "openapi", "examples/aws", ...flags);
    for (const [what, spoil] of Object.entries(spoilers)) {
      const document = JSON.parse(stdout);
      spoil(document);
      const file = join(work, "spoilt.json");
      writeFileSync(file, JSON.stringify(document));
      const { status, said } = validate(file);
      expect(status, what).toBe(1);
      expect(said, what).not.toMatch(/Traceback|ERR_|No module named/);
    }
  });
});

describe("a generated client", () => {
  const typeCheck = () =>
    inNode(
      join(packages, "node_modules/typescript/bin/tsc"),
      ...["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"],
      ...["--moduleResolution", "nodenext", "--allowImportingTsExtensions", "--types", "node"],
      ...["--typeRoots", join(root, "node_modules/@types"), "calls.mts"],
    );

  beforeAll(async () => {
    const document = await (await fetch(`${gateway.url}/openapi.json`)).text();
    writeFileSync(join(work, "live.json"), document);
    const cli = join(packages, "node_modules/openapi-typescript/bin/cli.js");
    const generated = inNode(cli, "live.json", "-o", "schema.d.ts");
    expect(generated).toMatchObject({ status: 0 });
    copyFileSync(join(packages, "calls.ts"), join(work, "calls.mts"));
  }, 120_000);

  it("has types that fit the calls, and refuse wrong ones", () => {
    const checked = typeCheck();
    expect(checked.stdout).toBe("");
    expect(checked.status).toBe(0);
    const text = readFileSync(join(packages, "calls.ts"), "utf8");
    for (const [right, wrong] of [
      ['PhoneType: "SOFT_PHONE"', 'PhoneType: "NO_PHONE"'],
      ['Username: "generated",', ""],
      ["made.UserArn", "made.UserArm"],
      ["here = { path: { InstanceId } }", 'here = { path: { InstanceId: "another" } }'],
    ] as const) {
      expect(text).toContain(right);
      writeFileSync(join(work, "calls.mts"), text.replace(right, wrong));
      expect(typeCheck().status, wrong).not.toBe(0);
    }
  }, 120_000);

  it("is what docs/how-to/openapi.md shows", () => {
    const [program = ""] = readPage("how-to/openapi.md").blocks("ts");
    const around = `declare const token: string;
const InstanceId = "00fbeee1-123e-111e-93e3-11111bfbfcc1";
const UserId = "u-1";
`;
    const whole = program.replace("const client", `${around}const client`);
    writeFileSync(join(work, "calls.mts"), `${whole}console.log(data?.User?.Id, error?.__type);\n`);
    expect(typeCheck()).toMatchObject({ status: 0, stdout: "" });
  }, 120_000);

  it("calls the gateway, and gets what the document says", async () => {
    copyFileSync(join(packages, "calls.ts"), join(work, "calls.mts"));
    await build({
      ...{ entryPoints: [join(work, "calls.mts")], outfile: join(work, "calls.mjs"), absWorkingDir: work },
      ...{ bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "error" },
    });
    const [ADMIN, RECORDER] = await Promise.all(
      ["admins", "recorders"].map((name) => tokenFor(gateway.url, name)),
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(work, "calls.mjs")], {
      encoding: "utf8",
      env: { ...process.env, CONNECT_GATEWAY: gateway.url, ADMIN, RECORDER },
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const answers: readonly Answer[] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.filter(({ status }) => status >= 300).map(({ status, type }) => [status, type])).toEqual([
      [400, "InvalidParameterException"],
      [404, "ResourceNotFoundException"],
      [403, "AccessDeniedException"],
      [401, "UnauthorizedException"],
    ]);
    expect(new Set(answers.map(({ operation }) => operation)).size).toBeGreaterThanOrEqual(30);
    const problems = answers.map(problemOf());
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  }, 120_000);
});

interface Answer {
  readonly operation: string;
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** Checks an answer's body by the schema that the document has for its status; no body is an empty one. */
function problemOf() {
  const document = JSON.parse(readFileSync(join(work, "live.json"), "utf8"));
  const ajv = new Ajv2020({ allowUnionTypes: true, formats: { "date-time": true }, validateSchema: false });
  ajv.addKeyword("components");
  ajv.addSchema({ $id: "document", components: document.components }, "document");
  const items = Object.values<
    Readonly<Record<string, { operationId: string; responses: Record<string, object> }>>
  >(document.paths);
  const all = new Map(items.flatMap((item) => Object.values(item)).map((each) => [each.operationId, each]));
  return ({ operation, status, body }: Answer): string | undefined => {
    const response = all.get(operation)?.responses[String(status)] ?? {};
    const named: unknown = Reflect.get(response, "$ref");
    const whole =
      typeof named === "string" ? document.components.responses[named.split("/").at(-1) ?? ""] : response;
    const text = JSON.stringify(whole.content["application/json"].schema).replaceAll('"#/', '"document#/');
    const validate = ajv.compile(JSON.parse(text));
    return validate(body ?? {}) ? undefined : `${operation}: ${ajv.errorsText(validate.errors)}`;
  };
}
