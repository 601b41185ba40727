/**
 * The door as a protected resource: what it says of itself, where it leads a client without a usable token, and whose tokens
 * it takes.
 */
import { DeleteUserCommand } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import type { Configuration, Doors } from "../../../shared/bundle/types.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import { makeToken, toJwk } from "../../identity/tokens.ts";
import {
  allowAll,
  bundleOf,
  given,
  instanceId,
  key,
  proxyEvent,
  type Statement,
  tokenOf,
} from "../lambda-fixture.ts";
import { mockConnect } from "../mocked-connect.ts";
import { Agent } from "./mcp-fixture.ts";

const connect = mockConnect();

const metadata = "/.well-known/oauth-protected-resource";
const url = "https://agents.example.com/mcp";
type Mcp = NonNullable<Doors["mcp"]>;

function withDoor(mcp: Mcp, config: Partial<Configuration> = {}): Agent {
  return new Agent([allowAll], { config: { doors: { mcp }, ...config } });
}

/** An event as API Gateway makes it, with its own word on domain and path, and a header that lies. */
function eventAt(path: string, context: object, token?: string) {
  const event = proxyEvent(
    token === undefined ? "GET" : "POST",
    path,
    {},
    { token: token ?? "", body: "{}" },
  );
  const headers = { ...event.headers, Host: "evil.example", "X-Forwarded-Host": "evil.example" };
  return {
    ...event,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: { ...event.requestContext, ...context },
  } as typeof event;
}

async function metadataOf(agent: Agent, context: object, path = `${metadata}/mcp`) {
  const { statusCode, body, headers } = await agent.handler(eventAt(path, context));
  return { status: statusCode, body: JSON.parse(body), headers };
}

const rest = (prefix: string, domainName = "abc.execute-api.eu-west-1.amazonaws.com") => ({
  domainName,
  path: `${prefix}${metadata}/mcp`,
});

describe("the metadata", () => {
  it("say where the door is, whose tokens it takes and how: at both addresses, to everybody", async () => {
    const agent = withDoor({ resource: url });
    for (const path of [metadata, `${metadata}/mcp`]) {
      expect(await metadataOf(agent, {}, path)).toMatchObject({
        status: 200,
        headers: { "content-type": "application/json", "access-control-allow-origin": "*" },
        body: {
          resource: url,
          authorization_servers: ["https://issuer.test"],
          bearer_methods_supported: ["header"],
        },
      });
    }
    expect(agent.records).toEqual([]);
  });

  it("are not there while the door is shut", async () => {
    const agent = new Agent([allowAll], { config: { doors: {} } });
    expect((await metadataOf(agent, rest("/prod"))).status).toBe(404);
  });

  it("name the scopes that the issuers ask for, and none otherwise", async () => {
    const { config } = bundleOf([allowAll]);
    const issuers = config.issuers.map((each) => ({ ...each, scopes: ["connect/call", "openid"] }));
    const { body } = await metadataOf(withDoor({ resource: url }, { issuers }), {});
    expect(body.scopes_supported).toEqual(["connect/call", "openid"]);
    expect((await metadataOf(withDoor({ resource: url }), {})).body).not.toHaveProperty("scopes_supported");
  });

  it.each([
    ["a stage", rest("/prod"), "https://abc.execute-api.eu-west-1.amazonaws.com/prod/mcp"],
    ["a custom domain", rest("", "connect.example.com"), "https://connect.example.com/mcp"],
    ["a base path", rest("/v1/connect", "api.example.com"), "https://api.example.com/v1/connect/mcp"],
    ["no domain", { path: "/x" }, undefined],
    ["a domain that is none", rest("", "evil.example/x?"), undefined],
    ["a prefix that is none", rest('/"x', "api.example.com"), undefined],
  ])("say the address that API Gateway tells, whatever the headers say: %s", async (_, context, resource) => {
    const agent = withDoor(true);
    const found = await metadataOf(agent, context);
    expect([found.status, found.body.resource]).toEqual([resource ? 200 : 404, resource]);
    const path = context.path.replace(`${metadata}/mcp`, "/mcp");
    const refused = await agent.handler(eventAt("/mcp", { ...context, path }, "x.y.z"));
    const challenge = String(refused.headers?.["www-authenticate"]);
    expect(/resource_metadata="([^"]*)"/.exec(challenge)?.[1]).toBe(
      resource?.replace(/\/mcp$/, `${metadata}/mcp`),
    );
    expect(JSON.stringify([found, refused])).not.toContain("evil.example");
  });
});

