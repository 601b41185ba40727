/**
 * Whole inputs and outputs made up from the SDK's schemas, with text that no layer on the way may touch.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { operations } from "../../shared/catalog/catalog.ts";
import { sourcesOf } from "../../shared/catalog/identifier-sources.ts";
import { rewriteAt } from "../../shared/catalog/member-path.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { requiredMembers } from "../../shared/request/decode/from-json.ts";
import { findOperationSchema, type OperationSchema } from "../../shared/request/decode/schemas.ts";
import type { InputValue, OperationInput } from "../../shared/request/types.ts";
import { instanceArn, instanceId } from "../functions/lambda-fixture.ts";

/** Separators, escapes, other alphabets, a surrogate pair, a line separator. */
export const hostileText = "ü/?#%25&+=, \"\\'<>{}[];: \u2028\u{1f600}";

/**
 * `full` has every member; `required` only required ones; `empty` those and, empty, every list and map of the first
 * level.
 */
export type Extent = "full" | "required" | "empty";

export interface ValueOptions {
  readonly extent: Extent;
  /**
   * Which of the possible values: the arm of each union, times with and without milliseconds, whole and other numbers, both
   * booleans, empty text.
   */
  readonly variant?: number;
}

const numbers = [7, -1.5, 0, Number.MAX_SAFE_INTEGER];

/** How often a structure may stand within itself. */
const maxSelf = 2;

/** Makes a value of a schema. */
export function makeValue(
  schema: NormalizedSchema,
  options: ValueOptions,
  within: readonly string[] = [],
): InputValue {
  const { extent, variant = 0 } = options;
  if (schema.isUnitSchema()) return {};
  if (schema.isUnionSchema()) {
    const arms = [...schema.structIterator()];
    const arm = arms[variant % arms.length];
    if (!arm) throw new Error("a union without members");
    return { [arm[0]]: makeValue(arm[1], options, [...within, schema.getName() ?? ""]) };
  }
  if (schema.isStructSchema()) return makeStructure(schema, options, within);
  if (schema.isListSchema() || schema.isMapSchema()) {
    const inner = schema.getValueSchema();
    const isEmpty = extent === "empty" || countSelf(inner, within) >= maxSelf;
    const values = isEmpty ? [] : [makeValue(inner, options, within)];
    return schema.isListSchema() ? values : Object.fromEntries(values.map((value) => [hostileText, value]));
  }
  const { httpHeader, httpLabel } = schema.getMergedTraits();
  // The dates of headers have whole seconds.
  if (schema.isTimestampSchema())
    return new Date(1_700_000_000_000 + (variant % 2 === 1 && !httpHeader ? 123 : 0));
  // A number in the path is a version.
  if (schema.isNumericSchema()) return httpLabel ? 7 : (numbers[variant % numbers.length] ?? 0);
  if (schema.isBooleanSchema()) return variant % 2 === 0;
  // A header has no other alphabets.
  if (httpHeader) return "plain";
  return variant % 4 === 3 && !httpLabel ? "" : hostileText;
}

function countSelf(schema: NormalizedSchema, within: readonly string[]): number {
  const name = schema.isStructSchema() ? schema.getName() : undefined;
  return within.filter((each) => each === name).length;
}

function makeStructure(
  schema: NormalizedSchema,
  options: ValueOptions,
  within: readonly string[],
): InputValue {
  const { extent } = options;
  const isWhole = extent === "full" && countSelf(schema, within) < maxSelf;
  const required = requiredMembers(schema);
  const members = [...schema.structIterator()].filter(
    ([member, its]) =>
      required.has(member) ||
      isWhole ||
      (extent === "empty" && within.length === 0 && (its.isListSchema() || its.isMapSchema())) ||
      // The client would make up a token of its own for each of the two calls.
      (within.length === 0 && its.isIdempotencyToken()),
  );
  return Object.fromEntries(
    members.map(([member, its]) => [member, makeValue(its, options, [...within, schema.getName() ?? ""])]),
  );
}

/** Counts the arms of the widest union in a schema: with so many variants, each arm is used. */
export function countArms(schema: NormalizedSchema, within: readonly string[] = []): number {
  if (schema.isListSchema() || schema.isMapSchema()) return countArms(schema.getValueSchema(), within);
  if (!schema.isStructSchema()) return 1;
  const name = schema.getName() ?? "";
  if (within.includes(name)) return 1;
  const members = [...schema.structIterator()].map(([, its]) => its);
  const inner = members.map((its) => countArms(its, [...within, name]));
  return Math.max(1, ...inner, ...(schema.isUnionSchema() ? [members.length] : []));
}

/** Puts identifiers in canonical form where an operation's input holds them. */
export function withIdentifiers(row: OperationRow, input: OperationInput): OperationInput {
  const { instances, arns, ids } = sourcesOf(row);
  let result = input;
  for (const source of instances)
    result = rewriteAt(result, source, () => (source.endsWith("Arn") ? instanceArn : instanceId));
  for (const { source, types, discriminator } of arns) {
    const arn = types?.includes("instance")
      ? instanceArn
      : `${instanceArn}/${types?.[0] === "contact" ? "contact" : "agent"}/id-1`;
    if (!discriminator) result = rewriteAt(result, source, () => arnOf(types) ?? arn);
  }
  for (const { spec } of ids) if (!spec.discriminator) result = rewriteAt(result, spec.source, () => "id-1");
  return withFilterKey(result);
}

const words: Readonly<Record<string, string>> = {
  user: "agent",
  contact: "contact",
  queue: "queue",
  "routing-profile": "routing-profile",
  "customer-managed-view": "view",
};

function arnOf(types: readonly string[] | undefined): string | undefined {
  if (!types || types.includes("instance")) return undefined;
  for (const type of types) {
    const word = words[type];
    if (word !== undefined) return `${instanceArn}/${word}/id-1`;
    if (type === "ai-agent") return "arn:aws:wisdom:us-west-2:123456789012:ai-agent/id-1/id-2";
    if (type === "traffic-distribution-group")
      return "arn:aws:connect:us-west-2:123456789012:traffic-distribution-group/id-1";
    if (type === "phone-number") return "arn:aws:connect:us-west-2:123456789012:phone-number/id-1";
  }
  return undefined;
}

/** A filter says what its values name; the type decides which values are identifiers. */
function withFilterKey(input: OperationInput): OperationInput {
  const hasKeys = Array.isArray(input["Filters"]) && input["Filters"].length > 0;
  return hasKeys ? { ...input, Filters: [{ FilterKey: "QUEUE", FilterValues: ["id-1"] }] } : input;
}

/** The operations that the gateway passes on. */
export const served = operations().filter(({ refused }) => refused === undefined);

/** Gives an operation's schemas. */
export function schemaOf(name: string): OperationSchema {
  const schema = findOperationSchema(name);
  if (!schema) throw new Error(name);
  return schema;
}

/** Makes an operation's input that the gateway can decide: its identifiers are identifiers. */
export function inputOf(name: string, options: ValueOptions): OperationInput {
  const row = served.find((each) => each.name === name);
  if (!row) throw new Error(name);
  return withIdentifiers(row, makeValue(schemaOf(name).input, options) as OperationInput);
}

/** Times as JSON has them: seconds since the epoch. */
export function withSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withSeconds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withSeconds(inner)]));
}
