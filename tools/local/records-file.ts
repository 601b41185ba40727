/**
 * Decision records in a file, one JSON line each, as the deployed functions write them to their log: what `cli
 * least-privilege` learns from.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import type { AnyRecord } from "../../shared/audit/decision-record.ts";
import { formatRecordLine } from "../../shared/audit/long-record.ts";

/** An open file. */
export interface RecordsFile {
  /** A line is in the file before its call is answered. What can't be written is told, and never thrown. */
  readonly write: (record: AnyRecord) => void;
  close(): void;
}

/**
 * Opens the file, whose earlier lines stay.
 *
 * @throws the system's error when it can't be opened
 */
export function openRecords(path: string, tell: (text: string) => void): RecordsFile {
  const file = openSync(path, "a", 0o600);
  return {
    write(record) {
      try {
        writeSync(file, `${formatRecordLine(record)}\n`);
      } catch (error) {
        tell(`a decision record can't be written to ${path}: ${String(error)}`);
      }
    },
    close: () => closeSync(file),
  };
}
