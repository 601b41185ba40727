/**
 * Whole inputs that the decoder takes: those of `synthetic-input.ts`, with each value of the type that the SDK's schema says.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { parseMemberPath } from "../../shared/catalog/member-path.ts";
import { requiredMembers } from "../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import type { SdkOperation } from "../../tools/catalog/sdk-operations.ts";
import { makeInput } from "./synthetic-input.ts";

/** An input as JSON: times are seconds since the epoch. */
export type WireInput = Readonly<Record<string, unknown>>;

/** Makes an operation's input with every member; of a union, which has one member only, the one that `focus` runs through. */
export function makeWireInput(operation: SdkOperation, focus = ""): WireInput {
  const schema = findOperationSchema(operation.name);
  if (!schema) throw new Error(operation.name);
  const names = focus === "" ? [] : parseMemberPath(focus).map(({ name }) => name);
  return convert(schema.input, makeInput(operation).input, names) as WireInput;
}

/** @param focus names of the members from here on that the focus runs through */
function convert(schema: NormalizedSchema, value: unknown, focus: readonly string[]): unknown {
  if (schema.isStructSchema()) return convertStructure(schema, Object(value ?? {}), focus);
  if (schema.isListSchema()) {
    const items: unknown[] = Array.isArray(value) ? value : [];
    return items.map((item) => convert(schema.getValueSchema(), item, focus));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(Object(value ?? {}));
    return Object.fromEntries(
      entries.map(([key, item]) => [key, convert(schema.getValueSchema(), item, focus)]),
    );
  }
  if (schema.isTimestampSchema()) return 1_700_000_000;
  if (schema.isNumericSchema()) return 1;
  if (schema.isBooleanSchema()) return true;
  return typeof value === "string" ? value : "1";
}

function convertStructure(
  schema: NormalizedSchema,
  value: object,
  [name, ...rest]: readonly string[],
): object {
  const required = requiredMembers(schema);
  const members = [...schema.structIterator()].filter(
    ([member]) => Object.hasOwn(value, member) || required.has(member),
  );
  const kept = schema.isUnionSchema()
    ? [members.find(([member]) => member === name) ?? members[0]].filter((each) => each !== undefined)
    : members;
  return Object.fromEntries(
    kept.map(([member, its]) => [
      member,
      convert(its, Reflect.get(value, member), member === name ? rest : []),
    ]),
  );
}
