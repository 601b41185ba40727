/** The local token issuer: what it signs verifies, and no web page can have it sign anything. */
import { describe, expect, it } from "vitest";
import { createBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import { TokenVerifier } from "../../../shared/identity/token/verify.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import { createLocalVerifier } from "../../../tools/local/tokens/local-verifier.ts";
import { tokenRoutes } from "../../../tools/local/tokens/token-endpoint.ts";
import { createTokenIssuer, type TokenRequest } from "../../../tools/local/tokens/token-issuer.ts";
import { bundleAllowing, configuration } from "../../bundle/bundle-fixture.ts";
import { type Sent, send, startTestGateway } from "./gateway-harness.ts";

const configured: IssuerConfiguration = {
  issuer: "https://issuer.test",
  audience: ["app", "other"],
  claims: { id: "sub", name: "username", groups: "groups" },
};
const tokens = await createTokenIssuer(() => [configured]);
const jwks = JSON.parse(JSON.stringify(tokens.jwks));
const verifier = new TokenVerifier([{ ...configured, jwks }]);

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
    ["a name that is no text", { sub: "a", name: 1 }],
    ["an empty name", { sub: "a", name: "" }],
    ["tags that are a list", { sub: "a", tags: ["x"] }],
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
    ["an issuer that is no text", { sub: "a", issuer: ["https://issuer.test"] }],
    ["an issuer that is not configured", { sub: "a", issuer: "https://issuer.tset" }],
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
    const other = await createTokenIssuer(() => [configured]);
    const token = other.mintToken({ sub: "alice", groups: [], claims: {}, ttlSeconds: 60 });
    await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "unknownKey" });
  });
});

