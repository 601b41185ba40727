/** The attack suite: every token in the table is refused for its own reason, and nothing is ever fetched. */
import { describe, expect, it } from "vitest";
import { CodedError } from "../../../shared/errors.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import { TokenVerifier } from "../../../shared/identity/token/verify.ts";
import { attacks, genuine, trustedKeys } from "../attacks.ts";
import { issuer, makeToken, rsaKey, toJwk } from "../tokens.ts";

const verifier = new TokenVerifier([issuer({ jwks: trustedKeys })]);

describe("token verification", () => {
  it.each(Object.entries(genuine))("accepts %s", async (_name, token) => {
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice", issuer: issuer().issuer });
  });

  it.each(attacks.map((attack) => [attack.name, attack] as const))("refuses %s", async (_name, attack) => {
    const error: unknown = await verifier.verify(attack.token).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ code: "unauthorized", refusal: attack.refusal });
    // RFC 6750 section 3: what may stand in a quoted error_description.
    expect((error as TokenError).description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    if (attack.token.length > 20) expect((error as TokenError).description).not.toContain(attack.token);
  });

  it("has at least sixty attacks, each with a name of its own", () => {
    expect(attacks.length).toBeGreaterThanOrEqual(60);
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
  });

  it("answers random text with a refusal and never with an uncoded throw", async () => {
    let state = 7;
    const next = (limit: number) => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state % limit;
    };
    for (let round = 0; round < 300; round++) {
      const letters = [...genuine.rs256];
      for (let change = next(4); change >= 0; change--)
        letters[next(letters.length)] = String.fromCharCode(next(256));
      const token = letters.join("");
      if (token === genuine.rs256) continue;
      await expect(verifier.verify(token)).rejects.toBeInstanceOf(TokenError);
    }
  });
});

describe("several issuers", () => {
  const first = rsaKey("shared-kid");
  const second = rsaKey("shared-kid");
  const both = new TokenVerifier([
    issuer({ issuer: "https://one.test", jwks: { keys: [toJwk(first)] }, claims: { id: "sub" } }),
    issuer({ issuer: "https://two.test", jwks: { keys: [toJwk(second)] }, claims: { id: "email" } }),
  ]);

  it("verifies each token with its own issuer's keys and mapping", async () => {
    const one = makeToken(first, { claims: { iss: "https://one.test", email: "a@one.test" } });
    const two = makeToken(second, { claims: { iss: "https://two.test", email: "a@two.test" } });
    await expect(both.verify(one)).resolves.toMatchObject({ id: "alice", issuer: "https://one.test" });
    await expect(both.verify(two)).resolves.toMatchObject({ id: "a@two.test", issuer: "https://two.test" });
  });

  it("never lets one issuer's key vouch for another", async () => {
    const crossed = makeToken(first, { claims: { iss: "https://two.test", email: "a@two.test" } });
    await expect(both.verify(crossed)).rejects.toMatchObject({ refusal: "signature" });
  });

  it("refuses an issuer that is configured twice", () => {
    expect(() => new TokenVerifier([issuer(), issuer()])).toThrow(CodedError);
  });

  it("trusts nobody when no issuer is configured", async () => {
    await expect(new TokenVerifier([]).verify(genuine.rs256)).rejects.toMatchObject({ refusal: "issuer" });
  });

  it.each(["http://keys.example.com/jwks.json", "file:///etc/keys.json", "not a url"])(
    "refuses keys from %s",
    (jwksUri) => {
      expect(() => new TokenVerifier([issuer({ jwksUri })])).toThrow(CodedError);
    },
  );
});

