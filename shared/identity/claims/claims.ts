/**
 * Reads claims: by name or path, and as the flat record that policies see as `jwt:<claim>`.
 */
import { lowerAscii } from "../../ascii.ts";
import type { NumberTexts } from "./numbers.ts";
import { findPointers, isObject } from "./pointed-claims.ts";

/** A decoded payload, verified. */
export type ClaimSet = Readonly<Record<string, unknown>>;

/** What a path leads to when one of its claims is there, and is no object: neither absent nor of any type. */
export const UNREADABLE = Symbol("unreadable");

/**
 * Returns the claim at a path, or `undefined`.
 *
 * Nested claims are joined by dots. A claim whose own name holds the dots (`https://example.com/groups`) wins,
 * at every level the longest name first.
 */
export function findClaim(claims: ClaimSet, path: string): unknown {
  let otherwise: unknown;
  for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
    const name = path.slice(0, end);
    if (!Object.hasOwn(claims, name)) continue;
    const value = claims[name];
    if (value === undefined || value === null) continue;
    if (end === path.length) return value;
    const nested = isObject(value) ? findClaim(value, path.slice(end + 1)) : UNREADABLE;
    if (nested !== undefined && nested !== UNREADABLE) return nested;
    otherwise ??= nested;
  }
  return otherwise;
}

/** Returns a scalar as text, or `undefined` for anything that is not a single value, or a number that has no one text. */
export function scalarText(value: unknown, numbers: NumberTexts): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numbers.get(value);
  return typeof value === "boolean" ? String(value) : undefined;
}

/** A claim set as policies see it. */
export interface FlatClaims {
  /** Scalars as text, lists of scalars as lists of text. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Lower-case names of the claims that are there and have no text form, that share a name but for its case, or that
   * the token only points to.
   */
  readonly opaqueClaims: readonly string[];
}

/**
 * Flattens a claim set. `null` counts as missing (OpenID Connect Core 1.0 section 5.3.2). A nested object has no text
 * form, and of two claims that differ in case neither can be meant by a condition key, which has none: such names
 * are told apart from missing ones. A mapping can still reach them by path.
 */
export function flattenClaims(set: ClaimSet, numbers: NumberTexts): FlatClaims {
  const claims: Record<string, string | readonly string[]> = Object.create(null);
  const seen = new Set<string>();
  const opaque = new Set(findPointers(set));
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined || value === null) continue;
    const lowerName = lowerAscii(name);
    if (seen.has(lowerName)) opaque.add(lowerName);
    seen.add(lowerName);
    const flat = isScopeClaim(lowerName) ? readScopes(value) : flattenClaim(value, numbers);
    if (flat === undefined) opaque.add(lowerName);
    else claims[name] = flat;
  }
  return { claims, opaqueClaims: [...opaque] };
}

function flattenClaim(value: unknown, numbers: NumberTexts): string | readonly string[] | undefined {
  if (!Array.isArray(value)) return scalarText(value, numbers);
  const texts = value.map((each) => scalarText(each, numbers)).filter((text) => text !== undefined);
  return texts.length === value.length ? texts : undefined;
}

/** The claims that are defined as a list with spaces between (RFC 8693 section 4.2; `scp` at Microsoft Entra ID). */
function isScopeClaim(lowerName: string): boolean {
  return lowerName === "scope" || lowerName === "scp";
}

/**
 * Reads the scopes of `scope` or `scp`: a text with spaces between, or a list (Okta). `undefined` for what is neither:
 * a scope holds no other blank, nor a space (RFC 6749 section 3.3).
 */
export function readScopes(value: unknown): readonly string[] | undefined {
  const scopes: unknown =
    typeof value === "string" ? value.split(" ").filter((scope) => scope !== "") : value;
  const isScopes =
    Array.isArray(scopes) && scopes.every((each) => typeof each === "string" && !/\s/.test(each));
  return isScopes ? scopes : undefined;
}
