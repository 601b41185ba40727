/**
 * Which keys may verify which algorithm.
 */
import type { Jwk } from "aws-jwt-verify/jwk";
import { TokenError } from "./token-error.ts";

/** Key type and curve for each algorithm (RFC 7518 section 3.1, RFC 8037 section 3.1). */
const keyKinds = new Map<string, { readonly kty: string; readonly crv?: readonly string[] }>([
  ["RS256", { kty: "RSA" }],
  ["RS384", { kty: "RSA" }],
  ["RS512", { kty: "RSA" }],
  ["ES256", { kty: "EC", crv: ["P-256"] }],
  ["ES384", { kty: "EC", crv: ["P-384"] }],
  ["ES512", { kty: "EC", crv: ["P-521"] }],
  ["EdDSA", { kty: "OKP", crv: ["Ed25519", "Ed448"] }],
]);

/** RFC 7518 section 3.3: "A key of size 2048 bits or larger MUST be used". */
const minModulusBits = 2048;

/**
 * Refuses a key that is not for a token's algorithm, before anything is computed with it. The library compares `alg`
 * with the key only if the key has one, OpenSSL then verifies by the key's own type, and neither minds a short key.
 *
 * @throws TokenError `unfitKey`
 */
export function assertKeyFits(algorithm: string, jwk: Jwk): void {
  const kind = keyKinds.get(algorithm);
  if (kind?.kty !== jwk.kty || (kind.crv !== undefined && !kind.crv.includes(jwk.crv ?? ""))) {
    throw new TokenError("unfitKey");
  }
  // RFC 7517 sections 4.2 and 4.3.
  const operations = jwk["key_ops"];
  if (jwk.use !== undefined && jwk.use !== "sig") throw new TokenError("unfitKey");
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) {
    throw new TokenError("unfitKey");
  }
  if (jwk.kty === "RSA" && !isStrong(jwk)) throw new TokenError("unfitKey");
}

/** The modulus is long enough, and the exponent an odd number above 1: with 1, everybody could sign. */
function isStrong({ n, e }: Jwk): boolean {
  const modulus = bigEndian(n);
  const exponent = bigEndian(e);
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  const last = exponent.at(-1) ?? 0;
  return bits >= minModulusBits && last % 2 === 1 && (exponent.length > 1 || last > 1);
}

/** The bytes of a number without leading zeros. */
function bigEndian(text: string | undefined): Buffer {
  const bytes = Buffer.from(text ?? "", "base64url");
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
}
