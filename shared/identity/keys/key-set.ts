/**
 * Reads a JWK set (RFC 7517): the keys that can verify a token, and no others.
 *
 * Section 5 of the RFC: a reader of a set ignores keys of a type that it does not understand, without a member that
 * they need, or with values outside the supported ranges. An issuer may publish a key for something else, or of next
 * year's kind, beside those that its tokens are signed with.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { algorithmsOf } from "./algorithms.ts";

/** A key that can verify tokens. */
export interface VerificationKey {
  /** `kid`; absent where the issuer gives the key no name. */
  readonly id: string | undefined;
  /** Names of the algorithms that it may verify, at least one. */
  readonly algorithms: readonly string[];
  readonly curve: string | undefined;
  readonly keyObject: KeyObject;
  /** All of the above as text: equal for equal keys. */
  readonly text: string;
}

export interface KeySet {
  readonly keys: readonly VerificationKey[];
  /** Ids of entries that were passed over. */
  readonly unusableIds: ReadonlySet<string>;
}

/** RFC 7518 section 3.3: "A key of size 2048 bits or larger MUST be used". OpenSSL verifies up to 16,384. */
const modulusBits = { min: 2_048, max: 16_384 };

/** Members of a JWK that hold secrets (RFC 7518 sections 6.2.2, 6.3.2 and 6.4; RFC 8037 section 2). */
export const secretMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/**
 * Reads a set.
 *
 * @throws Error for a value that is no key set at all
 */
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

/** The members of an entry that are there: some issuers write those without a value as `null`. */
function readMembers(entry: unknown): Members {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return {};
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));
}

/** The key of an entry, or `undefined` when it can verify no token. */
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
  // INVARIANT: what is not RSA has an accepted algorithm by the name of its curve.
  const curve = kty === "RSA" ? undefined : (crv as string);
  const jwk = { kty, crv: curve, n, e, x, y } as JsonWebKey;
  let keyObject: KeyObject;
  try {
    // Refuses what is not text, and points that are not on their curve.
    keyObject = createPublicKey({ key: jwk, format: "jwk" });
  } catch {
    return undefined;
  }
  return { id: kid, algorithms, curve, keyObject, text: JSON.stringify([kid, algorithms, jwk]) };
}

/** Some issuers write lists that hold nothing. */
function hasContent(value: unknown): boolean {
  return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** The modulus is long enough, and the exponent is no even number, nor 1, with which everybody could sign. */
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

/** The bytes of a number without leading zeros. */
function bigEndian(text: unknown): Buffer {
  const bytes = Buffer.from(typeof text === "string" ? text : "", "base64url");
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
}
