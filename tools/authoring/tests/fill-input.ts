/**
 * Fills in what an operation requires and a test leaves out. The values are made up and always the same; no policy
 * names them by accident: `some-user-id`.
 */

import type { NormalizedSchema } from "@smithy/core/schema";
import { lowerAscii } from "../../../shared/ascii.ts";
import { findResourceType } from "../../../shared/catalog/catalog.ts";
import { sourcesOf } from "../../../shared/catalog/identifier-sources.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { requiredMembers } from "../../../shared/request/decode/from-json.ts";
import { findServedSchema } from "../../../shared/request/route/served-route.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";

type Json = Readonly<Record<string, unknown>>;

export interface FilledInput {
  readonly input: Json;
  /** What was left out: member path and value, like `UserId: "some-user-id"`. */
  readonly filled: readonly string[];
}

/** @param instances the configured ones; the first is the home instance. Never empty */
export function fillInput(
  row: OperationRow,
  given: Json,
  instances: readonly ConnectInstance[],
): FilledInput {
  const filled: string[] = [];
  const named = given["InstanceId"];
  const instance = instances.find(({ id, arn }) => named === id || named === arn) ?? instances[0];
  const textOf = (path: string) => placeholderText(row, path, instance);
  const note = (path: string, value: unknown) => filled.push(`${path}: ${JSON.stringify(value)}`);
  const input = complete(findServedSchema(row).input, given, "", { textOf, note });
  // What the schema does not require, but a decision does.
  for (const { source, whenAbsent, alternatives = [] } of row.targets) {
    const isMissing = [source, ...alternatives].every(
      (path) => input[path.split(/[.[{<]/)[0] ?? ""] === undefined,
    );
    if (whenAbsent !== "error" || !isMissing || !/^\w+$/.test(source)) continue;
    input[source] = textOf(source);
    note(source, input[source]);
  }
  return { input, filled };
}

interface Filling {
  readonly textOf: (path: string) => string;
  readonly note: (path: string, value: unknown) => void;
}

/** Adds the required members of a structure, and of those within it. Other values are left as they are. */
function complete(
  schema: NormalizedSchema,
  given: Json,
  path: string,
  filling: Filling,
): Record<string, unknown> {
  const required = schema.isUnionSchema() ? new Set() : requiredMembers(schema);
  const members = new Map(schema.structIterator());
  const inner = (name: string) => (path === "" ? name : `${path}.${name}`);
  const all: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const member = members.get(name);
    all[name] = member ? completeValue(member, value, inner(name), filling) : value;
  }
  for (const [name, member] of members) {
    if (!required.has(name) || Object.hasOwn(given, name)) continue;
    all[name] = placeholder(member, inner(name), filling);
    filling.note(inner(name), all[name]);
  }
  return all;
}

function completeValue(schema: NormalizedSchema, value: unknown, path: string, filling: Filling): unknown {
  if (Array.isArray(value) && schema.isListSchema())
    return value.map((item) => completeValue(schema.getValueSchema(), item, `${path}[]`, filling));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (schema.isStructSchema()) return complete(schema, value as Json, path, filling);
  if (!schema.isMapSchema()) return value;
  const item = schema.getValueSchema();
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, completeValue(item, each, `${path}{}`, filling)]),
  );
}

/** 1 January 2026, in seconds since the epoch. */
const someTime = 1_767_225_600;

/** Sections of an evaluation form hold sections: at this depth, lists are empty. */
const maxDepth = 6;

function placeholder(schema: NormalizedSchema, path: string, filling: Filling): unknown {
  if (schema.isStructSchema()) {
    const inside = { ...filling, note: () => {} };
    const [first] = schema.isUnionSchema() ? schema.structIterator() : [];
    if (!first) return complete(schema, {}, path, inside);
    return { [first[0]]: placeholder(first[1], `${path}.${first[0]}`, inside) };
  }
  if (schema.isListSchema())
    return path.split(".").length > maxDepth
      ? []
      : [placeholder(schema.getValueSchema(), `${path}[]`, filling)];
  if (schema.isMapSchema()) return {};
  if (schema.isTimestampSchema()) return someTime;
  if (schema.isNumericSchema()) return 1;
  return schema.isBooleanSchema() ? false : filling.textOf(path);
}

function placeholderText(row: OperationRow, path: string, instance: ConnectInstance | undefined): string {
  const { instances, arns } = sourcesOf(row);
  const id = madeUpId(path);
  if (!instance) return id;
  if (instances.has(path)) return path.endsWith("Arn") ? instance.arn : instance.id;
  const spec = arns.find(({ source }) => source === path);
  return spec ? typedArn(spec.types?.[0] ?? "queue", id, instance) : id;
}

/** `SecurityProfileIds[]` → `some-security-profile-id`. */
function madeUpId(path: string): string {
  const name = /(\w+)(?:\[\]|\{\})*$/.exec(path)?.[1] ?? "value";
  const one = path.endsWith("[]") ? name.replace(/s$/, "") : name;
  const words = one.replace(/([a-z0-9])([A-Z])/g, "$1-$2").replace(/([A-Z])([A-Z][a-z])/g, "$1-$2");
  return `some-${lowerAscii(words)}`;
}

function typedArn(type: string, id: string, instance: ConnectInstance): string {
  if (type === "instance") return instance.arn;
  const { partition, region, accountId } = instance;
  const known = new Map([
    ["Partition", partition],
    ["Region", region],
    ["Account", accountId],
    ["InstanceId", instance.id],
    ["Version", "1"],
  ]);
  const format = findResourceType(type)?.arn ?? "";
  return format.replace(/\$\{(\w+)\}/g, (_, name: string) => known.get(name) ?? id);
}
