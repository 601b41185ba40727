/** The authorizer cache: what is kept, for whom, how long, and that the document is evaluated every time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateDocument } from "../../../tools/local/gateway/authorizer/authorize-request.ts";
import { createAuthorizerCache } from "../../../tools/local/gateway/authorizer/authorizer-cache.ts";
import { policy, send, startTestGateway } from "./gateway-harness.ts";

const bearer = (name: string) => [["Authorization", `Bearer ${name}`]] as const;
const everything = "arn:aws:execute-api:us-east-1:123456789012:local/local/*";

describe("the authorizer cache", () => {
  it("answers the same token, method and path from memory", async () => {
    const gateway = await startTestGateway();
    for (const path of ["/a", "/a", "/a?q=1"])
      expect(await send(gateway.url, { path })).toMatchObject({ status: 200 });
    expect(gateway.authorizerEvents).toHaveLength(1);
    expect(gateway.proxyEvents).toHaveLength(3);
  });

  it.each([
    ["token", { headers: bearer("b") }],
    ["method", { method: "DELETE" }],
    ["path", { path: "/b" }],
    ["spelling of the path", { path: "/%61" }],
    ["second token", { headers: [...bearer("a"), ...bearer("b")] }],
  ])("asks again for another %s", async (_name, other) => {
    const gateway = await startTestGateway({ authorizer: () => policy("Allow", everything) });
    const first = { path: "/a", headers: bearer("a") };
    await send(gateway.url, first);
    await send(gateway.url, { ...first, ...other });
    expect(gateway.authorizerEvents).toHaveLength(2);
  });

  it("gives the proxy the context of the cached answer", async () => {
    let answers = 0;
    const gateway = await startTestGateway({
      authorizer: ({ methodArn }) => policy("Allow", methodArn, { context: { answer: ++answers } }),
    });
    await send(gateway.url);
    await send(gateway.url);
    const contexts = gateway.proxyEvents.map(({ requestContext }) => requestContext.authorizer);
    expect(contexts).toEqual([
      { answer: "1", principalId: "alice" },
      { answer: "1", principalId: "alice" },
    ]);
  });

  it("does not keep an answer longer because it is used", async () => {
    const gateway = await startTestGateway({ cacheTtlSeconds: 0.4 });
    const endsAt = performance.now() + 900;
    while (performance.now() < endsAt) await send(gateway.url);
    expect(gateway.authorizerEvents.length).toBeGreaterThanOrEqual(2);
    expect(gateway.authorizerEvents.length).toBeLessThanOrEqual(4);
  });

  it("keeps a deny as well", async () => {
    const gateway = await startTestGateway({ authorizer: () => policy("Deny", everything) });
    await send(gateway.url);
    expect(await send(gateway.url)).toMatchObject({ status: 403 });
    expect(gateway.authorizerEvents).toHaveLength(1);
  });

  it("keeps no 401", async () => {
    let answers = 0;
    const gateway = await startTestGateway({
      authorizer: ({ methodArn }) => {
        if (++answers === 1) throw new Error("Unauthorized");
        return policy("Allow", methodArn);
      },
    });
    expect(await send(gateway.url)).toMatchObject({ status: 401 });
    expect(await send(gateway.url)).toMatchObject({ status: 200 });
  });

  it("keeps nothing with a time to live of 0, and nothing after it is cleared", async () => {
    const uncached = await startTestGateway({ cacheTtlSeconds: 0 });
    await send(uncached.url);
    await send(uncached.url);
    expect(uncached.authorizerEvents).toHaveLength(2);
    const cleared = await startTestGateway();
    await send(cleared.url);
    cleared.clearAuthorizerCache();
    await send(cleared.url);
    expect(cleared.authorizerEvents).toHaveLength(2);
  });

  it("forgets an answer when its time is over", () => {
    let nowMs = 0;
    const cache = createAuthorizerCache(60, () => nowMs);
    const output = { principalId: "a", statements: [], context: {} };
    cache.store("key", output);
    nowMs = 59_999;
    expect(cache.find("key")).toBe(output);
    nowMs = 60_000;
    expect(cache.find("key")).toBeUndefined();
  });

  it("holds at most a thousand answers, the newest ones", () => {
    const cache = createAuthorizerCache(60, () => 0);
    for (let index = 0; index < 1500; index++) {
      cache.store(`key ${index}`, { principalId: String(index), statements: [], context: {} });
    }
    expect(cache.find("key 499")).toBeUndefined();
    expect(cache.find("key 500")).toMatchObject({ principalId: "500" });
    expect(cache.find("key 1499")).toMatchObject({ principalId: "1499" });
  });
});

describe("evaluation of the returned document", () => {
  const arn = "arn:aws:execute-api:us-east-1:123456789012:local/local/GET/users/i/u";
  const statement = (effect: "Allow" | "Deny", resource: string, action = "execute-api:Invoke") => ({
    effect,
    actions: [action],
    resources: [resource],
  });

  it.each([
    ["an allow on the method itself", [statement("Allow", arn)], "allow"],
    ["no statement", [], "implicitDeny"],
    ["an allow on another method", [statement("Allow", arn.replace("GET", "PUT"))], "implicitDeny"],
    ["an allow in another case", [statement("Allow", arn.toUpperCase())], "implicitDeny"],
    ["a star across slashes", [statement("Allow", "arn:aws:execute-api:*/GET/*")], "allow"],
    ["question marks", [statement("Allow", arn.replace("/i/u", "/?/?"))], "allow"],
    ["a question mark too many", [statement("Allow", `${arn}?`)], "implicitDeny"],
    [
      "characters of regular expressions",
      [statement("Allow", arn.replace("users", "user."))],
      "implicitDeny",
    ],
    ["an allow, then a deny", [statement("Allow", "*"), statement("Deny", arn)], "explicitDeny"],
    ["a deny, then an allow", [statement("Deny", "*"), statement("Allow", arn)], "explicitDeny"],
    ["a deny elsewhere", [statement("Allow", arn), statement("Deny", `${arn}/x`)], "allow"],
    ["an action with a star", [statement("Allow", arn, "execute-api:*")], "allow"],
    ["an action in another case", [statement("Allow", arn, "EXECUTE-API:invoke")], "allow"],
    ["another action", [statement("Allow", arn, "execute-api:ManageConnections")], "implicitDeny"],
  ] as const)("decides %s", (_name, statements, expected) => {
    expect(evaluateDocument(statements, arn)).toBe(expected);
  });

  const isAllowed = (pattern: string, text: string) =>
    evaluateDocument([statement("Allow", pattern)], text) === "allow";

  it("matches as a naive recursive matcher does", () => {
    const naive = (pattern: string, text: string): boolean => {
      if (pattern === "") return text === "";
      if (pattern[0] === "*")
        return naive(pattern.slice(1), text) || (text !== "" && naive(pattern, text.slice(1)));
      return (
        text !== "" &&
        (pattern[0] === "?" || pattern[0] === text[0]) &&
        naive(pattern.slice(1), text.slice(1))
      );
    };
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 10 });
    const property = fc.property(pattern, text, (p, t) => isAllowed(p, t) === naive(p, t));
    fc.assert(property, { seed: 20260101, numRuns: 3000 });
  });

  it("takes time in proportion to the pattern, whatever the stars", () => {
    const startedAt = performance.now();
    expect(isAllowed("a*".repeat(200), "a".repeat(1500))).toBe(true);
    expect(isAllowed(`${"a*".repeat(200)}b`, "a".repeat(1500))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe("caching never widens access", () => {
  it("gives no caller an answer that the uncached evaluation refuses", async () => {
    const allowed = new Set(["Bearer a GET /x", "Bearer a PUT /y", "Bearer b GET /y"]);
    const key = (token: string | undefined, method: string, path: string) => `${token} ${method} ${path}`;
    const gateway = await startTestGateway({
      authorizer: ({ headers, httpMethod, path, methodArn }) =>
        policy(allowed.has(key(headers?.["Authorization"], httpMethod, path)) ? "Allow" : "Deny", methodArn),
    });
    const request = fc.record({
      name: fc.constantFrom("a", "b", "c"),
      method: fc.constantFrom("GET", "PUT"),
      path: fc.constantFrom("/x", "/y", "/X", "/x/", "/%78"),
      query: fc.constantFrom("", "?path=/y", "?a=1"),
    });
    const property = fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (requests) => {
      for (const { name, method, path, query } of requests) {
        const reply = await send(gateway.url, { method, path: `${path}${query}`, headers: bearer(name) });
        expect(reply.status).toBe(allowed.has(key(`Bearer ${name}`, method, path)) ? 200 : 403);
      }
    });
    await fc.assert(property, { seed: 20260101, numRuns: 40 });
  });
});
