/**
 * docs/examples/existing-api, deployed into a folder as `connect-authorizer build` and `sam build` do: API Gateway's part is played
 * by what template.yaml says, and the calls go to the embedded Connect.
 */
import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { APIGatewayAuthorizerResult, APIGatewayProxyResult } from "aws-lambda";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { parseInstanceArn } from "../shared/bundle/rules/instance-arn.ts";
import type { ConnectInstance } from "../shared/request/types.ts";
import { type LocalConnect, startLocalConnect } from "../tools/local/connect/server.ts";
import { run } from "./cli/command-run.ts";
import { cloudFormationTags } from "./events/cloudformation-tags.ts";
import { makeToken, rsaKey, toJwk } from "./identity/tokens.ts";
import { product } from "./package/product.ts";

const root = resolve(import.meta.dirname, "..");
const example = join(root, "docs/examples/existing-api");
const instance = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1";
const agent = "00dtcddd1-123e-111e-93e3-11111bfbfcc1";
const routingProfile = "22rp0001-123e-111e-93e3-11111bfbfcc17";
const team = "77g00001-123e-111e-93e3-11111bfbfcc17";
const forbiddenTeam = "77g00002-123e-111e-93e3-11111bfbfcc17";
const key = rsaKey("k1");

type Authorize = (event: object) => Promise<APIGatewayAuthorizerResult>;
type Handle = (event: object) => Promise<APIGatewayProxyResult>;

let work: string;
let connect: LocalConnect;
let authorize: Authorize;
let handle: Handle;
let template: ReturnType<typeof parse>;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "existing api "));
  await cp(example, work, { recursive: true });
  await symlink(join(root, "node_modules"), join(work, "node_modules"), "junction");
  template = parse(await readFile(join(work, "template.yaml"), "utf8"), { customTags: cloudFormationTags });
  await trustOwnKey();
  const built = join(work, ".connect-authorizer");
  expect(await run(["build", join(work, "config"), "--out", built])).toMatchObject({ status: 0, stderr: "" });
  connect = await startLocalConnect({ instances: [parseInstanceArn(instance) as ConnectInstance] });
  const variables = {
    ...template.Resources.Authorizer.Properties.Environment.Variables,
    INSTANCE_ID: instance.split("/")[1],
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_CONNECT: connect.url,
  };
  for (const [name, value] of Object.entries<string>(variables)) vi.stubEnv(name, value);
  // Records of decisions.
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  authorize = await handlerOf(join(built, "functions/authorizer/index.mjs"));
  handle = await handlerOf(await buildFunction());
}, 60_000);

afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await connect.close();
  await rm(work, { recursive: true });
});

async function trustOwnKey(): Promise<void> {
  const file = join(work, "config/authorizer.yaml");
  const text = await readFile(file, "utf8");
  const jwks = `    jwks: ${JSON.stringify({ keys: [toJwk(key)] })}\n    claims:`;
  await writeFile(
    file,
    text.replace("    claims:", () => jwks),
  );
}

/** Builds the API's own function by what the template says, like SAM. */
async function buildFunction(): Promise<string> {
  const { BuildProperties } = template.Resources.Agents.Metadata;
  await build({
    absWorkingDir: work,
    entryPoints: BuildProperties.EntryPoints,
    outdir: join(work, "built"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: BuildProperties.Format,
    target: "node20",
    mainFields: BuildProperties.MainFields.split(","),
    // The library as it is packed, and packages as they are installed here.
    alias: { "connect-authorizer": join(product, "index.mjs") },
    packages: "external",
  });
  return join(work, "built/agents.mjs");
}

async function handlerOf<Handler>(file: string): Promise<Handler> {
  const { handler }: { handler: Handler } = await import(/* @vite-ignore */ pathToFileURL(file).href);
  return handler;
}

function tokenOf(...groups: readonly string[]): string {
  const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
  return `Bearer ${makeToken(key, { claims: { iss: issuer, token_use: "id", "cognito:groups": groups } })}`;
}

interface Call {
  readonly method: string;
  /** As in the template. */
  readonly route: string;
  readonly agentId?: string;
  readonly body?: object;
}

const lookUp: Call = { method: "GET", route: "/agents/{agentId}" };
const remove: Call = { method: "DELETE", route: "/agents/{agentId}" };
const moveTo = (into: string): Call => ({
  method: "POST",
  route: "/agents/{agentId}/move",
  body: { routingProfile, team: into },
});

/** The event of a call, as API Gateway makes it. */
function eventOf({ method, route, agentId = agent, body }: Call, authorization?: string) {
  const headers: Record<string, string[]> =
    authorization === undefined ? {} : { Authorization: [authorization] };
  return {
    httpMethod: method,
    resource: route,
    path: route.replace("{agentId}", agentId),
    pathParameters: { agentId },
    headers: Object.fromEntries(Object.entries(headers).map(([name, [value]]) => [name, value])),
    multiValueHeaders: headers,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      requestId: "r-1",
      httpMethod: method,
      identity: { sourceIp: "192.0.2.7", userAgent: "test" },
      authorizer: undefined as unknown,
    },
  };
}