describe("a token in the place of a configured issuer", () => {
  const people: IssuerConfiguration = {
    ...configured,
    claims: { ...configured.claims, tags: { team: "custom:team" } },
  };
  const bundleOf = (issuers: readonly IssuerConfiguration[]) => {
    const bindings = [{ match: { issuer: issuers.map(({ issuer }) => issuer) }, policies: ["p"] }];
    return openBundle(
      createBundle({ ...configuration, issuers, bindings }, bundleAllowing("connect:*").policies),
    );
  };
  async function identify(issuers: readonly IssuerConfiguration[], request: Partial<TokenRequest>) {
    const local = await createTokenIssuer(() => issuers);
    const token = local.mintToken({ sub: "alice", groups: [], claims: {}, ttlSeconds: 60, ...request });
    const bundle = bundleOf(issuers);
    const names = new Set(["iss", "aud", "email", "sub", "scope", "client_id"]);
    return createLocalVerifier(local)(new Map([["authorization", [`Bearer ${token}`]]]), bundle, names);
  }

  it.each<[string, Partial<IssuerConfiguration>, Partial<TokenRequest>, object]>([
    [
      "its name",
      {},
      {},
      { issuer: "https://issuer.test", claims: { iss: "https://issuer.test", sub: "alice" } },
    ],
    ["one of its audiences", { audience: ["first", "second"] }, {}, { claims: { aud: "first" } }],
    ["its id claim", { claims: { id: "oid" } }, { sub: "o-1" }, { id: "o-1", claims: { sub: "o-1" } }],
    ["its nested id claim", { claims: { id: "user.id" } }, { sub: "o-1" }, { id: "o-1" }],
    [
      "its name claim",
      { claims: { id: "sub", name: "email" } },
      { claims: { email: "a@b.c" } },
      { name: "a@b.c" },
    ],
    [
      "its groups claim",
      { claims: { id: "sub", groups: "cognito:groups" } },
      { groups: ["a", "b c"] },
      { groups: ["a", "b c"] },
    ],
    [
      "a nested groups claim",
      { claims: { id: "sub", groups: "realm_access.roles" } },
      { groups: ["a"] },
      { groups: ["a"] },
    ],
    [
      "a groups claim that is a URL",
      { claims: { id: "sub", groups: "https://example.com/groups" } },
      { groups: ["a"] },
      { groups: ["a"] },
    ],
    [
      "groups split at spaces",
      { claims: { id: "sub", groups: { claim: "g", split: "space" } } },
      { groups: ["a", "b"] },
      { groups: ["a", "b"] },
    ],
    [
      "groups split at commas",
      { claims: { id: "sub", groups: { claim: "r.g", split: "comma" } } },
      { groups: ["a b", "c"] },
      { groups: ["a b", "c"] },
    ],
    [
      "groups in JSON",
      { claims: { id: "sub", groups: { claim: "g", split: "json" } } },
      { groups: ["a, b", "[c]"] },
      { groups: ["a, b", "[c]"] },
    ],
    ["no groups where none are mapped", { claims: { id: "sub" } }, {}, { groups: [] }],
    ["its tags", people, { claims: { "custom:team": "red" } }, { tags: { team: "red" } }],
    [
      "nested tags beside nested groups",
      { claims: { id: "sub", groups: "r.g", tags: { team: "r.team" } } },
      { groups: ["a"], claims: { "r.team": "red" } },
      { groups: ["a"], tags: { team: "red" } },
    ],
    [
      "its scopes",
      { scopes: ["users/read", "users/write"] },
      {},
      { claims: { scope: ["users/read", "users/write"] } },
    ],
    ["its use of tokens", { tokenUse: "access" }, {}, { id: "alice" }],
    ["its other use of tokens", { tokenUse: "id" }, {}, { id: "alice" }],
    [
      "a user pool's",
      { issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example" },
      {},
      { claims: { aud: "app" } },
    ],
    [
      "a user pool's access token",
      { issuer: "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example", tokenUse: "access" },
      {},
      { claims: { client_id: "app" } },
    ],
    ["an issuer whose keys are elsewhere", { jwksUri: "https://127.0.0.1:1/keys" }, {}, { id: "alice" }],
  ])("has %s", async (_what, change, request, expected) => {
    expect(await identify([{ ...configured, ...change }], request)).toMatchObject(expected);
  });

  it("is one of several issuers' where several are configured, and says so where none is named", async () => {
    const other = { ...configured, issuer: "https://other.test", claims: { id: "sub", groups: "roles" } };
    const both = [configured, other];
    const as = (issuer: string) => identify(both, { issuer, groups: ["a"] });
    expect(await as("https://other.test")).toMatchObject({ issuer: "https://other.test", groups: ["a"] });
    expect(await as("https://issuer.test")).toMatchObject({ issuer: "https://issuer.test", groups: ["a"] });
    await expect(identify(both, {})).rejects.toThrow(
      "several issuers are configured; choose one with `issuer` (on the command line `--issuer`): `https://issuer.test`, `https://other.test`",
    );
    await expect(as("https://other.tset")).rejects.toThrow("did you mean `https://other.test`");
  });

  it.each<[string, Partial<IssuerConfiguration>, Partial<TokenRequest>, string]>([
    [
      "a group with a space",
      { claims: { id: "sub", groups: { claim: "g", split: "space" } } },
      { groups: ["a b"] },
      "cannot be written with the configured `split: space`",
    ],
    [
      "a group with a comma",
      { claims: { id: "sub", groups: { claim: "g", split: "comma" } } },
      { groups: ["a,b"] },
      "cannot be written with the configured `split: comma`",
    ],
    [
      "a group as a claim",
      { claims: { id: "sub", groups: "roles" } },
      { claims: { roles: "admins" } },
      "`roles` is written by the issuer itself",
    ],
    [
      "an id as a claim",
      { claims: { id: "oid" } },
      { claims: { oid: "root" } },
      "`oid` is written by the issuer itself",
    ],
    [
      "what holds the groups as a claim",
      { claims: { id: "sub", groups: "r.g" } },
      { claims: { r: "x" } },
      "`r` is written by the issuer itself",
    ],
    ["groups where none are mapped", { claims: { id: "sub" } }, { groups: ["a"] }, "mapped to the groups"],
    ["a name where none is mapped", { claims: { id: "sub" } }, { name: "A" }, "mapped to the name; add"],
    ["a tag that is not mapped", people, { tags: { site: "x" } }, "mapped to the tag `site`; add"],
    ["another id as a name", { claims: { id: "oid", name: "oid" } }, { name: "A" }, "by the issuer itself"],
    [
      "a tag and a claim that differ",
      people,
      { tags: { team: "red" }, claims: { "custom:team": "blue" } },
      "the claim `custom:team` would have two values; it is also the tag `team`",
    ],
  ])("is not made with %s", async (_what, change, request, message) => {
    await expect(identify([{ ...configured, ...change }], request)).rejects.toThrow(message);
  });

  const forms = [
    "plain",
    "cognito:x",
    "custom:a.b",
    "https://example.com/x",
    "https://example.com/a.b/x",
    "r.x",
    "r.deep.x",
  ];
  const splits = [undefined, "space", "comma", "json"] as const;
  const mappings = forms.flatMap((form) => splits.map((split) => [form, split] as const));

  it.each(mappings)(
    "says who the caller is by the claims that are configured: %s, split by %s",
    async (form, split) => {
      const claimFor = (what: string) => `${form}${what}`;
      const claims = {
        id: claimFor("Id"),
        name: claimFor("Name"),
        groups: split ? { claim: claimFor("Groups"), split } : claimFor("Groups"),
        tags: { team: claimFor("Team"), Site: claimFor("Site") },
      };
      const caller = { sub: "o-1", name: "Alice A.", groups: ["a", "b"], tags: { TEAM: "red", Site: "a b" } };
      const expected = {
        id: "o-1",
        name: "Alice A.",
        groups: ["a", "b"],
        tags: { team: "red", Site: "a b" },
      };
      expect(await identify([{ ...configured, claims }], caller)).toMatchObject(expected);
    },
  );

  it("is good with the local gateway's key alone, and an issuer's own tokens with its own", async () => {
    const [local, stranger] = [
      await createTokenIssuer(() => [configured]),
      await createTokenIssuer(() => [configured]),
    ];
    const verify = createLocalVerifier(local);
    const bundle = bundleOf([{ ...configured, jwks: JSON.parse(JSON.stringify(stranger.jwks)) }]);
    const headersOf = (token: string) => new Map([["authorization", [`Bearer ${token}`]]]);
    const request = { sub: "alice", groups: [], claims: {}, ttlSeconds: 60 };
    const [own, others] = [local.mintToken(request), stranger.mintToken(request)];
    expect(await verify(headersOf(own), bundle)).toMatchObject({ id: "alice" });
    expect(await verify(headersOf(others), bundle)).toMatchObject({ id: "alice" });
    const forged = [...own.split(".").slice(0, 2), others.split(".")[2]].join(".");
    await expect(verify(headersOf(forged), bundle)).rejects.toMatchObject({ refusal: "signature" });
    await expect(verify(headersOf("a.b.c"), bundle)).rejects.toMatchObject({ code: "unauthorized" });
    await expect(verify(new Map(), bundle)).rejects.toMatchObject({ code: "unauthorized" });
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
