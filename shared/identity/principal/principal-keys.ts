/**
 * The condition keys that say who is calling.
 *
 * `aws:userid`, `aws:username` and `aws:PrincipalTag/…` are IAM's (IAM User Guide, "AWS global condition context
 * keys"), and so is `aws:TokenIssueTime`; `jwt:<claim>` is this product's, like the claim keys of web identity federation.
 */
import { lowerAscii } from "../../ascii.ts";
import type { VerifiedPrincipal } from "../types.ts";

/** Maps each of a principal's condition keys, in lower case, to its value; a list is multivalued. */
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
 * The time of the token's `iat` (RFC 7519 section 4.1.6), which is to a bearer token what the issue time is to temporary
 * credentials; `undefined` where the token does not tell, which is never "has none".
 */
function readIssueTime(principal: VerifiedPrincipal): string | undefined {
  const { iat } = principal.claims;
  const isTold =
    typeof iat === "string" && isClaimKnown(principal, "iat") && /^\d{1,11}(?:\.\d+)?$/.test(iat);
  return isTold ? new Date(Number(iat) * 1000).toISOString() : undefined;
}

/**
 * Whether a principal can speak of a claim: its value, or that the token does not hold it. Of the others nothing may
 * be concluded, least of all that they are missing.
 *
 * @param lowerName the claim's name in lower case
 */
export function isClaimKnown(principal: VerifiedPrincipal, lowerName: string): boolean {
  const { opaqueClaims, carriedClaims } = principal;
  if (isOpaque(opaqueClaims, lowerName)) return false;
  return carriedClaims === undefined || carriedClaims.includes(lowerName);
}

/**
 * Whether a claim has no text form: itself, or what holds it. Conditions do not reach into a claim that is an object, so that
 * `realm_access.roles` is not known where `realm_access` is one.
 */
export function isOpaque(opaqueClaims: readonly string[] | undefined, lowerName: string): boolean {
  return opaqueClaims?.some((name) => lowerName === name || lowerName.startsWith(`${name}.`)) ?? false;
}

/**
 * Whether a condition key is one of a claim that the principal cannot speak of.
 *
 * @param key in lower case
 */
export function isUnknownClaimKey(principal: VerifiedPrincipal, key: string): boolean {
  return key.startsWith("jwt:") && !isClaimKnown(principal, key.slice("jwt:".length));
}
