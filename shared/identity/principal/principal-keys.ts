/**
 * The condition keys that say who is calling.
 *
 * `aws:userid`, `aws:username` and `aws:PrincipalTag/…` are IAM's (IAM User Guide, "AWS global condition context
 * keys"), and so is `aws:TokenIssueTime`; `jwt:<claim>` is this product's, like the claim keys of web identity federation.
 */
import { lowerAscii } from "../../ascii.ts";
import { actorKey } from "../claims/claims.ts";
import type { VerifiedPrincipal } from "../types.ts";

/** By condition key, in lower case; a list is multivalued. */
export function readPrincipalKeys(principal: VerifiedPrincipal): Map<string, string | readonly string[]> {
  const keys = new Map<string, string | readonly string[]>();
  for (const [claim, value] of Object.entries(principal.claims)) keys.set(`jwt:${lowerAscii(claim)}`, value);
  for (const [tag, value] of Object.entries(principal.tags))
    keys.set(`aws:principaltag/${lowerAscii(tag)}`, value);
  keys.set("aws:userid", principal.id);
  keys.set("aws:username", principal.name);
  const issued = readIssueTime(principal);
  if (issued !== undefined) keys.set("aws:tokenissuetime", issued);
  return keys;
}

/**
 * The time of the token's `iat` (RFC 7519 section 4.1.6), the counterpart of the issue time of temporary credentials;
 * `undefined` if unknown, which does not mean that the token has no issue time.
 */
function readIssueTime(principal: VerifiedPrincipal): string | undefined {
  const { iat } = principal.claims;
  const isReadable =
    typeof iat === "string" && isClaimKnown(principal, "iat") && /^\d{1,11}(?:\.\d+)?$/.test(iat);
  return isReadable ? new Date(Number(iat) * 1000).toISOString() : undefined;
}

/**
 * Whether a principal knows a claim's value or absence. An unknown claim must not count as missing.
 *
 * @param lowerName the claim's name in lower case
 */
export function isClaimKnown(principal: VerifiedPrincipal, lowerName: string): boolean {
  const { opaqueClaims, carriedClaims } = principal;
  if (isOpaque(opaqueClaims, lowerName)) return false;
  return carriedClaims === undefined || carriedClaims.includes(lowerName);
}

/**
 * Whether a claim is opaque: itself, or a claim that contains it. Conditions do not reach into objects, so that
 * `realm_access.roles` is unknown if `realm_access` is an object. The exception is {@link actorKey}.
 */
export function isOpaque(opaqueClaims: readonly string[] | undefined, lowerName: string): boolean {
  const isInside = (name: string) => lowerName !== actorKey && lowerName.startsWith(`${name}.`);
  return opaqueClaims?.some((name) => lowerName === name || isInside(name)) ?? false;
}

/**
 * Whether a condition key belongs to a claim that the principal does not know.
 *
 * @param key in lower case
 */
export function isUnknownClaimKey(principal: VerifiedPrincipal, key: string): boolean {
  return key.startsWith("jwt:") && !isClaimKnown(principal, key.slice("jwt:".length));
}
