/** Keys: fetched once, bounded in time and size, rotated, preloaded, and told apart from bad tokens when missing. */
import { describe, expect, it } from "vitest";
import { createTokenVerifier } from "../../shared/identity/verify.ts";
import { startJwksServer } from "./jwks-server.ts";
import { issuer, issuerUrl, makeToken, rsaKey, toJwk } from "./tokens.ts";

const oldKey = rsaKey("old");
const newKey = rsaKey("new");
const token = makeToken(oldKey);

async function setUp(options: Parameters<typeof createTokenVerifier>[1] = {}) {
  const server = await startJwksServer();
  const verifier = createTokenVerifier([issuer({ jwksUri: `${server.url}/keys` })], {
    jwksTimeoutMs: 150,
    jwksRetryAfterMs: 100,
    ...options,
  });
  return { server, verifier };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("fetched keys", () => {
  it("are fetched once for many tokens, also at the same time", async () => {
    const { server, verifier } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)));
    await verifier.verify(makeToken(oldKey, { claims: { sub: "bob" } }));
    expect(server.requests()).toBe(1);
  });

  it("come from the issuer's well-known address unless configured", async () => {
    const server = await startJwksServer();
    let path: string | undefined;
    server.answer((response) => {
      path = response.req.url;
      response.end(JSON.stringify({ keys: [toJwk(oldKey)] }));
    });
    const iss = `${server.url}/realms/x`;
    const verifier = createTokenVerifier([issuer({ issuer: iss })]);
    await expect(verifier.verify(makeToken(oldKey, { claims: { iss } }))).resolves.toMatchObject({
      id: "alice",
    });
    expect(path).toBe("/realms/x/.well-known/jwks.json");
  });

  it("are fetched anew for an unknown key id: rotation needs no restart", async () => {
    const { server, verifier } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answerKeys(toJwk(newKey));
    await expect(verifier.verify(makeToken(newKey))).resolves.toMatchObject({ id: "alice" });
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
  });

  it("are not fetched again and again for key ids that do not exist", async () => {
    const { server, verifier } = await setUp();
    server.answerKeys(toJwk(oldKey));
    for (let index = 0; index < 30; index++) {
      const forged = makeToken(newKey, { header: { kid: `random-${index}` } });
      await expect(verifier.verify(forged)).rejects.toMatchObject({
        code: "unauthorized",
        refusal: "unknownKey",
      });
    }
    expect(server.requests()).toBe(1);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
  });

  it("are not fetched for tokens that are refused on sight", async () => {
    const { server, verifier } = await setUp();
    const none = makeToken(oldKey, { header: { alg: "none" }, signAs: "RS256" });
    const foreign = makeToken(oldKey, { claims: { iss: `${issuerUrl}.evil.test` } });
    for (const bad of [none, foreign, "x", "a.b.c"]) {
      await expect(verifier.verify(bad)).rejects.toMatchObject({ code: "unauthorized" });
    }
    expect(server.requests()).toBe(0);
  });

  it("are replaced when they are old, so that a withdrawn key is forgotten", async () => {
    const { server, verifier } = await setUp({ jwksMaxAgeSeconds: 0.2 });
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answerKeys(toJwk(newKey));
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
    await pause(250);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
  });

  it("are replaced under the same key id when they are old", async () => {
    const { server, verifier } = await setUp({ jwksMaxAgeSeconds: 0.2 });
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answerKeys(toJwk(newKey, { kid: "old" }));
    await pause(250);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "signature" });
    await expect(verifier.verify(makeToken({ ...newKey, kid: "old" }))).resolves.toMatchObject({
      id: "alice",
    });
  });

  it("stay when they are old and the server is down", async () => {
    const { server, verifier } = await setUp({ jwksMaxAgeSeconds: 0.1 });
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    await server.close();
    await pause(150);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
  });
});

describe("keys that cannot be had", () => {
  it.each<[string, (response: import("node:http").ServerResponse) => void]>([
    ["an error status", (response) => response.writeHead(503).end()],
    ["a redirect", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
    ["an empty answer", (response) => response.end()],
    ["an HTML page", (response) => response.end("<html>")],
    ["JSON that is no key set", (response) => response.end('{"error":"x"}')],
    ["keys that are no list", (response) => response.end('{"keys":{}}')],
    ["a key without a type", (response) => response.end('{"keys":[{"kid":"old"}]}')],
    ["text that is not UTF-8", (response) => response.end(Buffer.from([0xff, 0xfe]))],
    ["a connection that breaks", (response) => response.destroy()],
    ["half an answer", (response) => response.writeHead(200, { "content-length": "50" }).write("{")],
    ["far too much", (response) => response.end(`{"keys":[],"pad":"${"x".repeat(200_000)}"}`)],
  ])("are told apart from a bad token: %s", async (_name, behaviour) => {
    const { server, verifier } = await setUp();
    server.answer(behaviour);
    const startedAt = performance.now();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    // Recovery without a restart.
    server.answerKeys(toJwk(oldKey));
    await pause(120);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
  });

  it("take no longer than the time-out when the server hangs, and then no time at all for a while", async () => {
    const { server, verifier } = await setUp({ jwksRetryAfterMs: 5000 });
    server.answer(() => undefined);
    const startedAt = performance.now();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    const firstMs = performance.now() - startedAt;
    expect(firstMs).toBeGreaterThan(100);
    expect(firstMs).toBeLessThan(1000);
    const again = performance.now();
    for (let index = 0; index < 50; index++) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    }
    expect(performance.now() - again).toBeLessThan(500);
    expect(server.requests()).toBe(1);
  });

  it("are refused when nothing listens", async () => {
    const { server, verifier } = await setUp();
    await server.close();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
  });
});

describe("preloaded keys", () => {
  it("need no fetch, and an unknown key id causes none without an address", async () => {
    const server = await startJwksServer();
    const iss = server.url;
    const verifier = createTokenVerifier([issuer({ issuer: iss, jwks: { keys: [toJwk(oldKey)] } })]);
    await expect(verifier.verify(makeToken(oldKey, { claims: { iss } }))).resolves.toMatchObject({
      id: "alice",
    });
    const unknown = makeToken(newKey, { claims: { iss } });
    await expect(verifier.verify(unknown)).rejects.toMatchObject({
      code: "unauthorized",
      refusal: "unknownKey",
    });
    expect(server.requests()).toBe(0);
  });

  it("are completed from the address when a key id is unknown", async () => {
    const server = await startJwksServer();
    server.answerKeys(toJwk(oldKey), toJwk(newKey));
    const jwks = { keys: [toJwk(oldKey)] };
    const verifier = createTokenVerifier([issuer({ jwks, jwksUri: server.url })]);
    await verifier.verify(token);
    expect(server.requests()).toBe(0);
    await expect(verifier.verify(makeToken(newKey))).resolves.toMatchObject({ id: "alice" });
    expect(server.requests()).toBe(1);
  });

  it("are refused when they are no key set", () => {
    const jwks = { keys: [{ kid: "no type" }] };
    expect(() => createTokenVerifier([issuer({ jwks })])).toThrow(/cannot be used/);
  });
});
