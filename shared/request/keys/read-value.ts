/** Reads the values of condition keys from an input's members. */
import { NOT_KNOWN } from "../../catalog/ask.ts";

/** Single, multivalued, absent from the request, or not known to this reader. */
export type KeyValue = string | readonly string[] | undefined | typeof NOT_KNOWN;

export function readTexts(value: unknown): KeyValue {
  if (value === undefined || typeof value === "string") return value;
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) return NOT_KNOWN;
  return value;
}

/** The structure may itself be absent or not known. */
export function memberOf(value: unknown, name: string): unknown {
  if (value === NOT_KNOWN) return NOT_KNOWN;
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
