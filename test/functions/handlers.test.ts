import { createHash } from "node:crypto";
import {
  CreateUserCommand,
  DescribeUserCommand,
  PropertyValidationException,
  ResourceNotFoundException,
} from "@aws-sdk/client-connect";
import { afterEach, describe, expect, it, vi } from "vitest";
import { authorizerResult } from "../../functions/authorizer/result.ts";
import type { Environment } from "../../shared/settings.ts";
import { startJwksServer } from "../identity/keys/jwks-server.ts";
import { principalOf } from "../identity/principals.ts";
import { makeToken, rsaKey, toJwk } from "../identity/tokens.ts";
import {
  allowAll,
  authorizerEvent,
  given,
  instanceArn,
  instanceId,
  noise,
  proxyEvent,
  type Statement,
  tokenOf,
} from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();
afterEach(() => vi.useRealTimers());

const forbidden = "11dtcggg1-123e-111e-93e3-11111bfbfcc17";
const denyProfile: Statement = {
  Effect: "Deny",
  Action: "connect:CreateUser",
  Resource: `${instanceArn}/security-profile/${forbidden}`,
};
const userPath = `/users/${instanceId}/u-1`;
const newUser = {
  Username: "jane",
  Password: "hunter2hunter2",
  RoutingProfileId: "r-1",
  SecurityProfileIds: ["s-1"],
};

describe("a body that names a forbidden security profile", () => {
  it("is not yet known to the authorizer and denied by the proxy, and reaches nobody", async () => {
    const functions = given([allowAll, denyProfile]);
    const body = { ...newUser, SecurityProfileIds: ["s-1", forbidden] };
    const { effect, status, body: answer } = await functions.call("PUT", `/users/${instanceId}`, { body });
    expect(effect).toBe("Allow");
    expect(functions.records.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      "authorizer notYetKnown",
      "proxy deny",
    ]);
    expect(status).toBe(403);
    expect(answer).toMatchObject({
      __type: "AccessDeniedException",
      message: `User: alice is not authorized to perform: connect:CreateUser on resource: ${instanceArn}/security-profile/${forbidden} with an explicit deny in an identity-based policy`,
    });
    expect(connect.calls()).toHaveLength(0);
  });
});

describe("an answer that API Gateway kept", () => {
  it("is worth nothing once its issuer is not in the configuration any more", async () => {
    const before = given([allowAll]);
    const { context } = await before.ask("GET", userPath);
    const issuers = [{ issuer: "https://other.test", audience: ["my-app"], claims: { id: "sub" } }];
    const after = given([allowAll], { config: { issuers } });
    // The proxy behind the new configuration is handed the caller that the old one vouched for.
    const kept = { principal: context?.["principal"] };
    const answer = await after.proxy(proxyEvent("GET", userPath, kept));
    expect(answer.statusCode).toBe(401);
    expect(connect.calls()).toHaveLength(0);
    expect((await before.proxy(proxyEvent("GET", userPath, kept))).statusCode).not.toBe(401);
  });
});

