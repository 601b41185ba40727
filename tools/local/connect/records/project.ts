/** Answers from records: each takes of a record what the output's schema has, and nothing else. */
import type { NormalizedSchema } from "@smithy/core/schema";
import type { Family } from "../families/families.ts";
import { runsOf } from "../families/words.ts";
import { isMembers, readMember, type Shown } from "./record.ts";

/** Fills an operation's output. A structure that has the family's name, such as `Queue`, is filled from the record itself. */
export function fillOutput(schema: NormalizedSchema, shown: Shown): Record<string, unknown> {
  if (schema.isUnitSchema()) return {};
  const output: Record<string, unknown> = {};
  for (const [member, its] of schema.structIterator()) {
    const value = readMember(shown, member);
    if (value !== undefined) output[member] = fitOwn(its, value, shown);
    else if (its.isStructSchema() && isOf(shown.family, member)) output[member] = fillElement(its, shown);
  }
  return output;
}

/** `Queue` of a queue, `HierarchyGroup` of a user hierarchy group, `ClaimedPhoneNumberSummary` of a phone number. */
function isOf({ name }: Family, member: string): boolean {
  return runsOf(name).includes(member) || member.includes(name);
}

/** Fills an element of a list: a summary, or the identifier alone. */
export function fillElement(schema: NormalizedSchema, shown: Shown): unknown {
  if (!schema.isStructSchema()) return shown.row.id;
  const output: Record<string, unknown> = {};
  for (const [member, its] of schema.structIterator()) {
    const value = readMember(shown, member);
    if (value !== undefined) output[member] = fitOwn(its, value, shown);
  }
  return output;
}

/** A structure of the record that has a member for the record's own identifier gets it. */
function fitOwn(schema: NormalizedSchema, value: unknown, { family, row }: Shown): unknown {
  const fitted = fitValue(schema, value);
  if (!isMembers(fitted) || !schema.isStructSchema() || family.natural !== undefined) return fitted;
  const hasOwn = [...schema.structIterator()].some(([member]) => member === family.key);
  return hasOwn ? { ...fitted, [family.key]: row.id } : fitted;
}

/** Leaves out what the schema does not have, and writes times as it has them. */
export function fitValue(schema: NormalizedSchema, value: unknown): unknown {
  if (value instanceof Date) return schema.isTimestampSchema() ? value : value.toISOString();
  if (schema.isListSchema() && Array.isArray(value)) {
    const inner = schema.getValueSchema();
    return value.map((each: unknown) => fitValue(inner, each));
  }
  if (!isMembers(value)) return value;
  if (schema.isMapSchema()) {
    const inner = schema.getValueSchema();
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fitValue(inner, each)]));
  }
  if (!schema.isStructSchema()) return value;
  const fitted: Record<string, unknown> = {};
  for (const [member, its] of schema.structIterator())
    if (Object.hasOwn(value, member) && value[member] !== undefined)
      fitted[member] = fitValue(its, value[member]);
  return fitted;
}

/** The list of an output, and the schema of its elements. */
export function listMember(schema: NormalizedSchema | undefined): readonly [string, NormalizedSchema] {
  for (const [member, its] of schema?.structIterator() ?? [])
    if (its.isListSchema()) return [member, its.getValueSchema()];
  throw new TypeError("an output without a list");
}
