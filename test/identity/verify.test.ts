/** The attack suite: every token in the table is refused for its own reason, and nothing is ever fetched. */
import { describe, expect, it } from "vitest";
import { CodedError } from "../../shared/errors.ts";
import { TokenError } from "../../shared/identity/token-error.ts";
import { createTokenVerifier } from "../../shared/identity/verify.ts";
import { attacks, genuine, trustedKeys } from "./attacks.ts";
import { issuer, makeToken, rsaKey, toJwk } from "./tokens.ts";

const verifier = createTokenVerifier([issuer({ jwks: trustedKeys })]);

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
  const both = createTokenVerifier([
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
    expect(() => createTokenVerifier([issuer(), issuer()])).toThrow(CodedError);
  });

  it("trusts nobody when no issuer is configured", async () => {
    await expect(createTokenVerifier([]).verify(genuine.rs256)).rejects.toMatchObject({ refusal: "issuer" });
  });

  it.each(["http://keys.example.com/jwks.json", "file:///etc/keys.json", "not a url"])(
    "refuses keys from %s",
    (jwksUri) => {
      expect(() => createTokenVerifier([issuer({ jwksUri })])).toThrow(CodedError);
    },
  );
});

describe("Cognito user pools", () => {
  const key = rsaKey("k");
  const pool = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example";
  const cognito = createTokenVerifier([
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
