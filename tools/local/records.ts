/** Decision records here: as deployed functions log them, in a file; as short lines, at a terminal. */
import { closeSync, openSync, writeSync } from "node:fs";
import type { AnyRecord, DecisionRecord, ShadowRecord, ShadowSide } from "../../shared/audit/record.ts";
import { formatRecordLine } from "../../shared/audit/record-line.ts";
import { withoutControls } from "../../shared/without-controls.ts";

export interface RecordsFile {
  /** Writes a line before the call is answered. An error is printed, not thrown. */
  readonly write: (record: AnyRecord) => void;
  close(): void;
}

/** Opens the file to append to it; `-` is standard output. @throws the system's error when it can't be opened */
export function openRecords(path: string, print: (text: string) => void): RecordsFile {
  const file = path === "-" ? process.stdout.fd : openSync(path, "a", 0o600);
  return {
    write(record) {
      try {
        writeSync(file, `${formatRecordLine(record)}\n`);
      } catch (error) {
        print(`a decision record can't be written to ${path}: ${String(error)}`);
      }
    },
    close: () => {
      if (path !== "-") closeSync(file);
    },
  };
}

/** Formats a record: `proxy deny DeleteUser alice explicitDeny operators#1`. */
export function formatDecision(record: DecisionRecord): string {
  const statements = (record.statements ?? []).map(({ policy, sid, index }) => `${policy}#${sid ?? index}`);
  return printable([
    record.stage,
    record.outcome,
    record.operation ?? "-",
    record.principal?.id ?? "-",
    ...(record.decision === undefined ? [] : [record.decision]),
    ...(record.reason === undefined ? [] : [record.reason]),
    // A denial's message is in the answer; an error's may be only here.
    ...(record.outcome === "error" && record.message !== undefined ? [record.message] : []),
    ...statements,
  ]);
}

/** Formats a difference: `shadow gains DeleteUser alice: deny operators#NoDelete, would be allow everything#0`. */
export function formatDifference(record: ShadowRecord): string {
  const { live, candidate } = record;
  const operation = live.operation ?? candidate.operation ?? "-";
  return printable([
    "shadow",
    record.difference,
    operation,
    `${record.principal.id}:`,
    `${describeSide(live)}, would be ${describeSide(candidate)}`,
  ]);
}

function describeSide({ outcome, reason, statements = [], missingContextKeys = [] }: ShadowSide): string {
  const names = statements.map(({ policy, sid, index }) => `${policy}#${sid ?? index}`);
  return [outcome, ...(reason === undefined ? [] : [reason]), ...names, ...missingContextKeys].join(" ");
}

function printable(words: readonly string[]): string {
  return withoutControls(words.join(" "));
}
