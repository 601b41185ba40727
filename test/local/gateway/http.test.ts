/** The local gateway as an HTTP API: decoded paths, both payloads, simple responses, answers without customisation. */
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { type ApiShape, httpApi } from "../../../tools/local/gateway/events/api-shape.ts";
import { type Fakes, policy, send, startTestGateway, token } from "./gateway-harness.ts";

const payload1: ApiShape = { ...httpApi, authorizer: "http1", proxy: "http1", isSimple: false };
const document2: ApiShape = { ...httpApi, isSimple: false };
function yes(): object {
  return { isAuthorized: true };
}
type Headers = readonly (readonly [string, string])[];
const start = (fakes: Fakes = {}) => startTestGateway({ shape: httpApi, authorizer: yes, ...fakes });

describe("an HTTP API", () => {
  it("gives both functions the decoded path, cut at a decoded question mark", async () => {
    const gateway = await start();
    await send(gateway.url, { path: "/tags/a%2Fb%20c%3Fd?x=1&x=2%2C3" });
    const asked = gateway.authorizerEvents[0] as unknown as APIGatewayRequestAuthorizerEventV2;
    expect(asked).toMatchObject({
      version: "2.0",
      type: "REQUEST",
      routeArn: "arn:aws:execute-api:us-east-1:123456789012:local/$default/GET/tags/a/b c",
      identitySource: ["Bearer a.b.c", "GET", "/tags/a/b c"],
      rawPath: "/tags/a/b c",
      rawQueryString: "x=1&x=2%2C3",
      queryStringParameters: { x: "1,2,3" },
      headers: { authorization: "Bearer a.b.c" },
      requestContext: {
        http: { method: "GET", path: "/tags/a/b c", sourceIp: "127.0.0.1" },
        stage: "$default",
      },
    });
    expect(asked).not.toHaveProperty("body");
    const proxied = gateway.proxyEvents[0] as unknown as APIGatewayProxyEventV2;
    expect(proxied).toMatchObject({ version: "2.0", rawPath: "/tags/a/b c", isBase64Encoded: false });
  });

  it("gives payload 1.0 to functions that ask for it", async () => {
    const gateway = await start({
      shape: payload1,
      authorizer: ({ methodArn }) => policy("Allow", methodArn),
    });
    expect(await send(gateway.url, { path: "/tags/a%2Fb?x=1&x=2" })).toMatchObject({ status: 200 });
    for (const event of [gateway.authorizerEvents[0], gateway.proxyEvents[0]])
      expect(event).toMatchObject({
        version: "1.0",
        path: "/tags/a/b",
        multiValueQueryStringParameters: { x: ["1", "2"] },
      });
    expect(gateway.authorizerEvents[0]).toMatchObject({ identitySource: "Bearer a.b.c,GET,/tags/a/b" });
  });

  it("joins repeated headers by commas and puts cookies apart", async () => {
    const gateway = await start();
    const headers = [token, ["X-Many", "one"], ["x-many", "two"], ["Cookie", "a=1; b=2"]] as const;
    await send(gateway.url, { headers });
    const event = gateway.proxyEvents[0] as unknown as APIGatewayProxyEventV2;
    expect(event.headers["x-many"]).toBe("one,two");
    expect(event.headers["cookie"]).toBeUndefined();
    expect(event.cookies).toEqual(["a=1", "b=2"]);
  });

  it("hands the authorizer's context on under `lambda`", async () => {
    const gateway = await start({ authorizer: () => ({ isAuthorized: true, context: { who: "alice" } }) });
    await send(gateway.url);
    expect(gateway.proxyEvents[0]?.requestContext.authorizer).toEqual({ lambda: { who: "alice" } });
  });

  it.each<[string, Headers, () => unknown, number, string]>([
    ["no token", [], yes, 401, "Unauthorized"],
    ["an empty token", [["Authorization", ""]], yes, 401, "Unauthorized"],
    [
      "a throw of `Unauthorized`",
      [token],
      () => {
        throw new Error("Unauthorized");
      },
      401,
      "Unauthorized",
    ],
    ["a simple no", [token], () => ({ isAuthorized: false, context: { message: "why" } }), 403, "Forbidden"],
    [
      "another throw",
      [token],
      () => {
        throw new Error("jwks_unavailable");
      },
      500,
      "Internal Server Error",
    ],
    ["a yes as a text", [token], () => ({ isAuthorized: "true" }), 500, "Internal Server Error"],
    ["a number", [token], () => ({ isAuthorized: 1 }), 500, "Internal Server Error"],
    [
      "a document where a simple response is due",
      [token],
      () => policy("Allow", "*"),
      500,
      "Internal Server Error",
    ],
    ["nothing", [token], () => undefined, 500, "Internal Server Error"],
  ])("answers %s in its own fixed words", async (_name, headers, authorizer, status, message) => {
    const gateway = await start({ authorizer });
    const reply = await send(gateway.url, { headers });
    expect(reply).toMatchObject({ status, headers: { "content-type": "application/json" } });
    expect(reply.json()).toEqual({ message });
    expect(reply.headers["apigw-requestid"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.headers["x-amzn-errortype"]).toBeUndefined();
    expect(gateway.proxyEvents).toEqual([]);
    if (headers.length === 0) expect(gateway.authorizerEvents).toEqual([]);
  });

  it.each<[string, () => unknown, number, string]>([
    ["a malformed result", () => undefined, 500, "Internal Server Error"],
    [
      "a throw",
      () => {
        throw new Error("x");
      },
      500,
      "Internal Server Error",
    ],
    ["an answer that does not come", () => new Promise(() => undefined), 503, "Service Unavailable"],
  ])("answers %s of the proxy in its own fixed words", async (_name, proxy, status, message) => {
    const gateway = await start({ proxy, timeoutMs: 40 });
    const reply = await send(gateway.url);
    expect(reply.status).toBe(status);
    expect(reply.json()).toEqual({ message });
  });

  it("takes JSON without a status for the body of a 200", async () => {
    const gateway = await start({ proxy: () => ({ hello: 1 }) });
    expect((await send(gateway.url)).json()).toEqual({ hello: 1 });
  });

  it("refuses a path that is no percent-encoded UTF-8", async () => {
    const gateway = await start();
    expect(await send(gateway.url, { path: "/users/%ff" })).toMatchObject({ status: 400 });
    expect(gateway.authorizerEvents).toEqual([]);
  });

  it("refuses a body over 10 MB and headers over 10,240 bytes", async () => {
    const gateway = await start();
    expect(await send(gateway.url, { method: "POST", body: "x".repeat(10 * 1024 * 1024 + 1) })).toMatchObject(
      { status: 413 },
    );
    expect(await send(gateway.url, { headers: [token, ["X-Pad", "x".repeat(10_240)]] })).toMatchObject({
      status: 431,
    });
    expect(gateway.authorizerEvents).toEqual([]);
  });
});

describe("an HTTP API's cache", () => {
  it("goes by the identity sources, of which the decoded path is one", async () => {
    const gateway = await start();
    for (const path of ["/a", "/a?q=1", "/%61"]) await send(gateway.url, { path });
    expect(gateway.authorizerEvents).toHaveLength(1);
    await send(gateway.url, { path: "/b" });
    await send(gateway.url, { path: "/a", method: "PUT" });
    await send(gateway.url, { path: "/a", headers: [["Authorization", "Bearer other"]] });
    expect(gateway.authorizerEvents).toHaveLength(4);
  });

  it("gives a simple response for every route that shares its key", async () => {
    const shape: ApiShape = { ...httpApi, identitySources: [] };
    const gateway = await start({
      shape,
      authorizer: (event) => ({ isAuthorized: (event as unknown as { rawPath: string }).rawPath === "/a" }),
    });
    expect(await send(gateway.url, { path: "/a" })).toMatchObject({ status: 200 });
    // The leak that identity sources without method and path mean: `/b` was never allowed.
    expect(await send(gateway.url, { path: "/b" })).toMatchObject({ status: 200 });
    expect(gateway.authorizerEvents).toHaveLength(1);
  });

  it("evaluates a document anew for each route", async () => {
    const shape: ApiShape = { ...document2, identitySources: [] };
    const gateway = await start({
      shape,
      authorizer: (event) => policy("Allow", (event as unknown as { routeArn: string }).routeArn),
    });
    expect(await send(gateway.url, { path: "/a" })).toMatchObject({ status: 200 });
    expect(await send(gateway.url, { path: "/b" })).toMatchObject({ status: 403 });
    expect(gateway.authorizerEvents).toHaveLength(1);
  });

  it("keeps no malformed answer", async () => {
    let answers = 0;
    const gateway = await start({ authorizer: () => ({ isAuthorized: ++answers > 1 ? true : "true" }) });
    expect(await send(gateway.url)).toMatchObject({ status: 500 });
    expect(await send(gateway.url)).toMatchObject({ status: 200 });
  });
});

describe("a REST API with a TOKEN authorizer", () => {
  const shape: ApiShape = { authorizer: "token", proxy: "rest", isSimple: false, identitySources: [] };

  it("tells it token and method ARN, and caches by the token", async () => {
    const gateway = await startTestGateway({ shape });
    expect(await send(gateway.url, { path: "/a%2Fb" })).toMatchObject({ status: 200 });
    expect(gateway.authorizerEvents[0]).toEqual({
      type: "TOKEN",
      authorizationToken: "Bearer a.b.c",
      methodArn: "arn:aws:execute-api:us-east-1:123456789012:local/local/GET/a%2Fb",
    });
    // The well-known "403 at random": the kept document is for the other path.
    expect(await send(gateway.url, { path: "/c" })).toMatchObject({ status: 403 });
    expect(gateway.authorizerEvents).toHaveLength(1);
  });

  it("does not get a resource of more than 512 characters past the gateway", async () => {
    const gateway = await startTestGateway({
      shape,
      authorizer: () => policy("Allow", `*${"a".repeat(512)}`),
    });
    expect(await send(gateway.url)).toMatchObject({ status: 500 });
  });
});
