/**
 * Creates, updates and deletes values of a data table in batches: what is wrong with one is its own failure. Locks are
 * those from before the call, so that the values of one batch do not lock each other out.
 */
import type { DataTableLockLevel, DataTableLockVersion, PrimaryValue } from "@aws-sdk/client-connect";
import { remove } from "../../engine/change.ts";
import { faultOf } from "../../families/facts.ts";
import { familyNamed } from "../../families/families.ts";
import type { Handlers } from "../../handler.ts";
import type { OutputOf } from "../../operation-types.ts";
import type { Members } from "../../records/resource-table.ts";
import { invalidParameter } from "../../service-fault.ts";
import type { World } from "../../world.ts";
import { type Attribute, type DataRecord, DataTable, emptyRecord, recordOf } from "./records.ts";
import { problemOfValue } from "./value-checks.ts";

type Verb = "create" | "update" | "delete";

/** A value that a batch names; to be deleted, it has no `Value`. */
interface Named {
  readonly PrimaryValues?: PrimaryValue[] | undefined;
  readonly AttributeName: string | undefined;
  readonly Value?: string | undefined;
  readonly LockVersion?: DataTableLockVersion | undefined;
}

/** The member of a lock version that the table's lock level compares. */
const lockMember: Readonly<Record<DataTableLockLevel, keyof DataTableLockVersion | undefined>> = {
  DATA_TABLE: "DataTable",
  PRIMARY_VALUE: "PrimaryValues",
  ATTRIBUTE: "Attribute",
  VALUE: "Value",
  NONE: undefined,
};

export const changeValueHandlers = {
  BatchCreateDataTableValue(input, world) {
    const { Successful, Failed } = change("BatchCreateDataTableValue", "create", input, world);
    return { Successful, Failed };
  },
  BatchUpdateDataTableValue(input, world) {
    return change("BatchUpdateDataTableValue", "update", input, world);
  },
  BatchDeleteDataTableValue(input, world) {
    return change("BatchDeleteDataTableValue", "delete", input, world);
  },
  UpdateDataTablePrimaryValues(input, world) {
    const operation = "UpdateDataTablePrimaryValues";
    const table = new DataTable(operation, input, world);
    for (const member of ["PrimaryValues", "NewPrimaryValues"] as const) {
      const none = input[member].length === 0 ? "give a value of each primary attribute" : undefined;
      const problem = none ?? table.problemOfPrimary(input[member]) ?? problemOfTypes(table, input[member]);
      if (problem) throw invalidParameter(member, problem);
    }
    const row = table.find(input.PrimaryValues);
    if (!row) {
      const message = "no record has these primary values";
      throw faultOf(operation, ["ResourceNotFoundException"], { message });
    }
    const stale = staleLock(table, { held: recordOf(row), given: input.LockVersion, isRecord: true });
    const taken = table.find(input.NewPrimaryValues);
    const message =
      stale ?? (taken && taken.id !== row.id ? "another record has these primary values" : undefined);
    if (message) throw faultOf(operation, ["ConflictException"], { message });
    const { version, ...record } = recordOf(row);
    const changed = { ...record, primary: table.primaryOf(input.NewPrimaryValues), version: version + 1 };
    table.write(row, changed);
    table.touch(new Set());
    return { LockVersion: table.locksOf(changed) };
  },
  /** The values of the attribute go with it. */
  DeleteDataTableAttribute(input, world) {
    const operation = "DeleteDataTableAttribute";
    const family = familyNamed("DataTableAttribute");
    const table = new DataTable(operation, input, world);
    const attribute = table.attributes().find(({ name }) => name === input.AttributeName);
    if (attribute?.isPrimary && table.records().some((row) => attribute.id in recordOf(row).primary)) {
      const message = `records have values of the primary attribute \`${attribute.name}\`; delete them first`;
      throw faultOf(operation, ["ConflictException"], { message });
    }
    // The rule fills the output by the operation's own schema.
    const output = remove({ operation, family, input, world }) as OutputOf<typeof operation>;
    for (const row of table.records()) {
      const { values, ...record } = recordOf(row);
      const { [attribute?.id ?? ""]: gone, ...left } = values;
      if (gone) table.write(row, { ...record, values: left });
    }
    return output;
  },
} satisfies Handlers;

interface Batch extends Members {
  readonly Values: readonly Named[];
}

