/**
 * Under which key a principal's item is kept.
 *
 * An id is unique within its issuer only, and either may hold any character: a JSON list of the two is one text for one
 * pair, and can be read by people.
 */
import type { VerifiedPrincipal } from "../identity/types.ts";

/** DynamoDB's limit for a partition key's value (Developer Guide, "Quotas"). */
const maxKeyBytes = 2_048;

/** Gives the key; `undefined` for a principal whose key no table can hold. */
export function principalKeyOf({ issuer, id }: Pick<VerifiedPrincipal, "issuer" | "id">): string | undefined {
  const key = JSON.stringify([issuer, id]);
  return Buffer.byteLength(key) <= maxKeyBytes ? key : undefined;
}

/** Reads a key back; `undefined` for any other text. */
export function parsePrincipalKey(key: string): { readonly issuer: string; readonly id: string } | undefined {
  try {
    const [issuer, id, ...rest]: unknown[] = JSON.parse(key);
    const isKey = typeof issuer === "string" && typeof id === "string" && rest.length === 0;
    return isKey && key === JSON.stringify([issuer, id]) ? { issuer, id } : undefined;
  } catch {
    return undefined;
  }
}
