/** Keys: fetched once, bounded in time and size, rotated, preloaded, and told apart from bad tokens when missing. */
import { describe, expect, it } from "vitest";
import { defaultKeyTimes, type KeyTimes } from "../../../shared/identity/keys/key-store.ts";
import { TokenVerifier } from "../../../shared/identity/token/verify.ts";
import { issuer, issuerUrl, makeToken, nowSeconds, rsaKey, startClock, toJwk } from "../tokens.ts";
import { startJwksServer } from "./jwks-server.ts";

const oldKey = rsaKey("old");
const newKey = rsaKey("new");
/** Outlives every clock here. */
const lasting = { claims: { exp: nowSeconds() + 400_000 } };
const token = makeToken(oldKey, lasting);

/** For servers that never answer; long enough for one that does, on a busy machine. */
const impatient: Partial<KeyTimes> = { timeoutMs: 500 };

/** A verifier whose issuer's keys are on a server of ours, and whose clock only moves when told to. */
async function setUp(keyTimes: Partial<KeyTimes> = {}) {
  const server = await startJwksServer();
  const clock = startClock();
  const verifier = new TokenVerifier([issuer({ jwksUri: `${server.url}/keys` })], {
    keyTimes,
    now: clock.now,
  });
  return { server, verifier, clock };
}

describe("fetched keys", () => {
  it("are fetched once for many tokens, also at the same time", async () => {
    const { server, verifier } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)));
    await verifier.verify(makeToken(oldKey, { claims: { sub: "bob" } }));
    expect(server.requests()).toBe(1);
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

  it("are fetched once for an unknown key id within ten seconds, and then again", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await expect(verifier.verify(makeToken(newKey))).rejects.toMatchObject({ refusal: "unknownKey" });
    server.answerKeys(toJwk(oldKey), toJwk(newKey));
    clock.pass(9_999);
    await expect(verifier.verify(makeToken(newKey))).rejects.toMatchObject({ refusal: "unknownKey" });
    expect(server.requests()).toBe(1);
    clock.pass(1);
    await expect(verifier.verify(makeToken(newKey))).resolves.toMatchObject({ id: "alice" });
    expect(server.requests()).toBe(2);
  });

  it("are replaced after an hour, so that a withdrawn key is forgotten", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answerKeys(toJwk(newKey));
    clock.pass(3_599_999);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
    clock.pass(1);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
    expect(server.requests()).toBe(2);
  });

  it("are replaced under the same key id when they are old", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answerKeys(toJwk(newKey, { kid: "old" }));
    clock.pass(3_600_000);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "signature" });
    await expect(verifier.verify(makeToken({ ...newKey, kid: "old" }, lasting))).resolves.toMatchObject({
      id: "alice",
    });
  });

  it("are replaced under the same key id also by a fetch for another id", async () => {
    const { server, verifier } = await setUp();
    const third = rsaKey("third");
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answerKeys(toJwk(newKey, { kid: "old" }), toJwk(third));
    await verifier.verify(makeToken(third));
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "signature" });
  });

  it("stay for a day when the server is down, which holds a request up once a minute", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answer((response) => response.writeHead(503).end());
    clock.pass(3_600_000);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
    clock.pass(59_999);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
    expect(server.requests()).toBe(2);
    clock.pass(1);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
    expect(server.requests()).toBe(3);
    clock.pass(82_800_000 - 60_000);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    server.answerKeys(toJwk(oldKey));
    clock.pass(2_000);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
  });

  it("are fetched anew when the clock was set back, since their age is then not known", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answerKeys(toJwk(newKey));
    clock.pass(-1);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
  });
});

describe("the key of tokens without a key id", () => {
  const unnamed = (key: typeof oldKey) => makeToken(key, { ...lasting, header: { kid: undefined } });

  it("is fetched anew when the one that is known did not sign: rotation needs no restart", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(unnamed(oldKey));
    server.answerKeys(toJwk(newKey));
    await expect(verifier.verify(unnamed(newKey))).resolves.toMatchObject({ id: "alice" });
    expect(server.requests()).toBe(2);
    // A remembered token is as old as its key.
    await expect(verifier.verify(unnamed(oldKey))).rejects.toMatchObject({ refusal: "signature" });
    clock.pass(10_000);
    server.answerKeys(toJwk(oldKey), toJwk(newKey));
    await expect(verifier.verify(unnamed(oldKey))).rejects.toMatchObject({ refusal: "signature" });
    await expect(verifier.verify(unnamed(newKey))).rejects.toMatchObject({ refusal: "ambiguousKey" });
    server.answerKeys(toJwk(oldKey));
    clock.pass(10_000);
    await expect(verifier.verify(unnamed(oldKey))).resolves.toMatchObject({ id: "alice" });
  });

  it("is not fetched again and again for tokens that somebody forged", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey));
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 10; index++) {
        const forged = makeToken(newKey, { header: { kid: undefined }, claims: { jti: `${index}` } });
        await expect(verifier.verify(forged)).rejects.toMatchObject({ refusal: "signature" });
      }
      expect(server.requests()).toBe(round === 0 ? 2 : round + 2);
      clock.pass(10_000);
    }
    await expect(verifier.verify(unnamed(oldKey))).resolves.toMatchObject({ id: "alice" });
  });

  it("is not held against a token while it cannot be fetched anew", async () => {
    const { server, verifier } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(unnamed(oldKey));
    server.answer((response) => response.writeHead(503).end());
    await expect(verifier.verify(unnamed(newKey))).rejects.toMatchObject({ code: "jwksUnavailable" });
    await expect(verifier.verify(unnamed(oldKey))).resolves.toMatchObject({ id: "alice" });
  });

  it("of the bundle alone is all that there is", async () => {
    const verifier = new TokenVerifier([issuer({ jwks: { keys: [toJwk(oldKey)] } })]);
    await expect(verifier.verify(unnamed(oldKey))).resolves.toMatchObject({ id: "alice" });
    await expect(verifier.verify(unnamed(newKey))).rejects.toMatchObject({ refusal: "signature" });
  });
});

