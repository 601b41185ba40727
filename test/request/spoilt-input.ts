/**
 * Every way to spoil one place of a whole input.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { requiredMembers } from "../../shared/request/decode/from-json.ts";

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** A spoilt place: what to put there (or `undefined` to take it away), and the path that the refusal must name. */
export interface Spoilt {
  readonly path: string;
  readonly value: Json;
}

const maxDepth = 4;

/** Makes a whole input, as JSON. */
export function valid(schema: NormalizedSchema, depth = 0): Json {
  if (schema.isStructSchema()) {
    const members = [...schema.structIterator()];
    const required = requiredMembers(schema);
    const kept = schema.isUnionSchema()
      ? members.slice(0, 1)
      : members.filter(([name]) => depth < maxDepth || required.has(name));
    return Object.fromEntries(kept.map(([name, member]) => [name, valid(member, depth + 1)]));
  }
  if (schema.isListSchema()) return depth > maxDepth ? [] : [valid(schema.getValueSchema(), depth + 1)];
  if (schema.isMapSchema()) return depth > maxDepth ? {} : { key: valid(schema.getValueSchema(), depth + 1) };
  if (schema.isNumericSchema() || schema.isTimestampSchema()) return 7;
  return schema.isBooleanSchema() ? true : "text";
}

/** Values of the wrong type for a schema. */
function wrongValues(schema: NormalizedSchema): readonly Json[] {
  const all: readonly (readonly [kind: string, value: Json])[] = [
    ["string", "text"],
    ["number", 7],
    ["boolean", true],
    ["list", ["text"]],
    ["object", { a: "text" }],
    ["null", null as unknown as Json],
  ];
  const own = schema.isListSchema()
    ? "list"
    : schema.isStructSchema() || schema.isMapSchema()
      ? "object"
      : schema.isNumericSchema() || schema.isTimestampSchema()
        ? "number"
        : schema.isBooleanSchema()
          ? "boolean"
          : "string";
  return all.filter(([kind]) => kind !== own).map(([, value]) => value);
}

/** Lists every input that differs from the whole one in a single spoilt place. */
export function spoil(schema: NormalizedSchema, value: Json, path: string): Spoilt[] {
  if (schema.isStructSchema() && typeof value === "object" && !Array.isArray(value))
    return spoilStructure(schema, value as { [name: string]: Json }, path);
  if (schema.isListSchema() && Array.isArray(value) && value.length > 0) {
    const element = schema.getValueSchema();
    return [...replaced(element, `${path}[0]`), ...spoil(element, value[0], `${path}[0]`)].map((each) => ({
      path: each.path,
      value: [each.value],
    }));
  }
  if (schema.isMapSchema() && typeof value === "object" && "key" in value) {
    const element = schema.getValueSchema();
    return [...replaced(element, `${path}.key`), ...spoil(element, value["key"], `${path}.key`)].map(
      (each) => ({
        path: each.path,
        value: { key: each.value },
      }),
    );
  }
  return [];
}

function replaced(schema: NormalizedSchema, path: string): Spoilt[] {
  return wrongValues(schema).map((value) => ({ path, value }));
}

function spoilStructure(
  schema: NormalizedSchema,
  value: { readonly [name: string]: Json },
  path: string,
): Spoilt[] {
  const join = (name: string) => (path === "" ? name : `${path}.${name}`);
  const required = requiredMembers(schema);
  const spoilt: Spoilt[] = ["Unknown", "__type", "constructor"].map((name) => ({
    path: join(name),
    value: { ...value, [name]: "text" },
  }));
  for (const [name, member] of schema.structIterator()) {
    const inner = value[name];
    if (inner === undefined) {
      // Another arm of a union.
      if (schema.isUnionSchema())
        spoilt.push({ path, value: { ...value, [name]: valid(member, maxDepth + 1) } });
      continue;
    }
    if (required.has(name))
      spoilt.push({
        path: join(name),
        value: Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)),
      });
    for (const each of [...replaced(member, join(name)), ...spoil(member, inner, join(name))]) {
      spoilt.push({ path: each.path, value: { ...value, [name]: each.value } });
    }
  }
  if (schema.isUnionSchema()) spoilt.push({ path, value: {} });
  return spoilt;
}
