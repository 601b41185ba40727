/** The claims of a token as policies see them: a flat record, of which each member is a `jwt:<claim>`. */
import { lowerAscii } from "../../ascii.ts";
import type { ClaimMapping } from "../types.ts";
import { actorKey, type ClaimSet, isObject, scalarText } from "./claims.ts";
import { readGroups } from "./group-claim.ts";
import type { NumberTexts } from "./numbers.ts";
import { findPointers } from "./pointed-claims.ts";

export interface FlatClaims {
  /** Scalars as text, lists of scalars as lists of text. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  /** Lower-case names of claims without a text form, that differ only in case, or that the token only points to. */
  readonly opaqueClaims: readonly string[];
}

/**
 * `null` counts as missing (OpenID Connect Core 1.0 section 5.3.2). A nested object has no text form. Condition keys
 * ignore case, so two claims whose names differ only in case are ambiguous. Such claims are opaque, which is not the
 * same as missing. A mapping can still reach them by path.
 *
 * Only the current actor of a token counts in access control (RFC 8693 section 4.1), by its `sub`: see {@link actorKey}.
 */
export function flattenClaims(set: ClaimSet, numbers: NumberTexts): FlatClaims {
  const claims: Record<string, string | readonly string[]> = Object.create(null);
  const seen = new Set<string>();
  const opaque = new Set(findPointers(set));
  if (opaque.has("act")) opaque.add(actorKey);
  const add = (name: string, flat: string | readonly string[] | undefined) => {
    const lowerName = lowerAscii(name);
    if (seen.has(lowerName)) opaque.add(lowerName);
    seen.add(lowerName);
    if (flat === undefined) opaque.add(lowerName);
    else claims[name] = flat;
  };
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined || value === null) continue;
    const lowerName = lowerAscii(name);
    add(name, isScopeClaim(lowerName) ? readScopes(value) : flattenClaim(value, numbers));
    if (lowerName === "act") add(actorKey, isObject(value) ? scalarText(value["sub"], numbers) : undefined);
  }
  return { claims, opaqueClaims: [...opaque] };
}

function flattenClaim(value: unknown, numbers: NumberTexts): string | readonly string[] | undefined {
  if (!Array.isArray(value)) return scalarText(value, numbers);
  const texts = value.map((each) => scalarText(each, numbers)).filter((text) => text !== undefined);
  return texts.length === value.length ? texts : undefined;
}

/** Claims that are defined as a space-separated list (RFC 8693 section 4.2; `scp` at Microsoft Entra ID). */
function isScopeClaim(lowerName: string): boolean {
  return lowerName === "scope" || lowerName === "scp";
}

/**
 * Reads the scopes of `scope` or `scp`: a space-separated text, or a list (Okta). `undefined` for anything else: a scope
 * holds no white space (RFC 6749 section 3.3).
 */
export function readScopes(value: unknown): readonly string[] | undefined {
  const scopes: unknown =
    typeof value === "string" ? value.split(" ").filter((scope) => scope !== "") : value;
  const isScopes =
    Array.isArray(scopes) && scopes.every((each) => typeof each === "string" && !/\s/.test(each));
  return isScopes ? scopes : undefined;
}

/**
 * Splits the groups claim for conditions, too.
 * @throws TokenError `groupForm`
 */
export function withSplit(flat: FlatClaims, mapping: ClaimMapping["groups"]): FlatClaims {
  if (typeof mapping !== "object") return flat;
  const { claim, split } = mapping;
  const text = flat.claims[claim];
  if (typeof text !== "string") return flat;
  const claims = Object.assign(Object.create(null), flat.claims, { [claim]: readGroups(text, split) });
  return { ...flat, claims };
}