describe("an entry of a set that was not to be used", () => {
  it("is looked for again when a token names it, and then serves", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey, { use: "enc" }), toJwk(newKey));
    await verifier.verify(makeToken(newKey));
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unfitKey" });
    server.answerKeys(toJwk(oldKey), toJwk(newKey));
    clock.pass(10_000);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
  });

  it("leaves a set without keys, which is a set: whatever was known before is withdrawn", async () => {
    const { server, verifier, clock } = await setUp();
    server.answerKeys(toJwk(oldKey));
    await verifier.verify(token);
    server.answerKeys({ kid: "old" });
    clock.pass(3_600_000);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unfitKey" });
  });
});

describe("keys that cannot be fetched", () => {
  it.each<[string, (response: import("node:http").ServerResponse) => void]>([
    ["an error status", (response) => response.writeHead(503).end()],
    ["a redirect", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
    ["an empty answer", (response) => response.end()],
    ["an HTML page", (response) => response.end("<html>")],
    ["JSON that is no key set", (response) => response.end('{"error":"x"}')],
    ["keys that are no list", (response) => response.end('{"keys":{}}')],
    ["a repeated member", (response) => response.end('{"keys":[],"keys":[]}')],
    ["text that is not UTF-8", (response) => response.end(Buffer.from([0xff, 0xfe]))],
    ["a connection that breaks", (response) => response.destroy()],
    ["half an answer", (response) => response.writeHead(200, { "content-length": "50" }).write("{")],
    ["far too much", (response) => response.end(`{"keys":[],"pad":"${"x".repeat(200_000)}"}`)],
  ])("are told apart from a bad token: %s", async (_name, behaviour) => {
    const { server, verifier, clock } = await setUp(impatient);
    server.answer(behaviour);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    // Recovery without a restart.
    server.answerKeys(toJwk(oldKey));
    clock.pass(1_999);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    expect(server.requests()).toBe(1);
    clock.pass(1);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
  });

  it("are waited for no longer than the time-out, however slow the server, and then not at all for a while", async () => {
    const { server, verifier, clock } = await setUp(impatient);
    const answers: (() => void)[] = [];
    server.answer((response) => answers.push(() => response.end(JSON.stringify({ keys: [toJwk(oldKey)] }))));
    await expect(verifier.verify(token)).rejects.toMatchObject({
      code: "jwksUnavailable",
      message: expect.stringContaining("no answer in time"),
    });
    for (let index = 0; index < 50; index++) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    }
    expect(server.requests()).toBe(1);
    // What the slow server sends in the end reaches nobody; the next attempt does.
    for (const answer of answers) answer();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    server.answerKeys(toJwk(oldKey));
    clock.pass(2_000);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
  });

  it("are waited for no longer than the time-out when the answer trickles in", async () => {
    const { server, verifier } = await setUp(impatient);
    server.answer((response) => {
      const trickle = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(trickle));
    });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
  });

  it("are waited for three seconds unless told otherwise, well within API Gateway's limit", () => {
    expect(defaultKeyTimes.timeoutMs).toBe(3_000);
  });

  it("are refused when nothing listens", async () => {
    const { server, verifier } = await setUp(impatient);
    await server.close();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
  });
});

describe("preloaded keys", () => {
  it("need no fetch, and an unknown key id causes none without an address", async () => {
    const server = await startJwksServer();
    const iss = server.url;
    const verifier = new TokenVerifier([issuer({ issuer: iss, jwks: { keys: [toJwk(oldKey)] } })]);
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
    const verifier = new TokenVerifier([issuer({ jwks, jwksUri: server.url })]);
    await verifier.verify(token);
    expect(server.requests()).toBe(0);
    await expect(verifier.verify(makeToken(newKey))).resolves.toMatchObject({ id: "alice" });
    expect(server.requests()).toBe(1);
  });

  it("with an address grow old like fetched ones, so that a withdrawn key is forgotten", async () => {
    const server = await startJwksServer();
    server.answerKeys(toJwk(newKey));
    const clock = startClock();
    const jwks = { keys: [toJwk(oldKey)] };
    const verifier = new TokenVerifier([issuer({ jwks, jwksUri: server.url })], { now: clock.now });
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
    clock.pass(3_600_000);
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
  });

  it("without an address last as long as the bundle that holds them", async () => {
    const clock = startClock();
    const verifier = new TokenVerifier([issuer({ jwks: { keys: [toJwk(oldKey)] } })], { now: clock.now });
    clock.pass(300_000_000);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
  });

  it("verify nothing when none of them can, and keep no other issuer's tokens out", async () => {
    const hopeless = issuer({ issuer: "https://other.test", jwks: { keys: [{ kid: "old" }] } });
    const verifier = new TokenVerifier([hopeless, issuer({ jwks: { keys: [toJwk(oldKey)] } })]);
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
    const theirs = makeToken(oldKey, { claims: { iss: hopeless.issuer } });
    await expect(verifier.verify(theirs)).rejects.toMatchObject({ refusal: "unfitKey" });
  });

  it("are refused when they are no key set", () => {
    const jwks = JSON.parse('{"keys":{}}');
    expect(() => new TokenVerifier([issuer({ jwks })])).toThrow(/cannot be used/);
  });
});
