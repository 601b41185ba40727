/**
 * One text for each value, and its hash: JSON with sorted keys and no spaces, so that equal content has an equal hash.
 *
 * Follows RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units, numbers and strings as
 * ECMAScript's `JSON.stringify` writes them.
 */
import { createHash } from "node:crypto";
import { CodedError } from "../errors.ts";
import { isPlainObject } from "../shape.ts";

/**
 * Omits members that are `undefined`, as `JSON.stringify` does.
 *
 * @throws CodedError `internal` for what JSON cannot hold: numbers that are not finite, functions, `Date`s
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isPlainObject(value))
    throw new CodedError("internal", `a value of type \`${typeof value}\` is not JSON`);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(",")}}`;
}

/** The same text, in a third of the time for a value whose members are in canonical order. Throws as {@link canonicalJson} does. */
export function canonicalText(value: unknown): string {
  return isInCanonicalOrder(value) ? JSON.stringify(value) : canonicalJson(value);
}

/** Returns the value itself if its members are in canonical order, else a copy that JSON can hold, whose order is nearer to it. */
export function inCanonicalOrder<Value>(value: Value): Value {
  return isInCanonicalOrder(value) ? value : JSON.parse(canonicalJson(value));
}

/** An object with keys like `10` never is: JavaScript has them in the order of numbers. */
function isInCanonicalOrder(value: unknown): boolean {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isInCanonicalOrder);
  if (!isPlainObject(value)) return false;
  let last: string | undefined;
  for (const key of Object.keys(value)) {
    if ((last !== undefined && key < last) || !isInCanonicalOrder(value[key])) return false;
    last = key;
  }
  return true;
}

/** Lower-case hexadecimal; a text is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