describe("a challenge", () => {
  it("leads to the metadata, says what is wrong and which scopes to ask for", async () => {
    const { config } = bundleOf([allowAll]);
    const issuers = config.issuers.map((each) => ({ ...each, scopes: ["connect/call"] }));
    const agent = withDoor(
      { resource: "https://agents.example.com/v1/mcp", audience: ["my-app"] },
      { issuers },
    );
    const place = `resource_metadata="https://agents.example.com/v1${metadata}/mcp", scope="connect/call"`;
    const { status, headers } = await agent.ask("tools/list", {}, { token: "x.y.z" });
    expect([status, headers["www-authenticate"]]).toEqual([
      401,
      expect.stringMatching(/^Bearer error="invalid_token", error_description="[^"]+", /),
    ]);
    expect(headers["www-authenticate"]).toContain(place);
    const unscoped = await agent.ask("tools/list");
    expect(unscoped).toMatchObject({ status: 403, body: { __type: "AccessDeniedException" } });
    expect(unscoped.headers["www-authenticate"]).toMatch(/^Bearer error="insufficient_scope", /);
    expect(unscoped.headers["www-authenticate"]).toContain(place);
    expect((await agent.ask("tools/list", {}, { claims: { scope: "connect/call" } })).status).toBe(200);
  });

  it("of an address with a path of its own leads to the well-known path of its host", async () => {
    const { headers } = await withDoor({ resource: "https://agents.example.com/connect" }).ask("tools/list");
    expect(headers["www-authenticate"]).toContain(`"https://agents.example.com${metadata}/connect"`);
  });
});

describe("the audience", () => {
  const pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example";
  const poolIssuer: IssuerConfiguration = {
    issuer: pool,
    audience: ["web-client"],
    claims: { id: "sub", groups: "cognito:groups" },
    jwks: { keys: [toJwk(key, { alg: "RS256" })] },
  };
  const ofPool = (claims: object) =>
    makeToken(key, { claims: { iss: pool, aud: undefined, "cognito:groups": ["callers"], ...claims } });
  const access = { token_use: "access" };

  it.each<readonly [what: string, mcp: Mcp, token: string, status: number]>([
    ["the issuers' audience, if the door has none", true, tokenOf(), 200],
    ["another audience", true, tokenOf({ aud: url }), 401],
    ["the door's address", { resource: url }, tokenOf({ aud: url }), 200],
    ["the door's address among others", { resource: url }, tokenOf({ aud: ["x", url] }), 200],
    ["only the other routes' audience", { resource: url }, tokenOf(), 401],
    ["another address", { resource: url }, tokenOf({ aud: `${url}/` }), 401],
    ["no audience", { resource: url }, tokenOf({ aud: undefined }), 401],
    ["the door's audience", { resource: url, audience: ["api://x"] }, tokenOf({ aud: "api://x" }), 200],
    [
      "the address, where the audience is another",
      { resource: url, audience: ["x"] },
      tokenOf({ aud: url }),
      401,
    ],
  ])("of a token decides: %s", async (_, mcp, token, status) => {
    expect((await withDoor(mcp).ask("tools/list", {}, { token })).status).toBe(status);
  });

  it.each<readonly [what: string, mcp: Mcp, token: string, status: number]>([
    ["bound to the door", { resource: url }, ofPool({ ...access, client_id: "web-client", aud: url }), 200],
    ["bound to nothing", { resource: url }, ofPool({ ...access, client_id: "web-client" }), 401],
    [
      "bound to another",
      { resource: url },
      ofPool({ ...access, client_id: "web-client", aud: "https://b.c" }),
      401,
    ],
    ["of an unknown client", { resource: url }, ofPool({ ...access, client_id: "x", aud: url }), 401],
    ["of an agents' client", { audience: ["agents"] }, ofPool({ ...access, client_id: "agents" }), 200],
    ["of another client", { audience: ["agents"] }, ofPool({ ...access, client_id: "web-client" }), 401],
    ["for a person to sign in", { resource: url }, ofPool({ token_use: "id", aud: "web-client" }), 401],
  ])("of a user pool's token decides, or its client: %s", async (_, mcp, token, status) => {
    const match = { groups: ["callers"], issuer: [pool] };
    const config = { issuers: [poolIssuer], bindings: [{ match, policies: ["p"] }] };
    expect((await withDoor(mcp, config).ask("tools/list", {}, { token })).status).toBe(status);
  });

  it("of the door opens no other route", async () => {
    const lambdas = given([allowAll], { config: { doors: { mcp: { resource: url } } } });
    await expect(lambdas.ask("GET", `/users/${instanceId}/u-1`, { claims: { aud: url } })).rejects.toThrow();
  });

  it("is checked in `authorization`, whatever header the other routes use", async () => {
    const agent = withDoor({ resource: url }, { tokenHeader: "x-connect-token" });
    expect((await agent.ask("tools/list", {}, { token: tokenOf({ aud: url }) })).status).toBe(200);
    const elsewhere = { token: "x.y.z", headers: { "X-Connect-Token": tokenOf({ aud: url }) } };
    expect((await agent.ask("tools/list", {}, elsewhere)).status).toBe(401);
  });
});

