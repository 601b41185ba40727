/**
 * A decision record as one short line for a person at a terminal.
 */
import type { DecisionRecord } from "../../shared/audit/decision-record.ts";
import type { ShadowRecord, ShadowSide } from "../../shared/audit/shadow-record.ts";

/** Control characters could redraw the terminal; names in records come from tokens. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f-\u009f]/g;

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
    // A denial's message is in the answer; an error's may be nowhere else.
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
  return words.join(" ").replace(controlCharacters, "?");
}
