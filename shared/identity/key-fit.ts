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

/**
 * Refuses a token whose algorithm is not for its key. The library compares `alg` with the key only if the key
 * has one, and OpenSSL then verifies by the key's own type.
 *
 * @throws TokenError `unfitKey`
 */
export function assertKeyFits(algorithm: string | undefined, jwk: Jwk): void {
  const kind = algorithm === undefined ? undefined : keyKinds.get(algorithm);
  if (kind?.kty !== jwk.kty || (kind.crv !== undefined && !kind.crv.includes(jwk.crv ?? ""))) {
    throw new TokenError("unfitKey");
  }
}
