/** The local token issuer: what it signs verifies, and no web page can have it sign anything. */
import { describe, expect, it } from "vitest";
import { createTokenVerifier } from "../../shared/identity/verify.ts";
import { tokenRoutes } from "../../tools/local/token-endpoint.ts";
import { createTokenIssuer, localAudience } from "../../tools/local/token-issuer.ts";
import { type Sent, send, startTestGateway } from "./gateway-harness.ts";

const issuerUrl = "http://127.0.0.1:3000";
const tokens = await createTokenIssuer(() => issuerUrl);
const jwks = JSON.parse(JSON.stringify(tokens.jwks));
const claims = { id: "sub", name: "username", groups: "groups" };
const verifier = createTokenVerifier([{ issuer: issuerUrl, audience: [localAudience], claims, jwks }]);

const asked: readonly (readonly [string, string])[] = [
  ["Content-Type", "application/json"],
  ["X-Local-Token", "1"],
];
const ask = async (body: unknown, sent: Sent = {}) => {
  const gateway = await startTestGateway({ localRoutes: tokenRoutes(tokens) });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const defaults = { method: "POST", path: "/local/token", headers: asked, body: text };
  return send(gateway.url, { ...defaults, ...sent });
};

describe("the token endpoint", () => {
  it("gives a token that stands for the caller that was asked for", async () => {
    const caller = { sub: "alice", groups: ["a", "Call Center"], claims: { username: "Alice", team: "red" } };
    const reply = await ask({ ...caller, ttlSeconds: 60 });
    expect(reply).toMatchObject({ status: 200, headers: { "cache-control": "no-store" } });
    const principal = await verifier.verify((reply.json() as { token: string }).token);
    expect(principal).toMatchObject({ id: "alice", name: "Alice", groups: ["a", "Call Center"] });
    expect(principal.claims).toMatchObject({ team: "red" });
    expect(principal.expiresAtSeconds - Date.now() / 1000).toBeGreaterThan(50);
    expect(principal.expiresAtSeconds - Date.now() / 1000).toBeLessThanOrEqual(60);
  });

  it("gives an hour, no groups and no claims unless asked", async () => {
    const reply = await ask({ sub: "bob" });
    const principal = await verifier.verify((reply.json() as { token: string }).token);
    expect(principal).toMatchObject({ id: "bob", name: "bob", groups: [] });
    expect(principal.expiresAtSeconds - Date.now() / 1000).toBeGreaterThan(3590);
  });

  it.each<[string, Sent]>([
    ["without its header", { headers: [["Content-Type", "application/json"]] }],
    ["with another value in its header", { headers: [asked[0] ?? ["", ""], ["X-Local-Token", "true"]] }],
    [
      "as a form of a page would",
      {
        headers: [
          ["X-Local-Token", "1"],
          ["Content-Type", "text/plain"],
        ],
      },
    ],
    ["from a page", { headers: [...asked, ["Origin", "http://127.0.0.1:3000"]] }],
    ["under another name (DNS rebinding)", { headers: [...asked, ["Host", "evil.example:3000"]] }],
    ["under a name that starts well", { headers: [...asked, ["Host", "127.0.0.1.evil.example"]] }],
    ["under a name that ends well", { headers: [...asked, ["Host", "evil-localhost"]] }],
  ])("refuses to be asked %s", async (_name, sent) => {
    const reply = await ask({ sub: "alice" }, sent);
    expect(reply.status).toBe(403);
    expect(reply.json()).toMatchObject({ __type: "AccessDeniedException" });
  });

  it.each(["localhost", "LOCALHOST:1", "[::1]:3000", "127.0.0.1"])("answers to the name %s", async (host) => {
    expect(await ask({ sub: "alice" }, { headers: [...asked, ["Host", host]] })).toMatchObject({
      status: 200,
    });
  });

  it.each([
    ["no JSON", "{"],
    ["a list", []],
    ["null", null],
    ["no sub", {}],
    ["an empty sub", { sub: " " }],
    ["a sub that is no text", { sub: 1 }],
    ["groups that are a text", { sub: "a", groups: "x" }],
    ["groups that are no texts", { sub: "a", groups: [1] }],
    ["claims that are a list", { sub: "a", claims: ["x"] }],
    ["claims that are no texts", { sub: "a", claims: { x: 1 } }],
    ["a claim of the issuer's own", { sub: "a", claims: { iss: "https://cognito-idp.example" } }],
    ["groups among the claims", { sub: "a", claims: { groups: "admins" } }],
    ["an expiry that is a text", { sub: "a", ttlSeconds: "60" }],
    ["an expiry of zero", { sub: "a", ttlSeconds: 0 }],
    ["an endless expiry", { sub: "a", ttlSeconds: 86_401 }],
    ["an unknown member", { sub: "a", admin: true }],
  ])("refuses %s", async (_name, body) => {
    expect(await ask(body)).toMatchObject({ status: 400 });
  });

  it("serves the public key alone", async () => {
    const gateway = await startTestGateway({ localRoutes: tokenRoutes(tokens) });
    const reply = await send(gateway.url, { path: "/.well-known/jwks.json", headers: [] });
    const { keys } = reply.json() as { keys: readonly Record<string, unknown>[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([["alg", "e", "kid", "kty", "n", "use"]]);
  });

  it("does not exist where no issuer is given", async () => {
    const gateway = await startTestGateway();
    const reply = await send(gateway.url, {
      method: "POST",
      path: "/local/token",
      headers: asked,
      body: "{}",
    });
    expect(reply.status).toBe(401);
  });
});

describe("the local issuer", () => {
  it("has another key each time", async () => {
    const other = await createTokenIssuer(() => issuerUrl);
    const token = other.mintToken({ sub: "alice", groups: [], claims: {}, ttlSeconds: 60 });
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
  });
});

describe("health", () => {
  it("is answered without a token", async () => {
    const gateway = await startTestGateway();
    const reply = await send(gateway.url, { path: "/healthz", headers: [] });
    expect(reply).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    expect(gateway.authorizerEvents).toEqual([]);
  });
});