describe("the authorizer", () => {
  it("answers with one statement for the very method ARN, and flat strings", async () => {
    const event = authorizerEvent("GET", userPath, { token: tokenOf() });
    const { principalId, policyDocument, context } = await given([allowAll]).authorize(event);
    expect(principalId).toBe("alice");
    expect(policyDocument).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: event.methodArn }],
    });
    expect(Object.values(context ?? {}).every((value) => typeof value === "string")).toBe(true);
    expect(context).toMatchObject({ policyVersion: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it("denies what the URL decides, in IAM's words", async () => {
    const functions = given([
      allowAll,
      { Effect: "Deny", Action: "connect:DeleteUser", Resource: `${instanceArn}/agent/*` },
    ]);
    const { effect, context } = await functions.call("DELETE", userPath);
    expect(effect).toBe("Deny");
    expect(context?.["message"]).toBe(
      `User: alice is not authorized to perform: connect:DeleteUser on resource: ${instanceArn}/agent/u-1 with an explicit deny in an identity-based policy`,
    );
  });

  it("denies an action that nothing allows without waiting for the body", async () => {
    const { effect, context } = await given([{ ...allowAll, Action: "connect:List*" }]).call(
      "PUT",
      `/users/${instanceId}`,
    );
    expect(effect).toBe("Deny");
    expect(context?.["message"]).toMatch(
      /because no identity-based policy allows the connect:CreateUser action$/,
    );
  });

  it("leaves what depends on the caller's address to the proxy, since its answer is cached", async () => {
    const Condition = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    const functions = given([{ ...allowAll, Condition }]);
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    const { status } = await functions.call("GET", userPath);
    expect(functions.records.map(({ outcome }) => outcome)).toEqual(["notYetKnown", "allow"]);
    expect(status).toBe(200);
  });

  it.each([
    ["no token", undefined, "the request carries no bearer token"],
    ["a token that is none", "x.y.z", "the token is not three base64url parts joined by dots"],
    ["an expired token", tokenOf({ exp: 1 }), "the token has expired"],
    ["a token for somebody else", tokenOf({ aud: "other" }), "the token is not for this audience"],
  ])("throws exactly Unauthorized for %s, and records the reason", async (_, token, reason) => {
    const { authorize, records } = given([allowAll]);
    const facts = token === undefined ? {} : { token };
    await expect(authorize(authorizerEvent("GET", userPath, facts))).rejects.toThrow(/^Unauthorized$/);
    expect(records).toMatchObject([
      { outcome: "error", reason: "unauthorized", message: expect.stringContaining(reason) },
    ]);
  });

  it("tells keys that cannot be had from a bad token, and goes on once they can", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const server = await startJwksServer();
    const key = rsaKey("k");
    const jwksUri = `${server.url}/keys`;
    const claims = { id: "sub", groups: "groups" };
    const issuers = [{ issuer: server.url, audience: ["my-app"], claims, jwksUri }];
    const { authorize, records } = given([allowAll], { config: { issuers } });
    const token = makeToken(key, { claims: { iss: server.url, groups: ["callers"] } });
    server.answer((response) => response.writeHead(503).end());
    const event = authorizerEvent("GET", userPath, { token });
    // API Gateway answers any other throw with 500 and does not cache it: the client may try again.
    await expect(authorize(event)).rejects.toThrow(/^jwks_unavailable$/);
    expect(records).toMatchObject([{ outcome: "error", reason: "jwksUnavailable" }]);
    server.answerKeys(toJwk(key));
    vi.setSystemTime(Date.now() + 2_000);
    const { policyDocument } = await authorize(event);
    expect(policyDocument.Statement[0]?.Effect).toBe("Allow");
    expect(server.requests()).toBe(2);
  });

  it("denies when there is no usable bundle, and says no more than that", async () => {
    const functions = given([], { packagedBundle: { schemaVersion: 2 } });
    const { policyDocument, context } = await functions.ask("GET", userPath);
    expect(policyDocument.Statement[0]?.Effect).toBe("Deny");
    expect(context?.["message"]).toBe("no usable policy bundle: every call is denied");
    expect(functions.records).toMatchObject([{ outcome: "error", reason: "bundleUnavailable" }]);
  });

  it.each<[string, Environment, "authorization" | "x-connect-token", "Allow" | "Deny"]>([
    ["is told and the same", { AUTHORIZER_TOKEN_HEADER: "Authorization" }, "authorization", "Allow"],
    ["is told and another", { AUTHORIZER_TOKEN_HEADER: "X-Connect-Token" }, "authorization", "Deny"],
    ["is not told, so API Gateway's own, and the same", {}, "authorization", "Allow"],
    ["is not told, so API Gateway's own, and another", {}, "x-connect-token", "Deny"],
    ["is empty, so API Gateway's own", { AUTHORIZER_TOKEN_HEADER: "" }, "x-connect-token", "Deny"],
    [
      "is not told, where no answer is kept by it",
      { AUTHORIZER_CACHE_SECONDS: "0" },
      "x-connect-token",
      "Allow",
    ],
  ])("where the API's identity source %s: answers from %j", async (_, variables, tokenHeader, effect) => {
    const { authorize } = given([allowAll], { config: { tokenHeader }, environment: variables });
    const event = authorizerEvent("GET", userPath, { token: tokenOf() });
    const [value = ""] = event.multiValueHeaders?.["Authorization"] ?? [];
    const headers = { [tokenHeader]: value };
    const multiValueHeaders = { [tokenHeader]: [value] };
    const { policyDocument } = await authorize({ ...event, headers, multiValueHeaders });
    expect(policyDocument.Statement[0]?.Effect).toBe(effect);
  });

  it("hands on of a large token what the policies ask for, and the call goes through", async () => {
    const Condition = { StringEquals: { "jwt:site": "rome" } };
    const functions = given([{ ...allowAll, Condition }]);
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    const token = tokenOf({ note: "x".repeat(5_600), site: "rome" });
    const { effect, status, context } = await functions.call("GET", userPath, { token });
    expect([effect, status]).toEqual(["Allow", 200]);
    expect(String(context?.["principal"]).length).toBeLessThan(500);
  });

  it("hands on all that the largest token holds, if the policies ask for it", async () => {
    const Condition = { Null: { "jwt:note": "false" } };
    const functions = given([{ ...allowAll, Condition }]);
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    const token = tokenOf({ note: noise(6_400) });
    expect(token.length).toBeGreaterThan(8_900);
    const { effect, status } = await functions.call("GET", userPath, { token });
    expect([effect, status]).toEqual(["Allow", 200]);
  });

  it("takes as many groups as a token of API Gateway's largest size can name, twice where policies ask for them", async () => {
    const Condition = { "ForAnyValue:StringEquals": { "jwt:groups": "callers" } };
    const functions = given([{ ...allowAll, Condition }]);
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    // Microsoft Entra ID names groups by ids, up to 200 of them.
    const hex = createHash("shake256", { outputLength: 16 * 200 })
      .update("groups")
      .digest("hex");
    const ids = (hex.match(/.{32}/g) ?? []).map((id) =>
      id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
    );
    const claims = (count: number) => ({ groups: ["callers", ...ids.slice(0, count)] });
    const largest = ids.findLastIndex((_, count) => tokenOf(claims(count)).length <= 10_240);
    expect(largest).toBeGreaterThan(170);
    const token = tokenOf(claims(largest));
    const { effect, status, context } = await functions.call("GET", userPath, { token });
    expect([effect, status]).toEqual(["Allow", 200]);
    expect(String(context?.["principal"]).length).toBeLessThan(6_500);
    await expect(
      functions.authorize(authorizerEvent("GET", userPath, { token: tokenOf(claims(largest + 1)) })),
    ).rejects.toThrow(/^Unauthorized$/);
  });

  it("denies a caller of whom more would have to travel than API Gateway takes", () => {
    const { methodArn } = authorizerEvent("GET", userPath);
    const large = principalOf({ groups: [noise(12_000)] });
    const facts = {
      methodArn,
      isSimple: false,
      scope: "route",
      principal: large,
      refusal: undefined,
    } as const;
    expect(() => authorizerResult(facts)).toThrow(/too large/);
    expect(() => authorizerResult({ ...facts, isSimple: true })).toThrow(/too large/);
  });

  it("denies within API Gateway's limit, whatever the caller is called", () => {
    const { methodArn } = authorizerEvent("GET", userPath);
    const refusal = `User: ${noise(3_800)} is not authorized to perform: connect:DescribeUser`;
    const facts = { methodArn, isSimple: false, scope: "route", principal: principalOf(), refusal } as const;
    const result = authorizerResult(facts);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(7_500);
    expect(result).toMatchObject({ policyDocument: { Statement: [{ Effect: "Deny" }] } });
    expect(result.context?.["message"]).toBe("the call is not authorized");
  });

  it("denies an instance that is not configured", async () => {
    const path = "/users/another-instance/u-1";
    const functions = given([allowAll]);
    const { effect, context } = await functions.call("GET", path);
    expect(effect).toBe("Deny");
    expect(context?.["message"]).toBe("the call is for an instance that is not configured");
    const known = await functions.call("GET", "/instance");
    const answer = await functions.proxy(proxyEvent("GET", path, known.context ?? {}));
    expect(answer).toMatchObject({
      statusCode: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
    });
  });
});

