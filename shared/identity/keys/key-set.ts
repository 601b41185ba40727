/**
 * Reads the keys of a JWK set (RFC 7517) that can verify a token.
 *
 * Section 5 of the RFC: a reader ignores keys of a type that it does not understand, keys without a required member,
 * and keys with values outside the supported ranges. An issuer may publish such keys for another purpose.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { algorithmsOf } from "./algorithms.ts";

export interface VerificationKey {
  /** The key's `kid`. */
  readonly id: string | undefined;
  /** At least one. */
  readonly algorithms: readonly string[];
  readonly curve: string | undefined;
  readonly keyObject: KeyObject;
  /** All of the above as text: equal for equal keys. */
  readonly text: string;
}

export interface KeySet {
  readonly keys: readonly VerificationKey[];
  readonly unusableIds: ReadonlySet<string>;
}

/** RFC 7518 section 3.3: "A key of size 2048 bits or larger MUST be used". OpenSSL verifies up to 16,384. */
const modulusBits = { min: 2_048, max: 16_384 };

/** Members of a JWK that hold secrets (RFC 7518 sections 6.2.2, 6.3.2 and 6.4; RFC 8037 section 2). */
export const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** @throws Error for a value that is not a key set */
export function readKeySet(value: unknown): KeySet {
  const list = (value as { readonly keys?: unknown } | null | undefined)?.keys;
  if (!Array.isArray(list)) throw new Error("the answer is not a key set");
  const keys = new Map<string, VerificationKey>();
  const unusableIds = new Set<string>();
  for (const entry of list as readonly unknown[]) {
    const members = readMembers(entry);
    const key = readKey(members);
    if (key) keys.set(key.text, key);
    else if (typeof members["kid"] === "string") unusableIds.add(members["kid"]);
  }
  return { keys: [...keys.values()], unusableIds };
}

type Members = Readonly<Record<string, unknown>>;

/** The members of an entry that have a value: some issuers write absent ones as `null`. */
function readMembers(entry: unknown): Members {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return {};
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));
}

/** Returns `undefined` for an entry that cannot verify a token. */
function readKey(members: Members): VerificationKey | undefined {
  const { kid, use, key_ops: operations, alg, kty, crv, n, e, x, y } = members;
  if (kid !== undefined && typeof kid !== "string") return undefined;
  if (use !== undefined && use !== "sig") return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify")))
    return undefined;
  // Anyone who can read the set can sign with such a key.
  if (secretMembers.some((name) => hasContent(members[name]))) return undefined;
  const algorithms = algorithmsOf({ kty, crv, alg });
  if (algorithms.length === 0 || (kty === "RSA" && !isStrong(n, e))) return undefined;
  // INVARIANT: a key that is not RSA has an accepted algorithm, and so one of our curves.
  const curve = kty === "RSA" ? undefined : (crv as string);
  const jwk = { kty, crv: curve, n, e, x, y } as JsonWebKey;
  let keyObject: KeyObject;
  try {
    // Throws for members that are not texts, and for points that are not on their curve.
    keyObject = createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return undefined;
  }
  return { id: kid, algorithms, curve, keyObject, text: JSON.stringify([kid, algorithms, jwk]) };
}

/** Some issuers write empty lists. */
function hasContent(value: unknown): boolean {
  return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** Whether the modulus is long enough and the exponent is odd and not 1, with which everybody could sign. */
function isStrong(n: unknown, e: unknown): boolean {
  const modulus = bigEndian(n);
  const exponent = bigEndian(e);
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  const isOdd = ((exponent.at(-1) ?? 0) & 1) === 1;
  return (
    bits >= modulusBits.min &&
    bits <= modulusBits.max &&
    isOdd &&
    (exponent.length > 1 || (exponent[0] ?? 0) > 1)
  );
}

/** Removes leading zeros. */
function bigEndian(text: unknown): Buffer {
  const bytes = Buffer.from(typeof text === "string" ? text : "", "base64url");
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
}