describe("a policy", () => {
  const user = { InstanceId: instanceId, UserId: "u-1" };
  const few: Statement = {
    Effect: "Allow",
    Action: ["connect:DeleteUser", "connect:ListUsers"],
    Resource: "*",
  };
  const deny = (Condition: NonNullable<Statement["Condition"]>): Statement => ({
    ...{ Effect: "Deny", Action: "connect:Delete*", Resource: "*", Condition },
  });

  it.each([
    ["every agent", deny({ Bool: { "authorizer:ViaMcp": "true" } }), {}, {}],
    ["what acts for somebody", deny({ Null: { "jwt:act.sub": "false" } }), { act: { sub: "a" } }, {}],
    [
      "one actor",
      deny({ StringEquals: { "jwt:act.sub": "a" } }),
      { act: { sub: "a" } },
      { act: { sub: "b" } },
    ],
    ["one program", deny({ StringEquals: { "jwt:client_id": "a" } }), { client_id: "a" }, { client_id: "b" }],
    ["one party", deny({ StringEquals: { "jwt:azp": "a" } }), { azp: "a" }, { azp: "b" }],
  ])("narrows %s, and no other call of the same caller", async (_, statement, claims, others) => {
    connect.on(DeleteUserCommand).resolves({ $metadata: {} });
    const agent = new Agent([few, statement]);
    expect(await agent.call("DeleteUser", user, { claims })).toMatchObject({ isError: true });
    const listed = async (of: object) => (await agent.list({ claims: { ...of } })).map(({ name }) => name);
    expect(await listed(claims)).toEqual(["ListUsers"]);
    const isOfDoor = JSON.stringify(statement).includes("ViaMcp");
    expect(await listed(others)).toEqual(isOfDoor ? ["ListUsers"] : ["DeleteUser", "ListUsers"]);
    expect(connect.calls()).toEqual([]);
    const route = given([allowAll, statement]);
    const { status } = await route.call("DELETE", `/users/${instanceId}/u-1`, { claims: others });
    expect(status).toBe(200);
    expect(connect.calls()).toHaveLength(1);
  });

  it("on the actor denies a call whose actor has no name", async () => {
    const agent = new Agent([few, deny({ StringEquals: { "jwt:act.sub": "a" } })]);
    const result = await agent.call("DeleteUser", user, { claims: { act: { iss: "https://issuer.test" } } });
    expect(result).toMatchObject({ isError: true });
    expect(connect.calls()).toEqual([]);
  });
});
