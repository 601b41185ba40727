/** An issuer's keys where its discovery document says, and where they are when there is none that may be used. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DownloadJson } from "../../../shared/identity/keys/download-json.ts";
import { defaultKeyTimes } from "../../../shared/identity/keys/key-store.ts";
import { TokenVerifier, type VerifierOptions } from "../../../shared/identity/token/verify.ts";
import { issuer, makeToken, nowSeconds, rsaKey, startClock, toJwk } from "../tokens.ts";

const key = rsaKey("k");
const other = rsaKey("k");
const set = { keys: [toJwk(key)] };

type Answer = object | string | ((response: ServerResponse) => void);

/** An issuer on 127.0.0.1 that answers each path as told, and says which were asked. */
async function startIssuer(path = "/realms/x") {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push(url);
    const answer = answers.get(url);
    if (typeof answer === "function") answer(response);
    else if (answer === undefined) response.writeHead(404).end("{}");
    else response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const iss = `${origin}${path}`;
  const base = path.replace(/\/$/, "");
  return {
    origin,
    iss,
    asked,
    document: `${base}/.well-known/openid-configuration`,
    usual: `${base}/.well-known/jwks.json`,
    answers,
    token: (by = key) => makeToken(by, { claims: { iss, exp: nowSeconds() + 400_000 } }),
    verifier: (options: VerifierOptions = {}) => new TokenVerifier([issuer({ issuer: iss })], options),
  };
}

describe("an issuer's keys", () => {
  it.each(["", "/", "/realms/x", "/realms/x/"])("are where its document says: path `%s`", async (path) => {
    const idp = await startIssuer(path);
    idp.answers.set(idp.document, { issuer: idp.iss, jwks_uri: `${idp.origin}/certs?v=1`, other: [1] });
    idp.answers.set("/certs?v=1", set);
    idp.answers.set(idp.usual, { keys: [toJwk(other)] });
    await expect(idp.verifier().verify(idp.token())).resolves.toMatchObject({ issuer: idp.iss });
    expect(idp.asked).toEqual([idp.document, "/certs?v=1"]);
  });

  it("are not asked for while no token is trusted at all", async () => {
    const idp = await startIssuer();
    const verifier = idp.verifier();
    const foreign = makeToken(key, { claims: { iss: `${idp.iss}/` } });
    await expect(verifier.verify(foreign)).rejects.toMatchObject({ refusal: "issuer" });
    expect(idp.asked).toEqual([]);
  });

  it("are where the configuration says, and no document is asked", async () => {
    const idp = await startIssuer();
    idp.answers.set(idp.document, { issuer: idp.iss, jwks_uri: `${idp.origin}/wrong` });
    idp.answers.set("/mine", set);
    const configured = new TokenVerifier([issuer({ issuer: idp.iss, jwksUri: `${idp.origin}/mine` })]);
    await expect(configured.verify(idp.token())).resolves.toMatchObject({ id: "alice" });
    const inline = new TokenVerifier([issuer({ issuer: idp.iss, jwks: set })]);
    await expect(inline.verify(idp.token())).resolves.toMatchObject({ id: "alice" });
    expect(idp.asked).toEqual(["/mine"]);
  });

  it.each([
    ["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example", false],
    ["https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other", false],
    ["https://tenant.eu.auth0.com/", true],
    ["https://cognito-idp.us-east-1.amazonaws.com.evil.test/us-east-1_Example", true],
  ])("of a Cognito user pool are at the one known place: %s", async (iss, isDiscovered) => {
    const asked: string[] = [];
    const keys = `${iss.replace(/\/$/, "")}/.well-known/jwks.json`;
    const download: DownloadJson = async (uri) => {
      asked.push(uri);
      return uri.endsWith("openid-configuration") ? { issuer: iss, jwks_uri: keys } : set;
    };
    const verifier = new TokenVerifier([issuer({ issuer: iss })], { download });
    await verifier.verify(makeToken(key, { claims: { iss, token_use: "id" } }));
    const document = keys.replace("jwks.json", "openid-configuration");
    expect(asked).toEqual(isDiscovered ? [document, keys] : [keys]);
  });

  it("may be on another host, as Google's are", async () => {
    const iss = "https://accounts.google.example";
    const download: DownloadJson = async (uri) =>
      uri === "https://www.apis.example/oauth2/v3/certs"
        ? set
        : { issuer: iss, jwks_uri: "https://www.apis.example/oauth2/v3/certs" };
    const verifier = new TokenVerifier([issuer({ issuer: iss })], { download });
    await expect(verifier.verify(makeToken(key, { claims: { iss } }))).resolves.toMatchObject({
      id: "alice",
    });
  });
});

