/** Reads a claim by name or path. */
import type { NumberTexts } from "./numbers.ts";

/** The payload of a token, or an object in it. */
export type ClaimSet = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is ClaimSet {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The claim that names a token's current actor: what acts for the caller (RFC 8693 section 4.1). */
export const actorKey = "act.sub";

/** Result of a path through a claim that is not an object: neither absent nor of any type. */
export const UNREADABLE = Symbol("unreadable");

/** Dots separate nested claims. Names may hold dots (`https://example.com/groups`): the longest match wins. */
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

/** Returns a scalar as text, or `undefined` for anything that is not a single value, or a number without an exact text. */
export function scalarText(value: unknown, numbers: NumberTexts): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numbers.get(value);
  return typeof value === "boolean" ? String(value) : undefined;
}
