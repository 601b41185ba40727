/**
 * Which keys may verify which algorithm.
 */
import type { Jwk } from "aws-jwt-verify/jwk";
import { TokenError } from "./token-error.ts";

interface KeyKind {
  readonly kty: string;
  /** Curves, each with the length of its signatures in bytes. */
  readonly curves?: ReadonlyMap<string, number>;
}

/** Key type and curve for each algorithm (RFC 7518 sections 3.1 and 3.4, RFC 8037 section 3.1, RFC 8032). */
const keyKinds = new Map<string, KeyKind>([
  ["RS256", { kty: "RSA" }],
  ["RS384", { kty: "RSA" }],
  ["RS512", { kty: "RSA" }],
  ["ES256", { kty: "EC", curves: new Map([["P-256", 64]]) }],
  ["ES384", { kty: "EC", curves: new Map([["P-384", 96]]) }],
  ["ES512", { kty: "EC", curves: new Map([["P-521", 132]]) }],
  [
    "EdDSA",
    {
      kty: "OKP",
      curves: new Map([
        ["Ed25519", 64],
        ["Ed448", 114],
      ]),
    },
  ],
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
  if (kind?.kty !== jwk.kty || kind.curves?.has(jwk.crv ?? "") === false) throw new TokenError("unfitKey");
  // RFC 7517 section 4.3; the library looks at `use`.
  const operations = jwk["key_ops"];
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) {
    throw new TokenError("unfitKey");
  }
  if (jwk.kty === "RSA" && !isStrong(jwk)) throw new TokenError("unfitKey");
}

/**
 * Refuses a signature of another length than an elliptic key makes: one in DER, for instance.
 *
 * @throws TokenError `signature`
 */
export function assertSignatureFits(algorithm: string, jwk: Jwk, signatureBytes: number): void {
  const wanted = keyKinds.get(algorithm)?.curves?.get(jwk.crv ?? "");
  if (wanted !== undefined && wanted !== signatureBytes) throw new TokenError("signature");
}

/** The modulus is long enough, and the exponent is not 1, with which everybody could sign. */
function isStrong({ n, e }: Jwk): boolean {
  const modulus = bigEndian(n);
  const exponent = bigEndian(e);
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  return bits >= minModulusBits && (exponent.length > 1 || (exponent[0] ?? 0) > 1);
}

/** The bytes of a number without leading zeros. */
function bigEndian(text: string | undefined): Buffer {
  const bytes = Buffer.from(text ?? "", "base64url");
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
}
