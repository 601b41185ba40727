/**
 * Records in the lines of a log from CloudWatch Logs: one record per line, after a time and the name of a log stream, inside
 * the result of a query or an export, or in a column of CSV.
 *
 * Anybody may write text into a log. Only what is where a record can be is read: the whole line, all of it after such a
 * prefix, or the whole value of a member with a log event.
 */
import { isPlainObject } from "../../../shared/shape.ts";

/** What may come before a record: time, log group, log stream, request id, level. */
const prefixWords = [
  /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/,
  /^[\d:.]+Z?$/,
  /^\/[\w/.#-]+$/,
  /^\d{4}\/\d\d\/\d\d\/[\w/.-]*\[[\w$]+\]\w+$/,
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /^(?:DEBUG|INFO|WARN|ERROR)$/,
];

/** Members of query results and exports that hold a log event. */
const eventMembers = ["@message", "message", "value", "events", "results", "log"];

/** A line of pretty-printed output that holds a log event as text. */
const prettyLine = /^\s*"(?:@message|message|value)"\s*:\s*("(?:[^"\\]|\\.)*")\s*,?\s*$/;

const maxDepth = 6;

/** Whether parsed JSON claims to be a decision record. */
export function isRecordOfDecision(value: unknown): value is Readonly<Record<string, unknown>> {
  return isPlainObject(value) && value["type"] === "decision" && typeof value["outcome"] === "string";
}

/** Whether parsed JSON claims to be a record of any kind. */
function isRecord(value: unknown): boolean {
  if (!isPlainObject(value) || typeof value["requestId"] !== "string") return isRecordOfDecision(value);
  return isRecordOfDecision(value) || value["type"] === "upstream" || value["type"] === "shadow";
}

/** Finds the records in lines; or in one text of several lines, as which a record may be pasted. */
export function findRecordsInText(text: string): readonly unknown[] {
  const records = text.split("\n").flatMap(findRecords);
  return records.length > 0 ? records : findRecords(text.replace(/\s*\n\s*/g, " ").trim());
}

export function findRecords(line: string): readonly unknown[] {
  if (!/decision|upstream|shadow/.test(line)) return [];
  const pretty = prettyLine.exec(line)?.[1];
  if (pretty !== undefined) return recordsIn(parse(pretty), 0);
  const whole = recordsIn(parse(line), 0);
  if (whole.length > 0) return whole;
  return recordsIn(parse(behindPrefix(line) ?? csvColumn(line) ?? ""), 0);
}

function recordsIn(value: unknown, depth: number): readonly unknown[] {
  if (depth > maxDepth) return [];
  if (isRecord(value)) return [value];
  if (typeof value === "string") return value.startsWith("{") ? recordsIn(parse(value), depth + 1) : [];
  if (Array.isArray(value)) return value.flatMap((item) => recordsIn(item, depth + 1));
  if (typeof value !== "object" || value === null) return [];
  return eventMembers.flatMap((name) =>
    Object.hasOwn(value, name) ? recordsIn(Reflect.get(value, name), depth + 1) : [],
  );
}

function behindPrefix(line: string): string | undefined {
  const start = line.indexOf("{");
  if (start < 1) return undefined;
  const words = line.slice(0, start).trim().split(/\s+/);
  return words.length <= 4 && words.every((word) => prefixWords.some((form) => form.test(word)))
    ? line.slice(start)
    : undefined;
}

/** A record as a quoted column: RFC 4180 doubles the quotation marks within. */
function csvColumn(line: string): string | undefined {
  const column = /(?:^|,)"(\{""(?:[^"]|"")*\})"(?:,|\r?$)/.exec(line)?.[1];
  return column?.replaceAll('""', '"');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