/** Each is answered in place of a document that may be used; `evil` stands where none of its keys may come from. */
const unusable: readonly (readonly [string, (iss: string, evil: string) => Answer])[] = [
  ["is of another issuer", (iss, evil) => ({ issuer: `${iss}2`, jwks_uri: evil })],
  ["is of the issuer with a slash", (iss, evil) => ({ issuer: `${iss}/`, jwks_uri: evil })],
  ["is of the issuer in capitals", (iss, evil) => ({ issuer: iss.toUpperCase(), jwks_uri: evil })],
  ["names no issuer", (_iss, evil) => ({ jwks_uri: evil })],
  ["names its issuer in a list", (iss, evil) => ({ issuer: [iss], jwks_uri: evil })],
  ["names an issuer template", (_iss, evil) => ({ issuer: "http://127.0.0.1/{tenantid}", jwks_uri: evil })],
  ["names two issuers", (iss, evil) => `{"issuer":"${iss}2","issuer":"${iss}","jwks_uri":"${evil}"}`],
  ["names two key sets", (iss, evil) => `{"issuer":"${iss}","jwks_uri":"${evil}","jwks_uri":"${evil}"}`],
  [
    "holds a member twice deep inside",
    (iss, evil) => `{"issuer":"${iss}","jwks_uri":"${evil}","x":[{"a":1,"a":1}]}`,
  ],
  ["names no key set", (iss) => ({ issuer: iss })],
  ["names a key set that is no text", (iss, evil) => ({ issuer: iss, jwks_uri: [evil] })],
  ["names a key set over http elsewhere", (iss) => ({ issuer: iss, jwks_uri: "http://keys.example/jwks" })],
  ["names a file", (iss) => ({ issuer: iss, jwks_uri: "file:///etc/keys.json" })],
  [
    "names data",
    (iss) => ({ issuer: iss, jwks_uri: `data:application/json,${JSON.stringify({ keys: [] })}` }),
  ],
  [
    "names an address with a password",
    (iss, evil) => ({ issuer: iss, jwks_uri: evil.replace("//", "//a:secret@") }),
  ],
  ["names a path alone", (iss) => ({ issuer: iss, jwks_uri: "/evil" })],
  [
    "names an address without end",
    (iss, evil) => ({ issuer: iss, jwks_uri: `${evil}?${"x".repeat(3_000)}` }),
  ],
  ["is null", () => "null"],
  ["is a list", (iss, evil) => [{ issuer: iss, jwks_uri: evil }]],
  ["is a page", () => "<!doctype html><title>Sign in</title>"],
  ["is empty", () => ""],
  ["is far too large", (iss, evil) => ({ issuer: iss, jwks_uri: evil, pad: "x".repeat(200_000) })],
  ["is refused", () => (response) => response.writeHead(403).end()],
  ["is redirected", (_iss, evil) => (response) => response.writeHead(302, { location: evil }).end()],
  ["is broken off", () => (response) => response.destroy()],
];