/** Which authorizer the template puts before a route. */
function authorizerOf({ method, route }: Call): "Callers" | "Calls" {
  const events = Object.values<{
    Properties: { Method: string; Path: string; Auth?: { Authorizer: "Calls" } };
  }>(template.Resources.Agents.Properties.Events);
  const event = events.find(({ Properties }) => Properties.Method === method && Properties.Path === route);
  if (!event) throw new Error(`the template has no route ${method} ${route}`);
  return event.Properties.Auth?.Authorizer ?? template.Resources.Api.Properties.Auth.DefaultAuthorizer;
}

const reached: string[] = [];
beforeEach(() => {
  reached.length = 0;
});

/** A call through API Gateway: the route's authorizer, then, if that allows, the function. */
async function send(call: Call, authorization?: string): Promise<{ status: number; body: string }> {
  if (authorization === undefined) return { status: 401, body: "" };
  const event = eventOf(call, authorization);
  const methodArn = `arn:aws:execute-api:us-east-1:123456789012:a1/live/${call.method}${event.path}`;
  const name = authorizerOf(call);
  const { FunctionPayloadType: type } = template.Resources.Api.Properties.Auth.Authorizers[name];
  const asked =
    type === "TOKEN" ? { type, authorizationToken: authorization, methodArn } : { ...event, type, methodArn };
  let answer: APIGatewayAuthorizerResult;
  try {
    answer = await authorize(asked);
  } catch (error) {
    return { status: error instanceof Error && error.message === "Unauthorized" ? 401 : 500, body: "" };
  }
  const [statement] = answer.policyDocument.Statement;
  const resource = String((statement as { Resource: string }).Resource);
  const matches = resource.endsWith("*")
    ? methodArn.startsWith(resource.slice(0, -1))
    : methodArn === resource;
  if (statement?.Effect !== "Allow" || !matches)
    return { status: 403, body: String(answer.context?.["message"]) };
  event.requestContext.authorizer = { ...answer.context, principalId: answer.principalId };
  reached.push(call.method);
  const { statusCode, body } = await handle(event);
  return { status: statusCode, body };
}

/** What reached Amazon Connect meanwhile. */
async function sentBy<Result>(work: () => Promise<Result>) {
  const before = connect.received.length;
  const result = await work();
  return {
    result,
    sent: connect.received.slice(before).map(({ operation, input }) => ({ operation, input })),
  };
}

describe("its template", () => {
  it("puts an authorizer before each route, and tells its function what API Gateway keeps", () => {
    const { Auth } = template.Resources.Api.Properties;
    const { Callers, Calls } = Auth.Authorizers;
    expect(Auth.DefaultAuthorizer).toBe("Callers");
    expect([lookUp, remove, moveTo(team)].map(authorizerOf)).toEqual(["Calls", "Calls", "Callers"]);
    expect(Object.keys(template.Resources.Agents.Properties.Events)).toHaveLength(3);
    const { Variables } = template.Resources.Authorizer.Properties.Environment;
    expect(Callers.Identity.Header).toBe(Variables.AUTHORIZER_TOKEN_HEADER);
    expect(Calls.Identity).toMatchObject({
      Headers: [Variables.AUTHORIZER_TOKEN_HEADER],
      Context: ["httpMethod", "path"],
    });
    for (const { Identity } of [Callers, Calls])
      expect(String(Identity.ReauthorizeEvery)).toBe(Variables.AUTHORIZER_CACHE_SECONDS);
  });

  it("lets an answer about the caller serve all routes, and one about a call no other", async () => {
    const methodArn = `arn:aws:execute-api:us-east-1:123456789012:a1/live/GET/agents/${agent}`;
    const resourceFor = async (event: object) => {
      const { policyDocument } = await authorize({ ...event, methodArn });
      return policyDocument.Statement.map((statement) => "Resource" in statement && statement.Resource);
    };
    const authorization = tokenOf("hr");
    expect(await resourceFor({ type: "TOKEN", authorizationToken: authorization })).toEqual([
      "arn:aws:execute-api:us-east-1:123456789012:a1/live/*",
    ]);
    expect(await resourceFor({ ...eventOf(lookUp, authorization), type: "REQUEST" })).toEqual([methodArn]);
  });
});

