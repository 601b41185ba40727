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

/** A claim set as policies see it. */
export interface FlatClaims {
  /** Scalars as text, lists of scalars as lists of text. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  /** Lower-case names of the claims that are there and have no text form, or share a name but for its case. */
  readonly opaqueClaims: readonly string[];
}

/**
 * Flattens a claim set. `null` counts as missing (OpenID Connect Core 1.0 section 5.3.2). A nested object has no text
 * form, and of two claims that differ in case neither can be meant by a condition key, which has none: such names
 * are told apart from missing ones. A mapping can still reach them by path.
 */
export function flattenClaims(set: ClaimSet): FlatClaims {
  const claims: Record<string, string | readonly string[]> = Object.create(null);
  const seen = new Set<string>();
  const opaque = new Set<string>();
  for (const [name, value] of Object.entries(set)) {
    if (value === null) continue;
    const lowerName = name.toLowerCase();
    if (seen.has(lowerName)) opaque.add(lowerName);
    seen.add(lowerName);
    const flat = flattenClaim(name, value);
    if (flat === undefined) opaque.add(lowerName);
    else claims[name] = flat;
  }
  return { claims, opaqueClaims: [...opaque] };
}

function flattenClaim(name: string, value: unknown): string | readonly string[] | undefined {
  if (Array.isArray(value)) return scalarList(value);
  // The one claim that is defined as a list with spaces between (RFC 8693 section 4.2).
  if (name === "scope" && typeof value === "string") return value.split(" ").filter((scope) => scope !== "");
  return scalarText(value);
}

function scalarList(values: readonly unknown[]): readonly string[] | undefined {
  const texts = values.map(scalarText).filter((text) => text !== undefined);
  return texts.length === values.length ? texts : undefined;
}

function isObject(value: unknown): value is ClaimSet {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
