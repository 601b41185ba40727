/** Browser clients, through both flavours of the local gateway and the deployed handlers: every answer, refusals too. */
import { beforeEach, describe, expect, it } from "vitest";
import type { CorsConfiguration } from "../../../shared/request/answer/cors.ts";
import { instanceArn, instanceId, tokenOf } from "../../functions/lambda-fixture.ts";
import { mockConnect } from "../../functions/mocked-connect.ts";
import { fetchFromPage, type PageRequest } from "./browser.ts";
import { send, startTestGateway } from "./gateway-harness.ts";
import { startRealGateway } from "./real-gateway.ts";

const connect = mockConnect();
beforeEach(() => {
  connect.onAnyCommand().resolves({ $metadata: {} });
});

const console1 = "https://console.example.com";
const console2 = "https://crm.example.com:8443";
const cors: CorsConfiguration = {
  allowOrigins: [console1],
  allowMethods: ["GET", "PUT", "DELETE"],
  allowHeaders: ["authorization", "content-type"],
  exposeHeaders: ["x-amzn-requestid", "x-amzn-errortype"],
  maxAgeSeconds: 300,
  allowCredentials: false,
};
const statements = [
  { Effect: "Allow", Action: "connect:*", Resource: "*" },
  { Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" },
  { Effect: "Deny", Action: "connect:CreateUser", Resource: `${instanceArn}/security-profile/forbidden` },
] as const;
const user = `/users/${instanceId}/u-1`;
const authorization = `Bearer ${tokenOf()}`;
const newUser = JSON.stringify({
  Username: "jane",
  RoutingProfileId: "r-1",
  PhoneConfig: { PhoneType: "SOFT_PHONE" },
  SecurityProfileIds: ["forbidden"],
});

/** Each way to be answered, and who answers. */
const requests: readonly (readonly [string, PageRequest, number, string | undefined])[] = [
  ["an allowed call", { path: user, headers: { authorization } }, 200, undefined],
  ["no token, refused by the gateway", { path: user }, 401, "UnauthorizedException"],
  [
    "a bad token, refused by the authorizer",
    { path: user, headers: { authorization: "Bearer x.y.z" } },
    401,
    "UnauthorizedException",
  ],
  [
    "a call denied by the authorizer",
    { method: "DELETE", path: user, headers: { authorization } },
    403,
    "AccessDeniedException",
  ],
  [
    "a call denied by the proxy",
    {
      method: "PUT",
      path: `/users/${instanceId}`,
      headers: { authorization, "content-type": "application/json" },
      body: newUser,
    },
    403,
    "AccessDeniedException",
  ],
  ["an unknown route", { path: "/no/such", headers: { authorization } }, 404, "UnknownOperationException"],
  [
    "a malformed identifier",
    { path: `/users/${instanceId}/a%20b`, headers: { authorization } },
    400,
    "InvalidParameterException",
  ],
];

describe.each(["rest", "http"] as const)("a page, through the %s api,", (api) => {
  it.each(requests)("reads the answer to %s", async (_name, request, status, type) => {
    const { url } = await startRealGateway({ statements, api, config: { cors } });
    const seen = await fetchFromPage(url, console1, request);
    expect(seen.status).toBe(status);
    // What an HTTP API answers itself names no type and no id.
    if (api === "http" && (status === 401 || seen.text.includes("Forbidden"))) return;
    if (type) expect(seen.headers.get("x-amzn-errortype")).toBe(type);
    expect(seen.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("of another origin reads no answer of the API's functions, and sends nothing that needs leave", async () => {
    const { url, functions } = await startRealGateway({ statements, api, config: { cors } });
    const call = { path: user, headers: { authorization } };
    await expect(fetchFromPage(url, "https://evil.example", call)).rejects.toThrow(/^origin: undefined$/);
    expect(functions.records).toEqual([]);
    expect(connect.calls()).toHaveLength(0);
  });

  it("asks without the authorizer, and remembers the answer", async () => {
    const { url, functions } = await startRealGateway({ statements, api, config: { cors } });
    const headers = [
      ["Origin", console1],
      ["Access-Control-Request-Method", "PUT"],
    ] as const;
    const reply = await send(url, { method: "OPTIONS", path: user, headers });
    expect(reply).toMatchObject({ status: 204, text: "" });
    expect(reply.headers).toMatchObject({
      "access-control-allow-origin": console1,
      "access-control-allow-methods": "GET, PUT, DELETE",
      "access-control-allow-headers": "authorization, content-type",
      "access-control-max-age": "300",
      vary: "Origin",
    });
    expect(functions.records).toEqual([]);
  });

  it("may not use a method or header that is not allowed", async () => {
    const { url } = await startRealGateway({ statements, api, config: { cors } });
    await expect(fetchFromPage(url, console1, { method: "PATCH", path: user })).rejects.toThrow(
      "method PATCH",
    );
    const odd = { path: user, headers: { authorization, "x-odd": "1" } };
    await expect(fetchFromPage(url, console1, odd)).rejects.toThrow("header x-odd");
  });

  it("of any origin may, where all are allowed, but not with cookies", async () => {
    const { url } = await startRealGateway({
      statements,
      api,
      config: { cors: { ...cors, allowOrigins: ["*"] } },
    });
    for (const [, request, status] of requests)
      expect(await fetchFromPage(url, "https://anyone.example", request)).toMatchObject({ status });
    const reply = await send(url, {
      path: user,
      headers: [
        ["Authorization", authorization],
        ["Origin", console1],
      ],
    });
    expect(reply.headers["access-control-allow-origin"]).toBe("*");
    expect(reply.headers.vary).toBeUndefined();
    const call = { path: user, headers: { authorization }, withCredentials: true };
    await expect(fetchFromPage(url, console1, call)).rejects.toThrow("origin: *");
  });

  it("may send cookies where credentials are allowed", async () => {
    const { url } = await startRealGateway({
      statements,
      api,
      config: { cors: { ...cors, allowCredentials: true } },
    });
    const call = { path: user, headers: { authorization }, withCredentials: true };
    expect(await fetchFromPage(url, console1, call)).toMatchObject({ status: 200 });
  });

  it("of each of several origins reads every answer, and no cache mixes them up", async () => {
    const several = { ...cors, allowOrigins: [console1, console2] };
    const { url } = await startRealGateway({ statements, api, config: { cors: several } });
    for (const origin of several.allowOrigins)
      for (const [, request, status] of requests)
        expect(await fetchFromPage(url, origin, request)).toMatchObject({ status });
    const withOrigin = (origin: string) =>
      send(url, {
        path: user,
        headers: [
          ["Authorization", authorization],
          ["Origin", origin],
        ],
      });
    for (const origin of [console1, console2, "https://evil.example"])
      expect((await withOrigin(origin)).headers.vary).toBe("Origin");
  });

  it("gets no leave where nothing is configured", async () => {
    const { url } = await startRealGateway({ statements, api });
    await expect(fetchFromPage(url, console1, { path: user, headers: { authorization } })).rejects.toThrow(
      "preflight",
    );
    const reply = await send(url, {
      path: user,
      headers: [
        ["Authorization", authorization],
        ["Origin", console1],
      ],
    });
    expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });

  it("gets nothing by an OPTIONS request that is no preflight", async () => {
    const { url } = await startRealGateway({ statements, api, config: { cors } });
    const reply = await send(url, {
      method: "OPTIONS",
      path: user,
      headers: [["Authorization", authorization]],
    });
    expect(reply.status).toBe(401);
  });

  it("gets nothing by two origins, or a part of one", async () => {
    const { url } = await startRealGateway({ statements, api, config: { cors } });
    const origins = [
      `${console1}.evil.example`,
      "https://console.example",
      "null",
      `${console1}, ${console1}`,
      console1.toUpperCase(),
    ];
    for (const origin of origins) {
      const headers = [
        ["Authorization", authorization],
        ["Origin", origin],
      ] as const;
      expect(
        (await send(url, { path: user, headers })).headers["access-control-allow-origin"],
      ).toBeUndefined();
    }
  });
});

describe("an HTTP API that has CORS of its own", () => {
  it("puts its headers in the place of the function's", async () => {
    const gateway = await startTestGateway({
      shape: { authorizer: "http2", proxy: "http2", isSimple: true, identitySources: ["method", "path"] },
      cors,
      authorizer: () => ({ isAuthorized: true }),
      proxy: () => ({
        statusCode: 200,
        headers: { "Access-Control-Allow-Origin": "https://evil.example" },
        body: "",
      }),
    });
    const headers = [
      ["Authorization", "Bearer t"],
      ["Origin", console1],
    ] as const;
    expect((await send(gateway.url, { headers })).headers["access-control-allow-origin"]).toBe(console1);
  });
});
