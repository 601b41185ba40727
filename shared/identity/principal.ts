/**
 * Turns a verified claim set into a principal: the only place that mints one.
 *
 * A mapped claim that is present but cannot be read refuses the token. Leaving it out instead could lose the
 * group or tag that a Deny is about.
 */
import { type ClaimSet, findClaim, flattenClaims, scalarText } from "./claims.ts";
import { TokenError } from "./token-error.ts";
import type { ClaimMapping, VerifiedPrincipal } from "./types.ts";

/** Control characters and halves of characters have no place in what ends up in audit records and session names. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u;

/**
 * Makes the principal of a verified token.
 *
 * INVARIANT: the claims come from a token whose signature, issuer, audience and times were verified.
 *
 * @param toleranceSeconds for the issuer's clock, which the token's expiry was checked with
 * @throws TokenError when the identifier is missing, or a mapped claim is not of the kind it must be
 */
export function mintPrincipal(
  claims: ClaimSet,
  mapping: ClaimMapping,
  toleranceSeconds = 0,
): VerifiedPrincipal {
  const { exp, iss } = claims;
  if (typeof exp !== "number") throw new TokenError("noExpiry");
  if (typeof iss !== "string") throw new TokenError("issuer");
  const id = scalarText(findClaim(claims, mapping.id));
  if (id === undefined || id.trim() === "" || controlCharacter.test(id)) throw new TokenError("noId");
  return {
    id,
    name: readName(claims, mapping.name) ?? id,
    groups: readGroups(claims, mapping.groups),
    tags: readTags(claims, mapping.tags),
    issuer: iss,
    ...flattenClaims(claims),
    expiresAtSeconds: exp + toleranceSeconds,
  } as VerifiedPrincipal;
}

function readName(claims: ClaimSet, path: string | undefined): string | undefined {
  const value = path === undefined ? undefined : findClaim(claims, path);
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string" || controlCharacter.test(value)) throw new TokenError("name");
  return value;
}

/** A list of strings (Cognito, Okta, Keycloak), or one string of names with spaces between (like `scope`). */
function readGroups(claims: ClaimSet, path: string | undefined): readonly string[] {
  const value = path === undefined ? undefined : findClaim(claims, path);
  if (value === undefined || value === null) return [];
  const names: unknown = typeof value === "string" ? value.split(" ") : value;
  if (!Array.isArray(names)) throw new TokenError("groups");
  const groups = new Set<string>();
  for (const name of names as readonly unknown[]) {
    if (typeof name !== "string") throw new TokenError("groups");
    if (name !== "") groups.add(name);
  }
  return [...groups];
}

function readTags(claims: ClaimSet, paths: ClaimMapping["tags"]): Readonly<Record<string, string>> {
  const tags: Record<string, string> = Object.create(null);
  for (const [key, path] of Object.entries(paths ?? {})) {
    const value = findClaim(claims, path);
    if (value === undefined || value === null) continue;
    const text = scalarText(value);
    if (text === undefined) throw new TokenError("tags");
    tags[key] = text;
  }
  return tags;
}
