/** The local API Gateway's answers: who gets 200, 401, 403, 4xx, 5xx, and what the functions get to see. */
import { describe, expect, it } from "vitest";
import { policy, send, startTestGateway, token } from "./gateway-harness.ts";

describe("a request that is allowed", () => {
  it("reaches the proxy and gets its answer with the gateway's request id", async () => {
    const gateway = await startTestGateway({
      proxy: () => ({
        statusCode: 201,
        headers: { "X-Thing": "1", "content-type": "text/plain" },
        body: "made",
      }),
    });
    const reply = await send(gateway.url);
    expect(reply).toMatchObject({ status: 201, text: "made" });
    expect(reply.headers).toMatchObject({ "x-thing": "1", "content-type": "text/plain" });
    expect(reply.headers["x-amzn-requestid"]).toBe(gateway.proxyEvents[0]?.requestContext.requestId);
    expect(gateway.authorizerEvents[0]?.requestContext.requestId).toBe(reply.headers["x-amzn-requestid"]);
  });

  it("gives both functions the raw, still encoded path", async () => {
    const gateway = await startTestGateway();
    const path = "/tags/arn%3Aaws%3Aconnect%2Fx/../a//b%2e%25";
    await send(gateway.url, { path: `${path}?q=1` });
    expect(gateway.authorizerEvents[0]).toMatchObject({
      type: "REQUEST",
      methodArn: `arn:aws:execute-api:us-east-1:123456789012:local/local/GET${path}`,
      resource: "/{proxy+}",
      path,
      httpMethod: "GET",
      pathParameters: { proxy: path.slice(1) },
      requestContext: { path: `/local${path}`, stage: "local", resourcePath: "/{proxy+}" },
    });
    expect(gateway.proxyEvents[0]).toMatchObject({ path, pathParameters: { proxy: path.slice(1) } });
  });

  it("gives decoded query strings and headers, repeats kept, the last one in the single-value maps", async () => {
    const gateway = await startTestGateway();
    const headers = [
      token,
      ["X-Many", "one"],
      ["X-Many", "two"],
      ["X-Forwarded-For", "203.0.113.9"],
    ] as const;
    await send(gateway.url, { path: "/a?k=1&k=2&x=a%20b+c&empty=", headers });
    for (const event of [gateway.authorizerEvents[0], gateway.proxyEvents[0]]) {
      expect(event?.queryStringParameters).toEqual({ k: "2", x: "a b c", empty: "" });
      expect(event?.multiValueQueryStringParameters).toEqual({ k: ["1", "2"], x: ["a b c"], empty: [""] });
      expect(event?.headers).toMatchObject({ Authorization: "Bearer a.b.c", "X-Many": "two" });
      expect(event?.multiValueHeaders).toMatchObject({ "X-Many": ["one", "two"] });
      expect(event?.headers?.["X-Forwarded-For"]).toBe("203.0.113.9, 127.0.0.1");
      expect(event?.requestContext.identity.sourceIp).toBe("127.0.0.1");
    }
  });

  it("never shows the body to the authorizer, and null instead of empty maps to the proxy", async () => {
    const gateway = await startTestGateway();
    await send(gateway.url, { method: "PUT", body: '{"secret":1}' });
    const seen = gateway.authorizerEvents[0];
    expect(JSON.stringify(seen)).not.toContain("secret");
    expect(seen).not.toHaveProperty("body");
    expect(seen?.requestContext).not.toHaveProperty("authorizer");
    expect(seen).toMatchObject({ queryStringParameters: {}, stageVariables: {} });
    expect(gateway.proxyEvents[0]).toMatchObject({
      body: '{"secret":1}',
      isBase64Encoded: false,
      queryStringParameters: null,
      stageVariables: null,
    });
  });

  it("gives the proxy no body as null and a body that is not UTF-8 as base64", async () => {
    const gateway = await startTestGateway();
    await send(gateway.url, { method: "POST" });
    await send(gateway.url, { method: "POST", body: new Uint8Array([0xff, 0x00]) });
    await send(gateway.url, { method: "POST", body: "\ufeffé" });
    expect(gateway.proxyEvents.map(({ body, isBase64Encoded }) => [body, isBase64Encoded])).toEqual([
      [null, false],
      ["/wA=", true],
      ["\ufeffé", false],
    ]);
  });

  it("gives the proxy the authorizer's context as text, with the principal id", async () => {
    const gateway = await startTestGateway({
      authorizer: ({ methodArn }) =>
        policy("Allow", methodArn, {
          context: { text: "x", number: 12.5, yes: true, no: false, principalId: "forged" },
        }),
    });
    await send(gateway.url);
    expect(gateway.proxyEvents[0]?.requestContext.authorizer).toEqual({
      text: "x",
      number: "12.5",
      yes: "true",
      no: "false",
      principalId: "alice",
    });
  });

  it("gives functions a Lambda context whose time runs out", async () => {
    const gateway = await startTestGateway({ timeoutMs: 5000 });
    await send(gateway.url);
    expect(gateway.contexts).toHaveLength(2);
    for (const context of gateway.contexts) {
      expect(context.getRemainingTimeInMillis()).toBeGreaterThan(1000);
      expect(context.getRemainingTimeInMillis()).toBeLessThanOrEqual(5000);
      expect(context.awsRequestId).toBe(gateway.proxyEvents[0]?.requestContext.requestId);
    }
  });

  it("isolates the two functions from each other's changes to the event", async () => {
    const gateway = await startTestGateway({
      authorizer: (event) => {
        const { methodArn } = event;
        event.path = "/changed";
        if (event.headers) event.headers["Authorization"] = "Bearer forged";
        return policy("Allow", methodArn);
      },
    });
    await send(gateway.url);
    expect(gateway.proxyEvents[0]).toMatchObject({
      path: "/users/i/u",
      headers: { Authorization: "Bearer a.b.c" },
    });
  });
});

