/**
 * What standards publish, as published and rewritten as our own: the same algorithms and claims with what this product
 * asks for besides, signed with keys of ours; accepted as they are, and refused with anything changed.
 */
import { createHmac, createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { TokenVerifier } from "../../shared/identity/token/verify.ts";
import { joesClaims, type PublishedVector, publishedVectors } from "./published-vectors.ts";
import { base64url, ecKey, ed25519Key, issuer, nowSeconds, rsaKey, signText, toJwk } from "./tokens.ts";

const ours = [
  ["RS256", rsaKey("rsa")],
  ["RS512", rsaKey("rsa-512")],
  ["ES256", ecKey("p256", "P-256")],
  ["ES384", ecKey("p384", "P-384")],
  ["ES512", ecKey("p521", "P-521")],
  ["EdDSA", ed25519Key("ed")],
] as const;
const publishedKeys = publishedVectors.flatMap(({ key }, index) =>
  key && key["kty"] !== "oct" ? [{ ...key, kid: `published-${index}` }] : [],
);
/** Trusts the RFCs' own issuer, their keys, and ours. */
const verifier = new TokenVerifier([
  issuer({
    issuer: "joe",
    claims: { id: "sub", tags: { root: "http://example.com/is_root" } },
    jwks: { keys: [...ours.map(([, key]) => toJwk(key)), ...publishedKeys] },
  }),
]);

function isRightlySigned({ token, key }: PublishedVector): boolean {
  const dot = token.lastIndexOf(".");
  const input = Buffer.from(token.slice(0, dot));
  const signature = Buffer.from(token.slice(dot + 1), "base64url");
  if (key?.["kty"] === "oct") {
    const secret = Buffer.from(key["k"] ?? "", "base64url");
    return createHmac("sha256", secret).update(input).digest().equals(signature);
  }
  const digest = { Ed25519: null, "P-521": "sha512" }[key?.["crv"] ?? ""];
  const publicKey = createPublicKey({ key: { ...key }, format: "jwk" });
  const parameters = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  return verify(digest === undefined ? "sha256" : digest, input, parameters, signature);
}

describe("a published token", () => {
  it.each(publishedVectors.map((vector) => [vector.source, vector] as const))(
    "is refused: %s",
    async (_source, vector) => {
      if (vector.key) expect(isRightlySigned(vector)).toBe(true);
      await expect(verifier.verify(vector.token)).rejects.toMatchObject({
        code: "unauthorized",
        refusal: vector.refusal,
      });
    },
  );
});

describe("a published token without a key id", () => {
  it.each(
    publishedVectors
      .filter(({ refusal }) => refusal === "ambiguousKey")
      .map((vector) => [vector.source, vector] as const),
  )(
    "is verified with its issuer's one key, up to the audience that it lacks: %s",
    async (_source, vector) => {
      const alone = new TokenVerifier([issuer({ issuer: "joe", jwks: { keys: [{ ...vector.key }] } })]);
      await expect(alone.verify(vector.token)).rejects.toMatchObject({ refusal: "audience" });
      const other = { keys: [toJwk(rsaKey("rsa")), toJwk(ecKey("p256", "P-256"))] };
      const forged = new TokenVerifier([issuer({ issuer: "joe", jwks: other })]);
      await expect(forged.verify(vector.token)).rejects.toMatchObject({ refusal: "signature" });
    },
  );
});

describe.each(ours)("RFC 7515's example with %s, rewritten", (algorithm, key) => {
  const header = `{"typ":"JWT",\r\n "alg":"${algorithm}",\r\n "kid":"${key.kid}"}`;
  const rewrite = (claims: string) =>
    claims
      .replace("1300819380", String(nowSeconds() + 600))
      .replace("}", ',\r\n "aud":"my-app","sub":"joe-1"}');
  const token = signText(header, rewrite(joesClaims), key, algorithm);

  it("is accepted, with its claims", async () => {
    await expect(verifier.verify(token)).resolves.toMatchObject({ id: "joe-1", tags: { root: "true" } });
  });

  it("is refused with the expiry that it was published with", async () => {
    const claims = rewrite(joesClaims).replace(/"exp":\d+/, '"exp":1300819380');
    await expect(verifier.verify(signText(header, claims, key, algorithm))).rejects.toMatchObject({
      refusal: "expired",
    });
  });

  it("is refused under each other key, whatever the header calls it", async () => {
    for (const [, other] of ours) {
      if (other === key) continue;
      const renamed = header.replace(`"${key.kid}"`, `"${other.kid}"`);
      await expect(
        verifier.verify(signText(renamed, rewrite(joesClaims), key, algorithm)),
      ).rejects.toMatchObject({
        code: "unauthorized",
        refusal: expect.stringMatching(/^(signature|unfitKey)$/),
      });
    }
  });

  it("is refused when any byte of its signature is another", async () => {
    const dot = token.lastIndexOf(".") + 1;
    const signature = Buffer.from(token.slice(dot), "base64url");
    for (let index = 0; index < signature.length; index++) {
      const changed = Buffer.from(signature);
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      await expect(verifier.verify(`${token.slice(0, dot)}${base64url(changed)}`)).rejects.toMatchObject({
        refusal: "signature",
      });
    }
  });

  it("is refused with a signature of any other length", async () => {
    const dot = token.lastIndexOf(".") + 1;
    const signature = Buffer.from(token.slice(dot), "base64url");
    for (let length = 1; length < signature.length * 2; length += 7) {
      if (length === signature.length) continue;
      const changed = Buffer.concat([signature, signature]).subarray(0, length);
      await expect(verifier.verify(`${token.slice(0, dot)}${base64url(changed)}`)).rejects.toMatchObject({
        refusal: "signature",
      });
    }
  });

  it("is refused when a letter of what is signed is another", async () => {
    const [head = "", body = "", signature = ""] = token.split(".");
    const input = Buffer.from(body, "base64url").toString();
    for (let index = 0; index < input.length; index += 3) {
      const letter = input[index] === "x" ? "y" : "x";
      const changed = `${input.slice(0, index)}${letter}${input.slice(index + 1)}`;
      const verified = verifier.verify(`${head}.${base64url(changed)}.${signature}`);
      await expect(verified).rejects.toMatchObject({ code: "unauthorized" });
    }
  });
});
