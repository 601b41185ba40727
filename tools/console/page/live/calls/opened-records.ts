/** Records that a person opens, from a file or pasted. They are read in the page, and sent nowhere. */
import { findRecordsInText } from "../../../../authoring/records/find-records.ts";
import { type Call, CallLog } from "./call-log.ts";
import { type Bar, barsOf } from "./rate.ts";
import { readSeenRecord } from "./seen-record.ts";

export const mostMegabytes = 20;

export interface OpenedRecords {
  /** Of the file, or `pasted records`. */
  readonly name: string;
  /** The newest first. */
  readonly calls: readonly Call[];
  /** More than `calls` if there were too many. */
  readonly count: number;
  readonly bars: readonly Bar[];
  readonly barMs: number;
  readonly from: number;
  readonly to: number;
}

/** @returns `undefined` if there is no record */
export function openRecords(name: string, text: string): OpenedRecords | undefined {
  const records = findRecordsInText(text)
    .flatMap((value) => readSeenRecord(value) ?? [])
    .toSorted((one, other) => one.time - other.time);
  const [first, last] = [records[0], records.at(-1)];
  if (!first || !last) return undefined;
  const log = new CallLog();
  for (const record of records) log.add(record);
  const time = { from: first.time, to: last.time };
  return { name, calls: log.calls, count: log.count, ...barsOf(records, time), ...time };
}