describe("a request without identity", () => {
  it.each([
    ["no header", []],
    ["an empty header", [["Authorization", ""]]],
    ["a token in another header", [["X-Connect-Token", "a.b.c"]]],
  ] as const)("gets 401 for %s, and no function is invoked", async (_name, headers) => {
    const gateway = await startTestGateway();
    const reply = await send(gateway.url, { headers });
    expect(reply.status).toBe(401);
    const { __type, message } = reply.json() as Record<string, string>;
    expect([__type, message]).toEqual(["UnauthorizedException", expect.stringMatching(/^Unauthorized: /)]);
    const description = message?.replace("Unauthorized: ", "");
    expect(reply.headers).toMatchObject({
      "x-amzn-errortype": "UnauthorizedException",
      "www-authenticate": `Bearer error="invalid_token", error_description="${description}"`,
    });
    expect(reply.headers["x-amzn-requestid"]).toMatch(/^[0-9a-f-]{36}$/);
    expect([gateway.authorizerEvents, gateway.proxyEvents]).toEqual([[], []]);
  });

  it("gets 401 when the authorizer throws exactly `Unauthorized`", async () => {
    const gateway = await startTestGateway({
      authorizer: () => {
        throw new Error("Unauthorized");
      },
    });
    expect(await send(gateway.url)).toMatchObject({ status: 401 });
    expect(gateway.proxyEvents).toEqual([]);
  });

  it("takes the header that the deployment names, whatever its case", async () => {
    const gateway = await startTestGateway({ tokenHeader: "x-connect-token" });
    expect(await send(gateway.url, { headers: [["X-CONNECT-Token", "t"]] })).toMatchObject({ status: 200 });
    expect(await send(gateway.url)).toMatchObject({ status: 401 });
  });
});

describe("a request that the authorizer denies", () => {
  it("gets 403 with the authorizer's message, and never reaches the proxy", async () => {
    const message = 'User: "alice" is not authorized\nto perform: connect:DeleteUser';
    const gateway = await startTestGateway({
      authorizer: ({ methodArn }) => policy("Deny", methodArn, { context: { message } }),
    });
    const reply = await send(gateway.url);
    expect(reply.status).toBe(403);
    expect(reply.json()).toEqual({ __type: "AccessDeniedException", message });
    expect(reply.headers["x-amzn-errortype"]).toBe("AccessDeniedException");
    expect(reply.headers["www-authenticate"]).toBeUndefined();
    expect(gateway.proxyEvents).toEqual([]);
  });

  it.each([
    ["an explicit deny", "Deny", "User is not authorized to access this resource with an explicit deny"],
    ["no matching allow", "Allow", "User is not authorized to access this resource"],
  ] as const)("gets API Gateway's own words for %s without a message", async (_name, effect, message) => {
    const gateway = await startTestGateway({
      authorizer: ({ methodArn }) => policy(effect, effect === "Deny" ? methodArn : `${methodArn}/other`),
    });
    expect((await send(gateway.url)).json()).toEqual({ __type: "AccessDeniedException", message });
  });
});

