/** docs/examples/library: one request that makes three calls for one caller, against the embedded Amazon Connect. */
import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { seedIds } from "../../tools/local/connect/seed.ts";
import { type LocalConnect, startLocalConnect } from "../../tools/local/connect/server.ts";
import { makeToken, rsaKey, toJwk } from "../identity/tokens.ts";
import { instances } from "../local/connect/connect-fixture.ts";

const root = resolve(import.meta.dirname, "../..");
const key = rsaKey("k1");
const [{ arn } = { arn: "" }] = instances;

/** The library as it is here, and packages as they are installed here. */
const building = { bundle: true, platform: "node", format: "esm", packages: "external" } as const;

let work: string;
let connect: LocalConnect;
let file: string;
let log: string[];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "library example "));
  await cp(join(root, "docs/examples/library"), work, { recursive: true });
  await symlink(join(root, "node_modules"), join(work, "node_modules"), "junction");
  const configuration = join(work, "config/authorizer.yaml");
  const text = await readFile(configuration, "utf8");
  const jwks = `    jwks: ${JSON.stringify({ keys: [toJwk(key)] })}\n    claims:`;
  const trusting = text.replace("    claims:", () => jwks);
  await writeFile(configuration, trusting);
  file = join(work, "built.mjs");
  const alias = { "connect-authorizer": join(root, "tools/library/index.ts") };
  await build({ ...building, entryPoints: [join(work, "team-lead.mjs")], outfile: file, alias });
});

beforeEach(async () => {
  connect = await startLocalConnect({ instances });
  log = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => log.push(String(line)) > 0);
  return async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await connect.close();
  };
});

afterAll(() => rm(work, { recursive: true }));

function setVariables(profile: string = seedIds.routingProfile): void {
  const variables = {
    INSTANCE_ARN: arn,
    LEAD_ROUTING_PROFILE: profile,
    LEAD_SECURITY_PROFILE: seedIds.agentProfile,
    CONFIG: join(work, "config"),
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_CONNECT: connect.url,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

interface Caller {
  readonly groups: readonly string[];
  readonly team: string;
}

function tokenOf({ groups, team }: Caller): string {
  const iss = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
  const claims = { iss, token_use: "id", "cognito:groups": groups, "custom:team": team };
  return makeToken(key, { claims });
}

/** Calls the function as a new container does. */
async function call(
  groups: readonly string[],
  { team = "a", profile = seedIds.routingProfile as string } = {},
) {
  setVariables(profile);
  const { handler }: { handler: (event: object) => Promise<APIGatewayProxyStructuredResultV2> } =
    await import(/* @vite-ignore */ `${pathToFileURL(file).href}?${Math.random()}`);
  const { statusCode, body } = await handler({
    headers: { authorization: `Bearer ${tokenOf({ groups, team })}` },
    requestContext: { http: { sourceIp: "192.0.2.1" } },
    pathParameters: { agentId: seedIds.user },
  });
  return { statusCode, ...JSON.parse(body ?? "") };
}

/** The calls that change something. */
function changes(): readonly string[] {
  const names = connect.received.map(({ operation }) => operation);
  return names.filter((name) => !/^(?:List|Describe)/.test(name));
}

/** The JavaScript of docs/how-to/library.md, block by block. */
const blocks = [
  ...readFileSync(join(root, "docs/how-to/library.md"), "utf8").matchAll(/^```js\n(.*?)^```/gms),
].map(([, code = ""]) => code);

/** Runs JavaScript in the example's folder, after what it needs and before what it gives. */
async function runCode(code: string): Promise<unknown> {
  const outfile = join(work, `block-${Math.random()}.mjs`);
  const library = join(root, "tools/library");
  await build({
    ...building,
    stdin: { contents: code, resolveDir: work },
    outfile,
    alias: {
      "connect-authorizer/policy": join(library, "policy.ts"),
      "connect-authorizer": join(library, "index.ts"),
    },
  });
  const { result }: { result: unknown } = await import(/* @vite-ignore */ pathToFileURL(outfile).href);
  return result;
}

describe("docs/how-to/library.md", () => {
  const [first = "", loop = "", language = ""] = blocks;

  it("begins with code that describes a user for a caller", async () => {
    setVariables();
    const here = first.replace('"config"', JSON.stringify(join(work, "config")));
    const needs = `const token = ${JSON.stringify(tokenOf({ groups: ["managers"], team: "a" }))}, sourceIp = "192.0.2.1",
      [InstanceId, UserId] = ${JSON.stringify([arn.split("/")[1], seedIds.user])}; export let result;`;
    const refused = here.replace(
      /^await connect.*$/m,
      (line) => `try { ${line} } catch (error) { result = error.name; }`,
    );
    // The policies of the example let managers promote, and no more.
    expect(await runCode(`${needs}\n${refused}`)).toBe("AccessDeniedException");
    expect(connect.received).toEqual([]);
  });

  it("shows the loop of the example", () => {
    const plain = (code: string) => code.replace(/^ +/gm, "");
    expect(plain(readFileSync(join(root, "docs/examples/library/team-lead.mjs"), "utf8"))).toContain(
      plain(loop),
    );
  });

  it("shows the policy language as it answers", async () => {
    const policy = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "connect:*",
          Resource: "*",
          Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
        },
      ],
    };
    const needs = `const text = ${JSON.stringify(JSON.stringify(policy))}, arn = ${JSON.stringify(arn)};`;
    const gives = language
      .replace(/^(evaluate.*);.*$/m, "export const result = $1;")
      .replace(/^explain/m, "result.explained = explain");
    expect(await runCode(`${needs}\n${gives}`)).toMatchObject({
      decision: "unknown",
      missingContextKeys: ["aws:SourceIp"],
      explained: { statements: [{ file: "policies/agents.json", result: "unknown" }] },
    });
  });
});

const all = ["UpdateUserSecurityProfiles", "UpdateUserRoutingProfile", "TagResource"];

describe("three calls for one caller", () => {
  it("are all made for a caller who may make them", async () => {
    expect(await call(["managers"])).toEqual({ statusCode: 200, done: all });
    expect(changes()).toEqual(all);
    const records = log.map((line) => JSON.parse(line));
    expect(records.map(({ operation, outcome }) => `${outcome} ${operation}`)).toEqual(
      [...all, ...all].map((name) => `allow ${name}`),
    );
  });

  it("are not begun for a caller who may not make the second", async () => {
    expect(await call(["hr"])).toMatchObject({
      statusCode: 403,
      denied: "UpdateUserRoutingProfile",
      message: expect.stringMatching(/with an explicit deny in an identity-based policy$/),
    });
    expect(changes()).toEqual([]);
  });

  it("are not begun for a caller of another team, or without a group", async () => {
    expect(await call(["managers"], { team: "b" })).toMatchObject({ statusCode: 403, denied: all[0] });
    expect(await call([])).toMatchObject({ statusCode: 403, denied: all[0] });
    expect(changes()).toEqual([]);
  });

  it("end at the one that Amazon Connect refuses, and the answer says what is done", async () => {
    const answer = await call(["managers"], { profile: "22rp9999-123e-111e-93e3-11111bfbfcc17" });
    expect(answer).toMatchObject({ statusCode: 404, done: [all[0]], failed: all[1] });
    expect(changes()).toEqual(all.slice(0, 2));
  });
});