function change(operation: string, verb: Verb, input: Batch, world: World) {
  const table = new DataTable(operation, input, world);
  const attributes = new Map(table.attributes().map((attribute) => [attribute.name, attribute]));
  const Failed: { PrimaryValues: PrimaryValue[]; AttributeName: string; Message: string }[] = [];
  const accepted: { value: Named; attribute: Attribute }[] = [];
  const seen = new Set<string>();
  for (const value of input.Values) {
    const attribute = attributes.get(value.AttributeName ?? "");
    const identity = JSON.stringify([table.keyOf(table.primaryOf(value.PrimaryValues ?? [])), attribute?.id]);
    const problem = seen.has(identity) ? "is in the batch already" : problemOf(table, verb, value, attribute);
    seen.add(identity);
    if (problem === undefined && attribute) accepted.push({ value, attribute });
    else Failed.push({ ...namesOf(value), Message: problem ?? "" });
  }
  for (const { value, attribute } of accepted) apply(table, value, attribute, world.now());
  if (accepted.length > 0) table.touch(new Set(accepted.map(({ attribute }) => attribute.id)));
  const Successful = accepted.map(({ value, attribute }) => {
    const row = table.find(value.PrimaryValues);
    const current = table.attributes().find(({ id }) => id === attribute.id);
    const LockVersion = table.locksOf(row && recordOf(row), current);
    return { ...namesOf(value), RecordId: row?.id ?? "", LockVersion };
  });
  return { Successful, Failed };
}

function namesOf({ PrimaryValues = [], AttributeName = "" }: Named) {
  return { PrimaryValues, AttributeName };
}

function problemOf(
  table: DataTable,
  verb: Verb,
  value: Named,
  attribute: Attribute | undefined,
): string | undefined {
  const { PrimaryValues: primary = [], AttributeName, Value = "", LockVersion: given } = value;
  if (!attribute) return `the data table has no attribute \`${AttributeName}\``;
  if (attribute.isPrimary)
    return `\`${AttributeName}\` is a primary attribute; its values are the primary values`;
  const ofPrimary = table.problemOfPrimary(primary) ?? problemOfTypes(table, primary);
  if (ofPrimary) return ofPrimary;
  const row = table.find(primary);
  const held = row && recordOf(row);
  const isThere = held?.values[attribute.id] !== undefined;
  if (isThere !== (verb !== "create"))
    return isThere
      ? `a value of \`${AttributeName}\` exists already`
      : `no value of \`${AttributeName}\` exists`;
  // A create need not know a lock, but one that it gives must be right.
  const isLocked = verb !== "create" || given?.[lockMember[table.level] ?? "Value"] !== undefined;
  const stale = isLocked ? staleLock(table, { held, given, attribute }) : undefined;
  return stale ?? (verb === "delete" ? undefined : problemOfValue(Value, attribute));
}

function problemOfTypes(table: DataTable, primary: readonly PrimaryValue[]): string | undefined {
  for (const { AttributeName, Value = "" } of primary) {
    const attribute = table.attributes().find(({ name }) => name === AttributeName);
    const problem = attribute && problemOfValue(Value, attribute);
    if (problem) return `\`${AttributeName}\` ${problem}`;
  }
  return undefined;
}

interface Locked {
  readonly held: DataRecord | undefined;
  readonly given: DataTableLockVersion | undefined;
  readonly attribute?: Attribute;
  /** The record itself changes, not one of its values. */
  readonly isRecord?: true;
}

function staleLock(table: DataTable, { held, given, attribute, isRecord }: Locked): string | undefined {
  const ofLevel = lockMember[table.level];
  const member = isRecord && ofLevel && ofLevel !== "DataTable" ? "PrimaryValues" : ofLevel;
  const current = member && table.locksOf(held, attribute)[member];
  if (member === undefined || current === undefined || given?.[member] === current) return undefined;
  return given?.[member] === undefined
    ? `the lock level is ${table.level}: give \`LockVersion.${member}\``
    : `\`LockVersion.${member}\` is out of date; read the value again`;
}

function apply(table: DataTable, { PrimaryValues, Value }: Named, { id }: Attribute, modifiedAt: Date): void {
  const row = table.find(PrimaryValues);
  const record = row ? recordOf(row) : { ...emptyRecord, primary: table.primaryOf(PrimaryValues ?? []) };
  const { [id]: held, ...others } = record.values;
  const version = record.version + (row && table.level !== "PRIMARY_VALUE" ? 0 : 1);
  const kept = Value === undefined ? {} : { [id]: { Value, version: (held?.version ?? 0) + 1, modifiedAt } };
  table.write(row, { ...record, version, values: { ...others, ...kept } });
}