describe("the proxy", () => {
  it("sends exactly the input that was decided, with identifiers in canonical form", async () => {
    connect
      .on(CreateUserCommand)
      .resolves({ $metadata: {}, UserId: "u-9", UserArn: `${instanceArn}/agent/u-9` });
    const body = {
      ...newUser,
      SecurityProfileIds: [`${instanceArn}/security-profile/AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE`, "s-2"],
    };
    const { status, body: answer } = await given([allowAll]).call("PUT", `/users/${instanceId}`, { body });
    expect(status).toBe(200);
    expect(answer).toEqual({ UserId: "u-9", UserArn: `${instanceArn}/agent/u-9` });
    expect(connect.commandCalls(CreateUserCommand)[0]?.args[0].input).toEqual({
      ...newUser,
      InstanceId: instanceId,
      SecurityProfileIds: ["aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "s-2"],
    });
  });

  const encoded = (principal: object) => ({
    principal: Buffer.from(JSON.stringify(principal)).toString("base64url"),
  });
  const carried = principalOf({ groups: ["callers"], opaqueClaims: [], carriedClaims: [] });
  it.each([
    ["none", {}, "the call carries no verified principal"],
    ["one that is not base64url JSON", { principal: "%%%" }, "the call carries no readable principal"],
    ["one of another shape", encoded({ id: "alice" }), "the call carries no readable principal"],
    [
      "one with a group that is no string",
      encoded({ ...carried, groups: [1] }),
      "the call carries no readable principal",
    ],
    ["an expired one", encoded({ ...carried, expiresAtSeconds: 1 }), "the token has expired"],
  ])("answers 401 without a principal in the context: %s", async (_, context, description) => {
    const answer = await given([allowAll]).proxy(proxyEvent("GET", userPath, context, { token: tokenOf() }));
    expect(answer.statusCode).toBe(401);
    expect(answer.headers?.["www-authenticate"]).toBe(
      `Bearer error="invalid_token", error_description="${description}"`,
    );
    expect(JSON.parse(answer.body)).toMatchObject({ __type: "UnauthorizedException", message: description });
    expect(connect.calls()).toHaveLength(0);
  });

  it("passes Connect's modelled exceptions on with their members", async () => {
    const $metadata = { httpStatusCode: 404, requestId: "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77" };
    connect
      .on(DescribeUserCommand)
      .rejects(
        new ResourceNotFoundException({ message: "no such user", $metadata, Message: "no such user" }),
      );
    const functions = given([allowAll]);
    const { status, headers, body } = await functions.call("GET", userPath);
    expect(status).toBe(404);
    expect(headers).toMatchObject({
      "x-amzn-errortype": "ResourceNotFoundException",
      "x-amzn-requestid": expect.any(String),
    });
    expect(body).toMatchObject({ __type: "ResourceNotFoundException", message: "no such user" });
    expect(functions.records.at(-1)).toMatchObject({
      outcome: "allow",
      status: 404,
      upstreamRequestId: "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77",
    });

    const PropertyList = [{ PropertyPath: "a", Reason: "INVALID_FORMAT" as const, Message: "bad" }];
    const invalid = new PropertyValidationException({
      message: "bad",
      $metadata: { httpStatusCode: 400 },
      Message: "bad",
      PropertyList,
    });
    connect.on(DescribeUserCommand).rejects(invalid);
    expect(await given([allowAll]).call("GET", userPath)).toMatchObject({
      status: 400,
      body: { PropertyList },
    });
  });

  it("answers 502 when Connect cannot be reached and 504 when it is too slow", async () => {
    connect
      .on(DescribeUserCommand)
      .rejects(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
    expect(await given([allowAll]).call("GET", userPath)).toMatchObject({
      status: 502,
      body: { __type: "ServiceUnavailableException" },
    });
    connect.on(DescribeUserCommand).rejects(Object.assign(new Error("slow"), { name: "TimeoutError" }));
    expect(await given([allowAll]).call("GET", userPath)).toMatchObject({
      status: 504,
      body: { __type: "GatewayTimeoutException" },
    });
  });

  it("refuses what is refused whole, whatever policies say", async () => {
    const { status, body } = await given([allowAll]).call("GET", `/user/federate/${instanceId}`);
    expect({ status, type: body.__type }).toEqual({ status: 404, type: "UnknownOperationException" });
  });
});

describe("decision records", () => {
  it("hold neither tokens nor passwords nor what was sent", async () => {
    connect.on(CreateUserCommand).resolves({ $metadata: {}, UserId: "u-9" });
    const functions = given([allowAll]);
    const token = tokenOf();
    await functions.call("PUT", `/users/${instanceId}`, {
      token,
      body: { ...newUser, Tags: { "secret-tag": "secret-value" } },
    });
    await functions.call("PUT", `/users/${instanceId}`, {
      token,
      body: { ...newUser, Password: ["hunter2hunter2"] },
    });
    await functions.call("PUT", `/users/${instanceId}`, { token, body: '{"Password":"hunter2hunter2"' });
    const text = JSON.stringify(functions.records);
    for (const secret of [token, token.split(".")[2] ?? "", "hunter2", "secret-tag", "secret-value"])
      expect(text).not.toContain(secret);
    expect(functions.records).toHaveLength(6);
  });

  it("name file and line of the statements behind the decision", async () => {
    connect.on(DescribeUserCommand).resolves({ $metadata: {} });
    const functions = given([
      { Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" },
      { Effect: "Allow", Action: "connect:DescribeUser", Resource: "*" },
    ]);
    await functions.call("GET", userPath);
    const statement = { policy: "p", index: 1, effect: "Allow", file: "policies/p.json", line: 1 };
    expect(functions.records.map(({ statements }) => statements)).toEqual([[statement], [statement]]);
  });

  it("name every question of a call, the caller and the caller's groups", async () => {
    connect.on(CreateUserCommand).resolves({ $metadata: {}, UserId: "u-9" });
    const functions = given([allowAll]);
    await functions.call("PUT", `/users/${instanceId}`, { body: newUser });
    const [early, whole] = functions.records;
    const ask = { action: "connect:CreateUser", sort: "required", decision: "allowed" };
    expect(whole?.principal).toMatchObject({ id: "alice", groups: ["callers"] });
    expect(whole?.asks).toEqual([
      { ...ask, resource: `${instanceArn}/routing-profile/r-1` },
      { ...ask, resource: `${instanceArn}/security-profile/s-1` },
      { ...ask, resource: `${instanceArn}/agent/*` },
    ]);
    expect(early?.asks).toContainEqual(ask);
  });

  it("hold a bounded number of questions and say how many more there were", async () => {
    connect.on(CreateUserCommand).resolves({ $metadata: {}, UserId: "u-9" });
    const functions = given([allowAll]);
    const SecurityProfileIds = Array.from({ length: 500 }, (_, index) => `s-${index}`);
    await functions.call("PUT", `/users/${instanceId}`, {
      body: { ...newUser, SecurityProfileIds },
    });
    const whole = functions.records.at(-1);
    expect({ kept: whole?.asks?.length, left: whole?.asksLeftOut }).toEqual({ kept: 100, left: 402 });
  });
});
