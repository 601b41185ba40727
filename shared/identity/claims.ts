/**
 * Reads claims: by name or path, and as the flat record that policies see as `jwt:<claim>`.
 */

/** A decoded payload, verified. */
export type ClaimSet = Readonly<Record<string, unknown>>;

/**
 * Returns the claim at a path, or `undefined`.
 *
 * Nested claims are joined by dots. A claim whose own name holds the dots (`https://example.com/groups`) wins,
 * at every level the longest name first.
 */
export function findClaim(claims: ClaimSet, path: string): unknown {
  for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
    const name = path.slice(0, end);
    if (!Object.hasOwn(claims, name)) continue;
    const value = claims[name];
    if (end === path.length) return value;
    const nested = isObject(value) ? findClaim(value, path.slice(end + 1)) : undefined;
    if (nested !== undefined) return nested;
  }
  return undefined;
}

/** Returns a scalar as text, or `undefined` for anything that is not a single value. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/**
 * Flattens a claim set: scalars as text, lists of scalars as lists of text. Nested objects and `null` have no
 * text form and are left out; a mapping can still reach inside them by path.
 */
export function flattenClaims(claims: ClaimSet): Readonly<Record<string, string | readonly string[]>> {
  const flat: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(claims)) {
    const text = Array.isArray(value) ? scalarList(value) : scalarText(value);
    if (text !== undefined) flat[name] = text;
  }
  return flat;
}

function scalarList(values: readonly unknown[]): readonly string[] | undefined {
  const texts = values.map(scalarText).filter((text) => text !== undefined);
  return texts.length === values.length ? texts : undefined;
}

function isObject(value: unknown): value is ClaimSet {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
