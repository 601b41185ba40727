/**
 * The rows of a data table that a call is about: `connect:PrimaryAttribute/…`.
 *
 * One call may name several rows, and the key is single-valued: it has a value when all rows agree on it.
 */
import { lowerAscii } from "../../ascii.ts";
import { type AskedInput, NOT_KNOWN } from "../../catalog/targets.ts";
import { type KeyValue, memberOf } from "./read-value.ts";

/** Reads the value of a primary attribute, whose name is compared without case. */
export function readPrimaryAttribute(attribute: string, input: AskedInput): KeyValue {
  const members = ["Values", "PrimaryValues", "NewPrimaryValues", "PrimaryAttributeValues"].map((name) =>
    input.get(name),
  );
  if (members.includes(NOT_KNOWN)) return NOT_KNOWN;
  const [values, current, renamed, searched] = members.map((value) =>
    Array.isArray(value) ? value : undefined,
  );
  const rows: unknown[][] = [];
  for (const value of values ?? []) rows.push(listOf(memberOf(value, "PrimaryValues")));
  for (const row of [current, renamed, searched]) if (row) rows.push(row);
  const found = rows.map((row) => valuesIn(row, attribute));
  if (found.every((each) => each.length === 0)) return undefined;
  const distinct = new Set(found.flat());
  const [only] = distinct;
  const agree = distinct.size === 1 && found.every((each) => each.length > 0);
  return agree && typeof only === "string" ? only : NOT_KNOWN;
}

/** The values that one row (or one filter) gives for the attribute. */
function valuesIn(row: readonly unknown[], attribute: string): unknown[] {
  return row.flatMap((entry) => {
    const name = memberOf(entry, "AttributeName");
    if (typeof name !== "string" || lowerAscii(name) !== attribute) return [];
    const several = memberOf(entry, "Values");
    return Array.isArray(several) ? several : [memberOf(entry, "Value")];
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
