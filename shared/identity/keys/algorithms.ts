/** The accepted signature algorithms: which keys may verify each of them, and how. */
import { type KeyObject, verify } from "node:crypto";

interface Algorithm {
  readonly kty: string;
  /** Hash of the signed text; `null` if the algorithm defines its own. */
  readonly hash: string | null;
  /** Curves, each with the length of its signatures in bytes. */
  readonly curves?: ReadonlyMap<string, number>;
}

const ed25519 = ["Ed25519", 64] as const;
const ed448 = ["Ed448", 114] as const;

function edwards(...curves: readonly (readonly [string, number])[]): Algorithm {
  return { kty: "OKP", hash: null, curves: new Map(curves) };
}

/**
 * The accepted algorithms: asymmetric ones only (RFC 8725 section 3.1: the verifier, not the token, decides).
 *
 * Key types and curves are those of RFC 7518 sections 3.1 and 3.4 and of RFC 8037 section 3.1. RFC 9864 section 2.2 gives the
 * two curves of `EdDSA` a name each.
 */
const algorithms = new Map<string, Algorithm>([
  ["RS256", { kty: "RSA", hash: "sha256" }],
  ["RS384", { kty: "RSA", hash: "sha384" }],
  ["RS512", { kty: "RSA", hash: "sha512" }],
  ["ES256", { kty: "EC", hash: "sha256", curves: new Map([["P-256", 64]]) }],
  ["ES384", { kty: "EC", hash: "sha384", curves: new Map([["P-384", 96]]) }],
  ["ES512", { kty: "EC", hash: "sha512", curves: new Map([["P-521", 132]]) }],
  ["EdDSA", edwards(ed25519, ed448)],
  ["Ed25519", edwards(ed25519)],
  ["Ed448", edwards(ed448)],
]);

export function isAcceptedAlgorithm(name: string): boolean {
  return algorithms.has(name);
}

/** The members of a JWK that say which algorithms it is for. */
export interface KeyKind {
  readonly kty: unknown;
  readonly crv: unknown;
  readonly alg: unknown;
}

/** Names of the accepted algorithms that a key of this kind may verify. */
export function algorithmsOf({ kty, crv, alg }: KeyKind): readonly string[] {
  const fitting = [...algorithms].flatMap(([name, { kty: wanted, curves }]) =>
    kty === wanted && (curves === undefined || curves.has(crv as string)) ? [name] : [],
  );
  // An Edwards key has one algorithm with two names: its issuer may write either into key and token.
  if (alg === undefined || (kty === "OKP" && fitting.includes(alg as string))) return fitting;
  return fitting.filter((name) => name === alg);
}

export interface SignedText {
  readonly algorithm: string;
  readonly text: string;
  readonly signature: Uint8Array;
}

/**
 * Whether a key made a signature. The key must be for the algorithm ({@link algorithmsOf}).
 *
 * @param crv the key's curve, if it is on one
 */
export function isSignedBy(keyObject: KeyObject, crv: string | undefined, signed: SignedText): boolean {
  const { hash = null, curves } = algorithms.get(signed.algorithm) ?? {};
  // A signature in DER, for instance, has another length.
  if (curves !== undefined && curves.get(crv ?? "") !== signed.signature.length) return false;
  // RFC 7518 section 3.4: an elliptic signature is two numbers side by side.
  const key = { key: keyObject, dsaEncoding: "ieee-p1363" } as const;
  return verify(hash, Buffer.from(signed.text), key, signed.signature);
}
