/**
 * Turns a verified claim set into a principal: the only place that mints one.
 *
 * A mapped claim that is present but cannot be read, or that the token only points to, refuses the token. Leaving it
 * out instead could lose the group or tag that a Deny is about.
 */
import { type ClaimSet, scalarText } from "../claims/claims.ts";
import { flattenClaims, withSplit } from "../claims/flat-claims.ts";
import { readGroups } from "../claims/group-claim.ts";
import { type NumberTexts, readNumberTexts } from "../claims/numbers.ts";
import { readMapped } from "../claims/pointed-claims.ts";
import { TokenError } from "../token/token-error.ts";
import type { ClaimMapping, VerifiedPrincipal } from "../types.ts";

/** Control characters and halves of characters have no place in what ends up in audit records and session names. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;

/** What else is known of a token. */
export interface MintOptions {
  /** For the issuer's clock, which the token's expiry was checked with. */
  readonly toleranceSeconds?: number;
  /** The JSON text that the claims were parsed from; by default what the claims are written as. */
  readonly payload?: string;
}

/**
 * Makes the principal of a verified token.
 *
 * INVARIANT: the claims come from a token whose signature, issuer, audience and times were verified.
 *
 * @throws TokenError when the identifier is missing, or a mapped claim is not of the kind it must be
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