describe("an authorizer that does not answer as it must", () => {
  const allow = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" };
  const withStatement = (statement: unknown) => ({
    principalId: "a",
    policyDocument: { Statement: statement },
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a list", []],
    ["no principal id", { policyDocument: { Statement: [allow] } }],
    ["a principal id that is a number", { ...withStatement([allow]), principalId: 1 }],
    ["no document", { principalId: "a" }],
    ["no statement", { principalId: "a", policyDocument: {} }],
    ["a statement that is null", withStatement([null])],
    ["an unknown effect", withStatement([{ ...allow, Effect: "allow" }])],
    ["no action", withStatement([{ ...allow, Action: undefined }])],
    ["a resource that is a number", withStatement([{ ...allow, Resource: [1] }])],
    ["a condition", withStatement([{ ...allow, Condition: {} }])],
    ["NotResource", withStatement([{ Effect: "Allow", Action: "*", NotResource: "x" }])],
    ["a nested context", { ...withStatement([allow]), context: { groups: ["a"] } }],
    ["an object in the context", { ...withStatement([allow]), context: { user: { id: 1 } } }],
    ["null in the context", { ...withStatement([allow]), context: { user: null } }],
    ["a context that is a list", { ...withStatement([allow]), context: ["a"] }],
    ["more than 8 kB", { ...withStatement([allow]), context: { much: "x".repeat(8192) } }],
  ])("gives 500 for %s, never cached, and the proxy is not reached", async (_name, output) => {
    let answers = 0;
    const gateway = await startTestGateway({
      authorizer: () => (++answers === 1 ? output : withStatement([allow])),
    });
    const reply = await send(gateway.url);
    expect(reply.status).toBe(500);
    expect(reply.json()).toMatchObject({ __type: "InternalServerErrorException" });
    expect(gateway.proxyEvents).toEqual([]);
    expect(gateway.problems).toHaveLength(1);
    expect(await send(gateway.url)).toMatchObject({ status: 200 });
  });

  it.each(["unauthorized", "Unauthorized.", "jwks_unavailable", ""])(
    "gives 500 for the throw `%s`",
    async (message) => {
      const gateway = await startTestGateway({
        authorizer: () => {
          throw new Error(message);
        },
      });
      expect(await send(gateway.url)).toMatchObject({ status: 500 });
    },
  );

  it("gives 500 when the authorizer takes too long", async () => {
    const gateway = await startTestGateway({ timeoutMs: 30, authorizer: () => new Promise(() => undefined) });
    expect(await send(gateway.url)).toMatchObject({ status: 500 });
  });

  it("takes one statement as an object", async () => {
    const gateway = await startTestGateway({ authorizer: () => withStatement(allow) });
    expect(await send(gateway.url)).toMatchObject({ status: 200 });
  });
});

describe("a proxy that does not answer as it must", () => {
  it.each([
    ["nothing", undefined],
    ["a text", "hello"],
    ["no status", { body: "x" }],
    ["a status that is no number", { statusCode: "OK" }],
    ["a status out of range", { statusCode: 99 }],
    ["a body that is an object", { statusCode: 200, body: { a: 1 } }],
    ["a header that is an object", { statusCode: 200, headers: { a: {} } }],
    ["a header with a line break", { statusCode: 200, headers: { a: "b\r\nset-cookie: c" } }],
    ["headers that are a list", { statusCode: 200, headers: ["a"] }],
  ])("gives 502 for %s", async (_name, result) => {
    const gateway = await startTestGateway({ proxy: () => result });
    const reply = await send(gateway.url);
    expect(reply.status).toBe(502);
    expect(reply.json()).toMatchObject({ __type: "InternalServerErrorException" });
  });

  it("gives 502 for a throw, without its text", async () => {
    const gateway = await startTestGateway({
      proxy: () => {
        throw new Error("password=hunter2");
      },
    });
    const reply = await send(gateway.url);
    expect(reply.status).toBe(502);
    expect(reply.text).not.toContain("hunter2");
  });

  it("gives 504 when the proxy takes too long", async () => {
    const gateway = await startTestGateway({ timeoutMs: 30, proxy: () => new Promise(() => undefined) });
    const reply = await send(gateway.url);
    expect(reply.status).toBe(504);
    expect(reply.json()).toMatchObject({ __type: "GatewayTimeoutException" });
  });

  it("decodes a base64 body, keeps repeated headers and remaps reserved ones", async () => {
    const gateway = await startTestGateway({
      proxy: () => ({
        statusCode: "202",
        headers: { "Content-Length": "999", "X-Amzn-RequestId": "mine", "WWW-Authenticate": "Bearer" },
        multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] },
        body: Buffer.from("bytes").toString("base64"),
        isBase64Encoded: true,
      }),
    });
    const reply = await send(gateway.url);
    expect(reply).toMatchObject({ status: 202, text: "bytes" });
    expect(reply.headers).toMatchObject({
      "set-cookie": ["a=1", "b=2"],
      "x-amzn-remapped-x-amzn-requestid": "mine",
      "x-amzn-remapped-www-authenticate": "Bearer",
    });
    expect(reply.headers["x-amzn-requestid"]).not.toBe("mine");
  });
});