describe("the tolerance for an issuer's clock", () => {
  const key = rsaKey("k");
  const startSeconds = 1_800_000_000;
  const at = (offsetMs: number, toleranceSeconds?: number) =>
    new TokenVerifier(
      [
        issuer({
          jwks: { keys: [toJwk(key)] },
          ...(toleranceSeconds === undefined ? {} : { clockToleranceSeconds: toleranceSeconds }),
        }),
      ],
      { now: () => startSeconds * 1000 + offsetMs },
    );
  const token = makeToken(key, { claims: { nbf: startSeconds, iat: startSeconds, exp: startSeconds + 600 } });

  it.each([
    ["not at all unless configured, at the start", -1, undefined, "notYetValid"],
    ["from the start on", 0, undefined, undefined],
    ["to the last millisecond", 599_999, undefined, undefined],
    ["not at all unless configured, at the end", 600_000, undefined, "expired"],
    ["by as much as configured, at the start", -60_000, 60, undefined],
    ["by no more, at the start", -60_001, 60, "notYetValid"],
    ["by as much as configured, at the end", 659_999, 60, undefined],
    ["by no more, at the end", 660_000, 60, "expired"],
  ])("extends a token's life %s", async (_name, offsetMs, toleranceSeconds, refusal) => {
    const verified = at(offsetMs, toleranceSeconds).verify(token);
    if (refusal === undefined) await expect(verified).resolves.toMatchObject({ id: "alice" });
    else await expect(verified).rejects.toMatchObject({ refusal });
  });

  it("is part of the expiry that the proxy checks again", async () => {
    await expect(at(0, 60).verify(token)).resolves.toMatchObject({ expiresAtSeconds: startSeconds + 660 });
  });

  it("lets a token be issued up to five minutes ahead, since nothing asks for a check of that", async () => {
    const ahead = (seconds: number) =>
      makeToken(key, { claims: { iat: startSeconds + seconds, exp: startSeconds + 600 } });
    await expect(at(0).verify(ahead(300))).resolves.toMatchObject({ id: "alice" });
    await expect(at(0).verify(ahead(301))).rejects.toMatchObject({ refusal: "issuedAhead" });
  });
});

describe("required scopes", () => {
  const key = rsaKey("k");
  const scoped = new TokenVerifier([
    issuer({ jwks: { keys: [toJwk(key)] }, scopes: ["users/read", "users/write"] }),
  ]);

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["in `scope`, in any order", { scope: "openid users/write users/read" }],
    ["in `scp` as a list", { scp: ["users/read", "users/write"] }],
    ["in `scp` as a text", { scp: "users/read users/write" }],
  ])("are found %s", async (_name, claims) => {
    await expect(scoped.verify(makeToken(key, { claims }))).resolves.toMatchObject({ id: "alice" });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["are none", {}],
    ["are empty", { scope: "" }],
    ["are but one of two", { scope: "users/read" }],
    ["only begin alike", { scope: "users/read users/writer" }],
    ["are in another case", { scope: "users/read users/WRITE" }],
    ["are joined by a comma", { scope: "users/read,users/write" }],
    ["are in a list in a list", { scp: [["users/read", "users/write"]] }],
    ["are the members of an object", { scp: { "users/read": true, "users/write": true } }],
    ["stand in another claim", { scopes: ["users/read", "users/write"] }],
  ])("refuse a token whose scopes %s", async (_name, claims) => {
    const verified = scoped.verify(makeToken(key, { claims }));
    await expect(verified).rejects.toMatchObject({ code: "unauthorized", refusal: "scope" });
  });
});