describe("docs/how-to/existing-api.md", () => {
  const page = readFileSync(join(root, "docs/how-to/existing-api.md"), "utf8");
  const blocks = [...page.matchAll(/^```(js|yaml)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
    language,
    lines: linesOf(code),
  }));

  it.each(blocks)("shows a part of the example: $lines.0", ({ language, lines }) => {
    const file = { js: "src/agents.mjs", yaml: "template.yaml" }[language] ?? "";
    const parts = linesOf(readFileSync(join(example, file), "utf8"));
    expect(parts.join("\n")).toContain(lines.join("\n"));
  });

  it("has a part of each file", () => {
    expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(["js", "yaml"]));
  });

  it("has an example whose routes never use the unguarded client", () => {
    const code = linesOf(readFileSync(join(example, "src/agents.mjs"), "utf8"));
    expect(code.filter((line) => /\bunguarded\b/.test(line))).toEqual([
      "const unguarded = new ConnectClient({});",
      "const connect = guardConnectClient(unguarded, authorizer, principal, { sourceIp });",
      "const decision = await authorizer.decide({ ...call, principal, sourceIp, client: unguarded });",
    ]);
    expect(code.filter((line) => line.includes("new ConnectClient"))).toHaveLength(1);
  });

  function linesOf(code: string): string[] {
    return code
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  }
});

describe("an API that you have already", () => {
  it("looks up an agent for those who may", async () => {
    for (const group of ["supervisors", "hr"]) {
      const { status, body } = await send(lookUp, tokenOf(group));
      expect({ status, ...JSON.parse(body) }).toEqual({ status: 200, name: "jane.doe", routingProfile });
    }
  });

  it("refuses a call that its route alone decides before its function runs, in IAM's words", async () => {
    const { result, sent } = await sentBy(() => send(remove, tokenOf("supervisors")));
    expect(result).toEqual({
      status: 403,
      body: `User: alice is not authorized to perform: connect:DeleteUser on resource: ${instance}/agent/${agent} because no identity-based policy allows the connect:DeleteUser action`,
    });
    expect({ reached, sent }).toEqual({ reached: [], sent: [] });
    expect(await send(lookUp, tokenOf())).toMatchObject({ status: 403 });
  });

  it.each([lookUp, remove, moveTo(team)])("refuses a bad token: $method $route", async (call) => {
    for (const token of [undefined, "", "Bearer x", tokenOf("hr").slice(0, -8)])
      expect(await send(call, token)).toMatchObject({ status: 401 });
    expect(reached).toEqual([]);
  });

  it("moves an agent by two calls, which are sent as they were decided", async () => {
    const { result, sent } = await sentBy(() => send(moveTo(team), tokenOf("supervisors")));
    expect(result).toEqual({ status: 200, body: JSON.stringify({ moved: agent }) });
    const user = { InstanceId: instance.split("/")[1], UserId: agent };
    expect(sent).toEqual([
      { operation: "UpdateUserRoutingProfile", input: { ...user, RoutingProfileId: routingProfile } },
      { operation: "UpdateUserHierarchy", input: { ...user, HierarchyGroupId: team } },
    ]);
  });

  it("sends neither of them if the second is denied", async () => {
    const { result, sent } = await sentBy(() => send(moveTo(forbiddenTeam), tokenOf("supervisors")));
    expect(result.status).toBe(403);
    expect(result.body).toContain("connect:UpdateUserHierarchy");
    expect(result.body).toContain("with an explicit deny");
    expect({ reached, sent }).toEqual({ reached: ["POST"], sent: [] });
  });

  it("decides in its function what the authorizer lets through", async () => {
    for (const token of [tokenOf("hr"), tokenOf()]) {
      const { result, sent } = await sentBy(() => send(moveTo(team), token));
      expect({ status: result.status, sent }).toEqual({ status: 403, sent: [] });
    }
    expect(reached).toEqual(["POST", "POST"]);
  });

  it("answers a malformed id with 400, and sends nothing", async () => {
    const call = { ...moveTo(team), agentId: "a b" };
    const { result, sent } = await sentBy(() => send(call, tokenOf("supervisors")));
    expect({ status: result.status, sent }).toEqual({ status: 400, sent: [] });
  });
});

describe("its function, called past API Gateway", () => {
  const context = { principal: JSON.stringify({ id: "root", groups: ["hr"] }), principalId: "root" };
  const past = async (event: object) => sentBy(async () => (await handle(event)).statusCode);

  it("believes no context, only a token", async () => {
    const event = eventOf(remove);
    event.requestContext.authorizer = context;
    expect(await past(event)).toEqual({ result: 401, sent: [] });
  });

  it("decides for the token's caller, whatever the context says", async () => {
    const event = eventOf(remove, tokenOf("supervisors"));
    event.requestContext.authorizer = context;
    expect(await past(event)).toEqual({ result: 403, sent: [] });
  });

  it("refuses two tokens, of whomever they are", async () => {
    const event = eventOf(remove);
    event.multiValueHeaders = { Authorization: [tokenOf("hr")], authorization: [tokenOf("hr")] };
    expect(await past(event)).toEqual({ result: 401, sent: [] });
  });

  it("removes an agent for those who may", async () => {
    const { result, sent } = await past(eventOf(remove, tokenOf("hr")));
    expect({ result, sent: sent.map(({ operation }) => operation) }).toEqual({
      result: 200,
      sent: ["DeleteUser"],
    });
  });
});
