/**
 * Turns a verified claim set into a principal: the only place that mints one.
 *
 * If a mapped claim cannot be read, or the token only points to it, the token is refused. Ignoring the claim could lose the
 * group or tag that a Deny is about.
 */
import { type ClaimSet, scalarText } from "../claims/claims.ts";
import { flattenClaims, withSplit } from "../claims/flat-claims.ts";
import { readGroups } from "../claims/group-claim.ts";
import { type NumberTexts, readNumberTexts } from "../claims/numbers.ts";
import { readMapped } from "../claims/pointed-claims.ts";
import { TokenError } from "../token/token-error.ts";
import type { ClaimMapping, VerifiedPrincipal } from "../types.ts";

/** Control characters and lone surrogates, which do not belong in audit records and session names. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this pattern looks for them
const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;

export interface MintOptions {
  /** Tolerance for the issuer's clock, as used for the token's expiry. */
  readonly toleranceSeconds?: number;
  /** The JSON text that the claims were parsed from; default: the claims as JSON. */
  readonly payload?: string;
}

/**
 * INVARIANT: the claims come from a token whose signature, issuer, audience and times were verified.
 *
 * @throws TokenError if the identifier is missing, or a mapped claim has the wrong type
 */
export function mintPrincipal(
  claims: ClaimSet,
  mapping: ClaimMapping,
  { toleranceSeconds = 0, payload = JSON.stringify(claims) }: MintOptions = {},
): VerifiedPrincipal {
  const { exp, iss } = claims;
  if (typeof exp !== "number") throw new TokenError("noExpiry");
  if (typeof iss !== "string") throw new TokenError("issuer");
  const numbers = readNumberTexts(payload);
  const id = scalarText(readMapped(claims, mapping.id), numbers);
  if (id === undefined || id.trim() === "" || controlCharacter.test(id)) throw new TokenError("noId");
  return {
    id,
    name: readName(claims, mapping.name) ?? id,
    groups: groupsOf(claims, mapping.groups),
    tags: readTags(claims, mapping.tags, numbers),
    issuer: iss,
    ...withSplit(flattenClaims(claims, numbers), mapping.groups),
    expiresAtSeconds: exp + toleranceSeconds,
  } as VerifiedPrincipal;
}

function groupsOf(claims: ClaimSet, mapping: ClaimMapping["groups"]): readonly string[] {
  if (mapping === undefined) return [];
  if (typeof mapping === "string") return readGroups(readMapped(claims, mapping));
  return readGroups(readMapped(claims, mapping.claim), mapping.split);
}

function readName(claims: ClaimSet, path: string | undefined): string | undefined {
  const value = path === undefined ? undefined : readMapped(claims, path);
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string" || controlCharacter.test(value)) throw new TokenError("name");
  return value;
}

function readTags(
  claims: ClaimSet,
  paths: ClaimMapping["tags"],
  numbers: NumberTexts,
): Readonly<Record<string, string>> {
  const tags: Record<string, string> = Object.create(null);
  for (const [key, path] of Object.entries(paths ?? {})) {
    const value = readMapped(claims, path);
    if (value === undefined || value === null) continue;
    const text = scalarText(value, numbers);
    if (text === undefined) throw new TokenError("tags");
    tags[key] = text;
  }
  return tags;
}