describe("a discovery document that", () => {
  it.each(unusable)("%s is not used: the keys are beside it, or nowhere", async (_name, answer) => {
    const idp = await startIssuer();
    const evil = `${idp.origin}/evil`;
    idp.answers.set("/evil", { keys: [toJwk(other)] });
    idp.answers.set(idp.document, answer(idp.iss, evil));
    idp.answers.set(idp.usual, set);
    await expect(idp.verifier().verify(idp.token())).resolves.toMatchObject({ id: "alice" });
    expect(idp.asked).toEqual([idp.document, idp.usual]);
    // No key is fetched from the address that it names.
    idp.answers.delete(idp.usual);
    const told: string[] = [];
    const onKeysFailure = (...words: readonly string[]) => told.push(...words);
    await expect(idp.verifier({ onKeysFailure }).verify(idp.token(other))).rejects.toMatchObject({
      code: "jwksUnavailable",
      message: expect.stringMatching(
        /openid-configuration`: .+, and from `.+\/jwks\.json`: status 404; try again/,
      ),
    });
    expect(idp.asked).not.toContain("/evil");
    expect(told.join()).not.toMatch(/secret|x{100}/);
  });

  it("cannot be had leaves time for the other address, within that of one fetch", async () => {
    const iss = "https://idp.example";
    const given: number[] = [];
    const download: DownloadJson = async (uri, timeoutMs) => {
      given.push(timeoutMs);
      if (uri.endsWith("jwks.json")) return set;
      throw new DOMException("late", "TimeoutError");
    };
    const verifier = new TokenVerifier([issuer({ issuer: iss })], { download });
    await expect(verifier.verify(makeToken(key, { claims: { iss } }))).resolves.toMatchObject({
      id: "alice",
    });
    const [documentMs = 0, keysMs = 0] = given;
    expect(documentMs).toBe(defaultKeyTimes.timeoutMs / 2);
    expect(keysMs).toBeGreaterThan(0);
    expect(keysMs).toBeLessThanOrEqual(defaultKeyTimes.timeoutMs);
  });

  it("cannot be had, and no other address either, is waited for no longer than any key set", async () => {
    const idp = await startIssuer();
    for (const path of [idp.document, idp.usual]) idp.answers.set(path, () => undefined);
    const startedAt = performance.now();
    const verified = idp.verifier({ keyTimes: { timeoutMs: 300 } }).verify(idp.token());
    await expect(verified).rejects.toMatchObject({
      code: "jwksUnavailable",
      message: expect.stringContaining("no answer in time"),
    });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it("an issuer elsewhere has may not name this machine", async () => {
    const iss = "https://idp.example";
    const asked: string[] = [];
    const download: DownloadJson = async (uri) => {
      asked.push(uri);
      if (uri.endsWith("openid-configuration"))
        return { issuer: iss, jwks_uri: "http://127.0.0.1:9001/next" };
      throw new Error("status 404");
    };
    const verifier = new TokenVerifier([issuer({ issuer: iss })], { download });
    const token = makeToken(key, { claims: { iss } });
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: "jwksUnavailable" });
    expect(asked).toEqual([`${iss}/.well-known/openid-configuration`, `${iss}/.well-known/jwks.json`]);
  });

  it("names another address from now on is followed, without a restart", async () => {
    const idp = await startIssuer();
    const clock = startClock();
    const verifier = idp.verifier({ now: clock.now });
    idp.answers.set(idp.document, { issuer: idp.iss, jwks_uri: `${idp.origin}/one` });
    idp.answers.set("/one", set);
    await verifier.verify(idp.token());
    idp.answers.set(idp.document, { issuer: idp.iss, jwks_uri: `${idp.origin}/two` });
    idp.answers.set("/two", { keys: [toJwk(other)] });
    clock.pass(3_600_000);
    await expect(verifier.verify(idp.token())).rejects.toMatchObject({ refusal: "signature" });
    await expect(verifier.verify(idp.token(other))).resolves.toMatchObject({ id: "alice" });
  });

  it("was read once and cannot be any more leaves the known keys, not those of another place", async () => {
    const idp = await startIssuer();
    const clock = startClock();
    const told: string[] = [];
    const verifier = idp.verifier({
      now: clock.now,
      onKeysFailure: (uri, why) => told.push(`${uri} ${why}`),
    });
    idp.answers.set(idp.document, { issuer: idp.iss, jwks_uri: `${idp.origin}/one` });
    idp.answers.set("/one", set);
    await verifier.verify(idp.token());
    idp.answers.delete(idp.document);
    idp.answers.set(idp.usual, { keys: [toJwk(other)] });
    clock.pass(3_600_000);
    await expect(verifier.verify(idp.token())).resolves.toMatchObject({ id: "alice" });
    expect(idp.asked).not.toContain(idp.usual);
    expect(told).toEqual([`${idp.origin}${idp.document} status 404`]);
  });

  it("names keys that cannot be had says where that is", async () => {
    const idp = await startIssuer();
    const told: string[] = [];
    idp.answers.set(idp.document, { issuer: idp.iss, jwks_uri: `${idp.origin}/certs` });
    const verifier = idp.verifier({ onKeysFailure: (_uri, why) => told.push(why) });
    await expect(verifier.verify(idp.token())).rejects.toMatchObject({ code: "jwksUnavailable" });
    expect(told).toEqual([`its keys at \`${idp.origin}/certs\`: status 404`]);
  });

  it("an issuer never had is nothing to tell anybody", async () => {
    const idp = await startIssuer();
    const told: string[] = [];
    idp.answers.set(idp.usual, set);
    await idp.verifier({ onKeysFailure: (uri) => told.push(uri) }).verify(idp.token());
    expect(told).toEqual([]);
  });
});
