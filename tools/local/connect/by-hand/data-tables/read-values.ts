/** Describes, lists and evaluates the values of a data table. */
import type { PrimaryAttributeValueFilter, PrimaryValue } from "@aws-sdk/client-connect";
import { cutPage } from "../../engine/paging.ts";
import type { Handlers } from "../../handler.ts";
import type { Members, Row } from "../../records/resource-table.ts";
import { checkTimeZone } from "../../records/shape-checks.ts";
import { invalidParameter } from "../../service-fault.ts";
import { type Attribute, DataTable, recordOf } from "./records.ts";

/** "Up to 100 records are returned per request" (API Reference, ListDataTablePrimaryValues). */
const recordSizes = { usual: 100, largest: 100 };

/** Attributes that a record can have values of, at most; places the values of one record before those of the next. */
const maxAttributes = 1_000_000;

export const readValueHandlers = {
  BatchDescribeDataTableValue(input, world) {
    const table = new DataTable("BatchDescribeDataTableValue", input, world);
    const attributes = table.attributes();
    const all = input.Values.map(({ PrimaryValues = [], AttributeName = "" }) => {
      const row = table.find(PrimaryValues);
      const attribute = attributes.find(({ name }) => name === AttributeName);
      const found = row && attribute && describeValue(table, row, attribute);
      const Message =
        table.problemOfPrimary(PrimaryValues) ??
        (attribute
          ? `no value of \`${AttributeName}\` exists`
          : `the data table has no attribute \`${AttributeName}\``);
      return { found, failed: { PrimaryValues, AttributeName, Message } };
    });
    return {
      Successful: all.flatMap(({ found }) => (found ? [found] : [])),
      Failed: all.flatMap(({ found, failed }) => (found ? [] : [failed])),
    };
  },
  ListDataTableValues(input, world) {
    const table = new DataTable("ListDataTableValues", input, world);
    const attributes = table.attributes();
    const values = wanted(table, input).flatMap((row) =>
      attributes.flatMap((attribute) => {
        const found = describeValue(table, row, attribute);
        const sequence = row.sequence * maxAttributes + attribute.row.sequence;
        return found ? [{ ...found, ValueType: attribute.ValueType, sequence }] : [];
      }),
    );
    const page = cutPage(values, input, { scope: `ListDataTableValues:${table.row.arn}` });
    return { Values: page.items.map(({ sequence, ...value }) => value), NextToken: page.next };
  },
  /** The record of the defaults has none. */
  ListDataTablePrimaryValues(input, world) {
    const table = new DataTable("ListDataTablePrimaryValues", input, world);
    const rows = wanted(table, input).filter((row) => Object.keys(recordOf(row).primary).length > 0);
    const scope = `ListDataTablePrimaryValues:${table.row.arn}`;
    const page = cutPage(rows, input, { scope, sizes: recordSizes });
    const PrimaryValuesList = page.items.map((row) => ({
      RecordId: row.id,
      PrimaryValues: table.shownPrimary(recordOf(row)),
      LastModifiedTime: row.modifiedAt,
      LastModifiedRegion: table.shown.instance.configured.region,
    }));
    return { PrimaryValuesList, NextToken: page.next };
  },
  /** A record without a value of an attribute has the default. */
  EvaluateDataTableValues(input, world) {
    const table = new DataTable("EvaluateDataTableValues", input, world);
    if (input.TimeZone !== undefined) checkTimeZone(input.TimeZone);
    const sets = input.Values.flatMap(({ PrimaryValues = [], AttributeNames = [] }) =>
      AttributeNames.map((name) => evaluate(table, PrimaryValues, name)),
    );
    const items = sets.map((value, at) => ({ value, sequence: at + 1 }));
    const page = cutPage(items, input, { scope: `EvaluateDataTableValues:${table.row.arn}` });
    return { Values: page.items.map(({ value }) => value), NextToken: page.next };
  },
} satisfies Handlers;

function evaluate(table: DataTable, PrimaryValues: PrimaryValue[], AttributeName: string) {
  const attribute = table.attributes().find(({ name }) => name === AttributeName);
  const problem = attribute ? table.problemOfPrimary(PrimaryValues) : "the data table has no such attribute";
  if (!attribute || problem) throw invalidParameter("Values", `\`${AttributeName}\`: ${problem}`);
  const own = table.find(PrimaryValues);
  const rows = [own, table.find()].filter((row) => row !== undefined);
  const found = rows
    .map((row) => recordOf(row).values[attribute.id]?.Value)
    .find((text) => text !== undefined);
  return {
    // The output needs one, also when there is no such record.
    RecordId: rows[0]?.id ?? "none",
    PrimaryValues,
    AttributeName,
    ValueType: attribute.ValueType,
    Found: found !== undefined,
    Error: false,
    EvaluatedValue: found ?? "",
  };
}

function describeValue(table: DataTable, row: Row<Members>, attribute: Attribute) {
  const record = recordOf(row);
  const value = record.values[attribute.id];
  if (!value) return undefined;
  return {
    RecordId: row.id,
    AttributeId: attribute.id,
    PrimaryValues: table.shownPrimary(record),
    AttributeName: attribute.name,
    Value: value.Value,
    LockVersion: table.locksOf(record, attribute),
    LastModifiedTime: value.modifiedAt,
    LastModifiedRegion: table.shown.instance.configured.region,
  };
}

interface Wanted {
  readonly RecordIds?: readonly string[] | undefined;
  readonly PrimaryAttributeValues?: readonly PrimaryAttributeValueFilter[] | undefined;
}

/** Records with one of the identifiers, and with one of the values of each attribute that a filter names. */
function wanted(table: DataTable, { RecordIds = [], PrimaryAttributeValues = [] }: Wanted) {
  const attributes = table.attributes();
  const filters = PrimaryAttributeValues.map(({ AttributeName, Values = [] }) => {
    const attribute = attributes.find(({ name, isPrimary }) => isPrimary && name === AttributeName);
    if (!attribute)
      throw invalidParameter("PrimaryAttributeValues", `\`${AttributeName}\` is not a primary attribute`);
    return { id: attribute.id, Values };
  });
  return table
    .records()
    .filter(({ id }) => RecordIds.length === 0 || RecordIds.includes(id))
    .filter((row) => filters.every(({ id, Values }) => Values.includes(recordOf(row).primary[id] ?? "")));
}