describe("the use of tokens", () => {
  const key = rsaKey("k");
  const pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
  const uses = ["id", "access"] as const;
  const jwks = { keys: [toJwk(key)] };
  const general = new Map(uses.map((use) => [use, new TokenVerifier([issuer({ jwks, tokenUse: use })])]));
  const cognito = new Map(
    uses.map((use) => [use, new TokenVerifier([issuer({ issuer: pool, jwks, tokenUse: use })])]),
  );

  it.each([
    ["an access token by its type", { typ: "at+jwt" }, {}, "access"],
    ["an access token by its long type", { typ: "application/AT+JWT" }, {}, "access"],
    ["a token that says nothing", { typ: "JWT" }, {}, "id"],
    ["a token without a type", { typ: undefined }, {}, "id"],
    ["an access token by its claim", { typ: "JWT" }, { token_use: "access" }, "access"],
    ["an identity token by its claim", { typ: "JWT" }, { token_use: "id" }, "id"],
    ["a token of another use", { typ: "JWT" }, { token_use: "refresh" }, "none"],
    ["a use that is a list", { typ: "JWT" }, { token_use: ["access"] }, "none"],
    ["a use that is null", { typ: "at+jwt" }, { token_use: null }, "none"],
  ])("tells %s", async (_name, header, claims, use) => {
    const token = makeToken(key, { header, claims });
    for (const [wanted, verifier] of general) {
      if (wanted === use) await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
      else await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "use" });
    }
  });

  it.each([
    ["identity", { token_use: "id" }, "id"],
    ["access", { token_use: "access", aud: undefined, client_id: "my-app" }, "access"],
  ])("is Cognito's own word for it: %s", async (_name, claims, use) => {
    const token = makeToken(key, { claims: { iss: pool, ...claims } });
    for (const [wanted, verifier] of cognito) {
      if (wanted === use) await expect(verifier.verify(token)).resolves.toMatchObject({ id: "alice" });
      else await expect(verifier.verify(token)).rejects.toMatchObject({ refusal: "use" });
    }
  });
});

describe("Cognito user pools", () => {
  const key = rsaKey("k");
  const pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
  const cognito = new TokenVerifier([
    issuer({ issuer: pool, jwks: { keys: [toJwk(key)] }, claims: { id: "sub", groups: "cognito:groups" } }),
  ]);
  const token = (claims: Readonly<Record<string, unknown>>) =>
    makeToken(key, { claims: { iss: pool, "cognito:groups": ["operators"], ...claims } });

  it("accepts an identity token by its audience", async () => {
    const identity = token({ token_use: "id" });
    await expect(cognito.verify(identity)).resolves.toMatchObject({ groups: ["operators"] });
  });

  it("accepts an access token by its client id", async () => {
    const access = token({ token_use: "access", aud: undefined, client_id: "my-app" });
    await expect(cognito.verify(access)).resolves.toMatchObject({ id: "alice" });
  });

  it("accepts several pools, in both forms of their issuer, each with its own clients", async () => {
    const other = rsaKey("k");
    const multiRegion = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other";
    const pools = new TokenVerifier([
      issuer({ issuer: pool, jwks: { keys: [toJwk(key)] } }),
      issuer({ issuer: multiRegion, audience: ["their-app"], jwks: { keys: [toJwk(other)] } }),
    ]);
    const access = { token_use: "access", aud: undefined };
    const ours = makeToken(key, { claims: { iss: pool, ...access, client_id: "my-app" } });
    const theirs = makeToken(other, { claims: { iss: multiRegion, ...access, client_id: "their-app" } });
    await expect(pools.verify(ours)).resolves.toMatchObject({ issuer: pool });
    await expect(pools.verify(theirs)).resolves.toMatchObject({ issuer: multiRegion });
    const crossed = makeToken(other, { claims: { iss: multiRegion, ...access, client_id: "my-app" } });
    await expect(pools.verify(crossed)).rejects.toMatchObject({ refusal: "audience" });
    // The same pool under its other name is another issuer, until it is configured too.
    const renamed = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other";
    const unknown = makeToken(other, { claims: { iss: renamed, ...access, client_id: "their-app" } });
    await expect(pools.verify(unknown)).rejects.toMatchObject({ refusal: "issuer" });
  });

  it.each([
    [
      "an access token of another client",
      { token_use: "access", aud: undefined, client_id: "x" },
      "audience",
    ],
    ["an access token whose audience alone fits", { token_use: "access", client_id: "x" }, "audience"],
    ["an identity token for another client", { token_use: "id", aud: "x" }, "audience"],
    [
      "an identity token whose client id alone fits",
      { token_use: "id", aud: "x", client_id: "my-app" },
      "audience",
    ],
    ["a token of no known use", { token_use: "refresh" }, "use"],
    ["a token without a use", {}, "use"],
  ])("refuses %s", async (_name, claims, refusal) => {
    await expect(cognito.verify(token(claims))).rejects.toMatchObject({ code: "unauthorized", refusal });
  });
});
