/** Event shapes told apart and read: stages, base paths, repeats; and whatever else somebody may send. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAuthorizerEvent } from "../../../shared/request/event/authorizer-event.ts";
import { readProxyEvent, withBody } from "../../../shared/request/event/proxy-event.ts";
import { readOrError, readSettings } from "../../../shared/settings.ts";
import { proxyEvent } from "../../../tools/local/gateway/events/events.ts";
import {
  functionUrlEvent,
  httpAuthorizerEvent1,
  httpAuthorizerEvent2,
  httpProxyEvent1,
  httpProxyEvent2,
} from "../../../tools/local/gateway/events/http-events.ts";
import type { ReceivedRequest } from "../../../tools/local/gateway/events/received-request.ts";

const received: ReceivedRequest = {
  requestId: "r-1",
  method: "GET",
  rawPath: "/users/i/a%2Fb",
  rawQuery: "k=1&k=2&x=a%20b+c&empty=",
  headers: [
    ["Authorization", "Bearer t"],
    ["X-Many", "one"],
    ["x-many", "two"],
    ["Cookie", "a=1; b=2"],
  ],
  body: new Uint8Array(),
  sourceIp: "192.0.2.1",
};
const query = [
  ["k", "1"],
  ["k", "2"],
  ["x", "a b c"],
  ["empty", ""],
];

describe("a proxy's event", () => {
  it.each([
    ["a REST API", proxyEvent(received, { principal: "p" }), "/users/i/a%2Fb", undefined, ["one", "two"]],
    ["payload 1.0", httpProxyEvent1(received, { principal: "p" }), "/users/i/a/b", "decoded", ["one", "two"]],
    ["payload 2.0", httpProxyEvent2(received, { principal: "p" }), "/users/i/a/b", "decoded", ["one,two"]],
  ])("of %s becomes the same call", (_name, event, rawPath, pathForm, many) => {
    const { call, authorizer } = readProxyEvent(JSON.parse(JSON.stringify(event)));
    expect(call).toMatchObject({ method: "GET", rawPath, query, requestId: "r-1", sourceIp: "192.0.2.1" });
    expect(call.pathForm).toBe(pathForm);
    expect(call.headers.get("authorization")).toEqual(["Bearer t"]);
    expect(call.headers.get("x-many")).toEqual(many);
    expect(authorizer).toEqual({ principal: "p" });
  });

  it.each([
    [
      { vpcId: "vpc-1", vpceId: "vpce-1" },
      { vpcId: "vpc-1", vpceId: "vpce-1" },
    ],
    [{ vpceId: "vpce-1" }, { vpceId: "vpce-1" }],
    [{ vpcId: "", vpceId: null }, undefined],
    [{}, undefined],
  ])("of a private REST API tells the VPC endpoint: %j", (told, endpoint) => {
    const event = JSON.parse(JSON.stringify(proxyEvent(received, { principal: "p" })));
    Object.assign(event.requestContext.identity, told);
    expect(readProxyEvent(event).call.endpoint).toEqual(endpoint);
    const forged = JSON.parse(JSON.stringify(httpProxyEvent1(received, { principal: "p" })));
    Object.assign(forged.requestContext.identity, told);
    expect(readProxyEvent(forged).call.endpoint).toBeUndefined();
  });

  it("of a function URL has the raw path, and no authorizer whatever stands there", () => {
    const event = functionUrlEvent(received);
    const forged = {
      ...event,
      requestContext: { ...event.requestContext, authorizer: { principal: "p", lambda: { principal: "p" } } },
    };
    const { call, authorizer } = readProxyEvent(forged);
    expect(call.rawPath).toBe("/users/i/a%2Fb");
    expect(call.pathForm).toBeUndefined();
    expect(authorizer).toEqual({});
  });

  it("of payload 2.0 gives no part of itself but the Lambda authorizer's context", () => {
    const event = httpProxyEvent2(received, undefined);
    const jwt = {
      ...event,
      requestContext: { ...event.requestContext, authorizer: { principal: "p", jwt: { claims: {} } } },
    };
    expect(readProxyEvent(jwt).authorizer).toEqual({});
  });

  it.each([
    ["a stage's name", "/prod/users/i/u", "prod", "", "/users/i/u"],
    ["the default stage", "/users/i/u", "$default", "", "/users/i/u"],
    ["a stage that a custom domain leaves out", "/users/i/u", "prod", "", "/users/i/u"],
    ["a word that begins like the stage", "/production/u", "prod", "", "/production/u"],
    ["the stage alone", "/prod", "prod", "", "/"],
    ["a base path", "/connect/v1/users/i/u", "$default", "/connect/v1", "/users/i/u"],
    ["a base path without the domain that has it", "/users/i/u", "$default", "/connect/v1", "/users/i/u"],
    ["stage and base path", "/prod/connect/users/i/u", "prod", "/connect", "/users/i/u"],
    ["a base path twice, of which one belongs to the call", "/a/a/u", "$default", "/a", "/a/u"],
  ])("of an HTTP API loses %s", (_name, path, stage, basePath, rawPath) => {
    for (const event of [httpProxyEvent1(received, {}), httpProxyEvent2(received, undefined)]) {
      const { requestContext } = event;
      const changed = {
        ...event,
        path,
        rawPath: path,
        requestContext: {
          ...requestContext,
          stage,
          http: { ...("http" in requestContext ? requestContext.http : {}), path },
        },
      };
      expect(readProxyEvent(changed, basePath).call.rawPath).toBe(rawPath);
    }
  });

  it("of a REST API keeps its path, which never holds the stage, and loses the base path", () => {
    const event = { ...proxyEvent(received, {}), path: "/local/users" };
    expect(readProxyEvent(event).call.rawPath).toBe("/local/users");
    expect(readProxyEvent(event, "/local").call.rawPath).toBe("/users");
  });

  it("gives its body as text, and refuses bytes that are none", () => {
    const { call } = readProxyEvent({});
    expect(withBody(call, { body: "{}" }).body).toBe("{}");
    expect(withBody(call, { body: Buffer.from("é").toString("base64"), isBase64Encoded: true }).body).toBe(
      "é",
    );
    expect(withBody(call, { body: null }).body).toBe("");
    expect(() => withBody(call, { body: "/w==", isBase64Encoded: true })).toThrow(
      "the body is not UTF-8 text",
    );
  });

  const packed = gzipSync('{"a":1}');
  it.each([
    [
      "in base64, as function URLs give it",
      ["gzip"],
      { body: packed.toString("base64"), isBase64Encoded: true },
    ],
    ["as text, as REST APIs give it", ["gzip"], { body: packed.toString("utf8") }],
    ["as Latin-1", ["gzip"], { body: packed.toString("latin1") }],
    ["without a word of it", [], { body: packed.toString("base64"), isBase64Encoded: true }],
    ["without a word of it, as text", [], { body: packed.toString("utf8") }],
    ["by another coding", ["br"], { body: "CwAAgA==", isBase64Encoded: true }],
    ["by one coding of several", ["identity, GZIP"], { body: "{}" }],
    ["by a coding in a second header", ["identity", "deflate"], { body: "{}" }],
  ])("refuses a compressed body, and says why: %s", (_, codings, event) => {
    const { call } = readProxyEvent({});
    const headers = new Map([["content-encoding", codings]]);
    expect(() => withBody({ ...call, headers }, event)).toThrow(
      "the body is compressed: send it uncompressed, without Content-Encoding",
    );
  });

  it.each([
    ["that says it is not compressed", ["identity"], { body: "{}" }],
    ["with an empty header", [""], { body: "{}" }],
    ["that is none", ["gzip"], { body: null }],
    ["that is empty", ["gzip"], { body: "", isBase64Encoded: true }],
  ])("takes a body %s", (_, codings, event) => {
    const { call } = readProxyEvent({});
    const headers = new Map([["content-encoding", codings]]);
    expect(withBody({ ...call, headers }, event).body).toBe(event.body ?? "");
  });
});

describe("an authorizer's event", () => {
  it.each([
    ["1.0", httpAuthorizerEvent1],
    ["2.0", httpAuthorizerEvent2],
  ] as const)("of payload %s says whether the cache key holds method and path", (_, makeEvent) => {
    const of = (...sources: string[]) =>
      readAuthorizerEvent(JSON.parse(JSON.stringify(makeEvent(received, sources)))).isRouteInCacheKey;
    expect(of("Bearer t", "GET", "/users/i/a/b")).toBe(true);
    expect(of("/users/i/a/b", "GET", "x", "Bearer t")).toBe(true);
    expect(of("Bearer t")).toBe(false);
    expect(of("Bearer t", "GET")).toBe(false);
    expect(of("Bearer t", "/users/i/a/b")).toBe(false);
    expect(of("Bearer t", "POST", "/users/i/a/b")).toBe(false);
    expect(of("Bearer t", "GET", "/users/i/a")).toBe(false);
    expect(of("Bearer t", "GET", "/users/i/a/b/c")).toBe(false);
    expect(of()).toBe(true);
  });

  it("of payload 1.0 finds a path with commas in what is joined by commas", () => {
    const event = httpAuthorizerEvent1({ ...received, rawPath: "/a,b/c" }, ["Bearer t", "GET", "/a,b/c"]);
    expect(readAuthorizerEvent(event).isRouteInCacheKey).toBe(true);
    expect(readAuthorizerEvent({ ...event, identitySource: "Bearer t,GET,/a" }).isRouteInCacheKey).toBe(
      false,
    );
  });

  it("of the TOKEN kind tells method and path by its ARN, and does not know how they are spelled", () => {
    const read = (methodArn: string) =>
      readAuthorizerEvent({ type: "TOKEN", methodArn, authorizationToken: "Bearer t" });
    expect(read("arn:aws:execute-api:us-east-1:1:api/prod/GET/users/i/u")).toMatchObject({
      shape: "token",
      tokenText: "Bearer t",
      call: { method: "GET", rawPath: "/users/i/u", pathForm: "unsure" },
      isRouteInCacheKey: false,
    });
    expect(read("arn:aws:execute-api:us-east-1:1:api/prod").call).toMatchObject({ method: "", rawPath: "" });
  });
});

describe("anything else", () => {
  it("is read without a throw", () => {
    const keys = [
      "version",
      "type",
      "methodArn",
      "routeArn",
      "path",
      "rawPath",
      "httpMethod",
      "headers",
      "requestContext",
    ];
    const more = [
      "multiValueHeaders",
      "queryStringParameters",
      "rawQueryString",
      "identitySource",
      "http",
      "authorizer",
    ];
    const value = fc.oneof(
      fc.anything({ maxDepth: 2 }),
      fc.constantFrom("1.0", "2.0", "TOKEN", "%zz", "/%ff"),
    );
    const event = fc.oneof(
      fc.anything({ maxDepth: 3 }),
      fc.dictionary(
        fc.constantFrom(...keys, ...more),
        fc.oneof(value, fc.dictionary(fc.constantFrom(...more, ...keys), value)),
      ),
    );
    const property = fc.property(event, (given) => {
      readAuthorizerEvent(given, "/base");
      readProxyEvent(given, "/base");
    });
    fc.assert(property, { seed: 20260101, numRuns: 2000 });
  });
});

describe("API_BASE_PATH", () => {
  it.each([undefined, "", "/connect", "/connect/v1.0"])("may be %j", (text) => {
    expect(readSettings({ API_BASE_PATH: text }).API_BASE_PATH).toBe(text ?? "");
  });

  it.each(["connect", "/", "/connect/", "//", "/a b", "/%2F", "/a?b"])("is refused when it is %j", (text) => {
    const settings = readSettings({ API_BASE_PATH: text });
    const read = readOrError(() => settings.API_BASE_PATH);
    expect(read).toMatchObject({
      code: "internal",
      message: expect.stringContaining("`API_BASE_PATH` must be"),
    });
  });
});
