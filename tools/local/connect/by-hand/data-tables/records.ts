/**
 * The records of a data table: sets of primary values with a value for each attribute. The record without primary
 * values has the defaults. A record exists as long as it has values.
 */
import type { DataTableLockLevel, DataTableLockVersion, PrimaryValue } from "@aws-sdk/client-connect";
import { lowerAscii } from "../../../../../shared/ascii.ts";
import { locate } from "../../engine/locate.ts";
import { familyNamed } from "../../families/families.ts";
import { attributeIdOf } from "../../families/family-table.ts";
import { checkReferences } from "../../records/checks.ts";
import type { Shown } from "../../records/record.ts";
import type { Members, Row } from "../../records/resource-table.ts";
import type { World } from "../../world.ts";
import type { AttributeRules } from "./value-checks.ts";

export interface Attribute extends AttributeRules {
  readonly id: string;
  readonly name: string;
  readonly isPrimary: boolean;
  readonly row: Row<Members>;
}

interface KeptValue {
  readonly Value: string;
  /** Grows with each change. */
  readonly version: number;
  readonly modifiedAt: Date;
}

/** Primary values and values by the identifier of their attribute, since attributes change their names. */
export interface DataRecord {
  readonly primary: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, KeptValue>>;
  /** The lock version of the record. */
  readonly version: number;
}

export const emptyRecord: DataRecord = { primary: {}, values: {}, version: 0 };

/** A data table as it is during one call. */
export class DataTable {
  readonly shown: Shown;

  constructor(operation: string, input: Members, world: World) {
    this.shown = locate({ operation, family: familyNamed("DataTable"), input, world });
    checkReferences(operation, input, this.shown.instance);
  }

  get row(): Row<Members> {
    return this.shown.instance.table("DataTable").get(this.shown.row.id);
  }

  get level(): DataTableLockLevel {
    // Enumerations are checked when the table is created.
    return (this.row.shape["ValueLockLevel"] ?? "NONE") as DataTableLockLevel;
  }

  attributes(): readonly Attribute[] {
    const rows = this.shown.instance.table("DataTableAttribute").all();
    return rows
      .filter(({ parents }) => parents[0] === this.shown.row.id)
      .map((row) => ({
        // The create operation's own members.
        ...(row.shape as unknown as AttributeRules),
        id: attributeIdOf(row),
        name: row.id,
        isPrimary: row.shape["Primary"] === true,
        row,
      }));
  }

  records(): readonly Row<Members>[] {
    const rows = this.shown.instance.table("DataTableRecord").all();
    return rows.filter(({ parents }) => parents[0] === this.shown.row.id);
  }

  /** The record with exactly these primary values; without any, the one of the defaults. */
  find(values: readonly PrimaryValue[] = []): Row<Members> | undefined {
    const wanted = this.keyOf(this.primaryOf(values));
    return this.records().find((row) => this.keyOf(recordOf(row).primary) === wanted);
  }

  /** By attribute identifiers. Names that no primary attribute has are left out. */
  primaryOf(values: readonly PrimaryValue[]): Readonly<Record<string, string>> {
    const found = this.attributes().flatMap(({ id, name, isPrimary }) => {
      const given = isPrimary ? values.find(({ AttributeName }) => AttributeName === name) : undefined;
      return given ? [[id, given.Value ?? ""]] : [];
    });
    return Object.fromEntries(found);
  }

  /** "A new primary attribute uses the empty value for all existing records" (API Reference, CreateDataTableAttribute). */
  keyOf(primary: Readonly<Record<string, string>>): string {
    if (Object.keys(primary).length === 0) return "";
    const parts = this.attributes()
      .filter(({ isPrimary }) => isPrimary)
      .map(({ id, Validation }) => {
        const text = primary[id] ?? "";
        return Validation?.IgnoreCase ? lowerAscii(text) : text;
      });
    return JSON.stringify(parts);
  }

  /** What is wrong with primary values, `undefined` when nothing is. */
  problemOfPrimary(values: readonly PrimaryValue[]): string | undefined {
    const names = this.attributes().flatMap(({ name, isPrimary }) => (isPrimary ? [name] : []));
    const given = values.map(({ AttributeName }) => AttributeName ?? "");
    const unknown = given.find((name) => !names.includes(name));
    if (unknown !== undefined) return `\`${unknown}\` is not a primary attribute`;
    const missing = names.filter((name) => !given.includes(name));
    if (given.length > 0 && missing.length > 0) return `give the primary values too of ${missing.join(", ")}`;
    return given.length === new Set(given).size ? undefined : "give each primary value once";
  }

  /** As answers show them. */
  shownPrimary({ primary }: DataRecord): { AttributeId: string; AttributeName: string; Value: string }[] {
    if (Object.keys(primary).length === 0) return [];
    return this.attributes()
      .filter(({ isPrimary }) => isPrimary)
      .map(({ id, name }) => ({ AttributeId: id, AttributeName: name, Value: primary[id] ?? "" }));
  }

  locksOf(record: DataRecord | undefined, attribute?: Attribute): DataTableLockVersion {
    const value = attribute && record?.values[attribute.id];
    return {
      DataTable: String(this.row.revision),
      PrimaryValues: String(record?.version ?? 0),
      ...(attribute ? { Attribute: String(attribute.row.revision) } : {}),
      ...(value ? { Value: String(value.version) } : {}),
    };
  }

  /** Writes a record, or removes it when its last value is gone. */
  write(row: Row<Members> | undefined, record: DataRecord): void {
    const table = this.shown.instance.table("DataTableRecord");
    const shape = { ...record };
    if (!row) table.add({ parents: [this.shown.row.id], shape });
    else if (Object.keys(record.values).length === 0) table.remove(row);
    else table.revise(row, { shape });
  }

  /** The lock of the whole table, or of an attribute, changes with their values if that is the lock level. */
  touch(attributeIds: ReadonlySet<string>): void {
    const { instance } = this.shown;
    if (this.level === "DATA_TABLE") instance.table("DataTable").revise(this.row, {});
    if (this.level !== "ATTRIBUTE") return;
    for (const { id, row } of this.attributes())
      if (attributeIds.has(id)) instance.table("DataTableAttribute").revise(row, {});
  }
}

export function recordOf({ shape }: Row<Members>): DataRecord {
  // Only `write` makes rows of this table.
  return shape as unknown as DataRecord;
}
