/** docs/examples/library: one request that makes three calls for one caller, against the embedded Amazon Connect. */
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
  await build({
    entryPoints: [join(work, "team-lead.mjs")],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    alias: { "connect-authorizer": join(root, "tools/library/index.ts") },
    packages: "external",
  });
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

/** Calls the function as a new container does. */
async function call(
  groups: readonly string[],
  { team = "a", profile = seedIds.routingProfile as string } = {},
) {
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
  const { handler }: { handler: (event: object) => Promise<APIGatewayProxyStructuredResultV2> } =
    await import(/* @vite-ignore */ `${pathToFileURL(file).href}?${Math.random()}`);
  const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
  const claims = { iss: issuer, token_use: "id", "cognito:groups": groups, "custom:team": team };
  const { statusCode, body } = await handler({
    headers: { authorization: `Bearer ${makeToken(key, { claims })}` },
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
