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

/** Lower-case hexadecimal; a text is hashed as UTF-8. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
