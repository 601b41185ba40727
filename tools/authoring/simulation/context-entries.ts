/** `ContextEntries`: the values of condition keys that a request gives, checked as AWS's simulator checks them. */
import { isIP } from "node:net";
import { lowerAscii } from "../../../shared/ascii.ts";
import { parseTime } from "../../../shared/policy/condition/date-time.ts";
import { invalidInput } from "./iam-error.ts";
import type { ContextEntry } from "./iam-model.ts";

/** By condition key in lower case. */
export type ContextValues = ReadonlyMap<string, string | readonly string[]>;

/** @throws IamError `InvalidInput` */
export function readContextEntries(entries: readonly ContextEntry[]): ContextValues {
  const values = new Map<string, string | readonly string[]>();
  for (const entry of entries) {
    if (Object.keys(entry).length === 0) continue;
    const { ContextKeyName: name, ContextKeyValues: given = [], ContextKeyType: type } = entry;
    if (!name) throw invalidInput("ContextKeyName cannot be null or empty.");
    const key = lowerAscii(name);
    if (values.has(key)) throw invalidInput(`Duplicate context key: ${name}.`);
    if (type === undefined) throw invalidInput(`Context key ${name} has invalid type null.`);
    if (given.length === 0)
      throw invalidInput(`Context values for context key ${name} cannot be null or empty.`);
    const isList = type.endsWith("List");
    if (!isList && given.length > 1)
      throw invalidInput(`Context key ${type} expected a single value, but received ${given.length}.`);
    for (const value of given) assertFormat(type.replace(/List$/, ""), name, value);
    values.set(key, isList ? given : (given[0] ?? ""));
  }
  return values;
}

/** Types of which a text may be no value, and how AWS names their format. */
const formats: ReadonlyMap<string, readonly [name: string, isValue: (value: string) => boolean]> = new Map([
  ["numeric", ["numeric format", (value) => /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)]],
  ["date", ["DateTime format", (value) => parseTime(value) !== undefined]],
  ["ip", ["IP address", (value) => isIP(value) !== 0]],
  [
    "binary",
    [
      "base-64 encoded binary format",
      (value) => value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
    ],
  ],
]);

function assertFormat(type: string, name: string, value: string): void {
  const [format, isValue] = formats.get(type) ?? [];
  if (isValue?.(value) === false)
    throw invalidInput(`Invalid context value for key ${name}: expected ${format}.`);
}
