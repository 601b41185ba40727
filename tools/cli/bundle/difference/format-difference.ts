/** A difference in access for people, as JSON, and as annotations of a workflow. */
import { withoutControls } from "../../../../shared/without-controls.ts";
import { escalationOf } from "../../../authoring/diff/escalations.ts";
import type { AccessDifference } from "../../../authoring/diff/merge-differences.ts";
import type { Finding } from "../../formats/form.ts";
import { formatGithub } from "../../formats/github.ts";
import { formatJson, wrapLine } from "../../terminal/lay-out.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { groupActions } from "./action-forms.ts";
import { type ExplainFlags, examplesOf } from "./example-call.ts";
import {
  type BundleDifference,
  countRows,
  describeCounts,
  escalatingOf,
  type Kind,
  type Row,
  reasonsIn,
  rowsOf,
} from "./rows.ts";

const styles = { escalation: "red", gain: "yellow", possible: "yellow", loss: "dim", same: "dim" } as const;

/** With all names of actions, or with long lists grouped. */
interface TextOptions extends Terminal {
  readonly isWhole?: boolean;
  readonly flags?: ExplainFlags;
}

const plain: TextOptions = { columns: undefined, paint: (_style, text) => text };

/**
 * Formats the differences, one a line, and their counts; `+` gains, `-` loses, `~` may gain, and `!` after it escalates.
 * What escalates is first and named in full.
 */
export function formatDifference(difference: BundleDifference, options: TextOptions = plain): string {
  const rows = rowsOf(difference);
  const reasons = [...reasonsIn(rows)].map(([reason, actions]) => `! ${actions.join(", ")}: ${reason}`);
  const lines = [
    ...rows.flatMap((row) => [formatRow(row, options), ...formatExamples(row, options)]),
    ...reasons.map((line) => wrapLine(withoutControls(line), options.columns, 4)),
    describeCounts(countRows(rows)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function formatRow(row: Row, { columns, paint, isWhole = false }: TextOptions): string {
  const sign = markOf(row);
  const isNamed = isWhole || row.kind === "escalation";
  const line = wrapLine(withoutControls(`${sign} ${describeRow(row, isNamed)}`), columns, 4);
  return `${paint(styles[row.kind], line.slice(0, sign.length))}${line.slice(sign.length)}`;
}

function formatExamples(row: Row, { columns, paint, flags = [] }: TextOptions): readonly string[] {
  return shownExamples(row, flags).map(({ what, command }) =>
    paint("dim", wrapLine(withoutControls(`    ${what}: ${command}`), columns, 6)),
  );
}

/** Calls for what is worth a look: what escalates, and what depends on conditions. */
export function shownExamples(row: Row, flags: ExplainFlags): ReturnType<typeof examplesOf> {
  if (!("difference" in row) || row.isEverything) return [];
  return row.kind === "escalation" || row.difference.isConditional ? examplesOf(row.difference, flags) : [];
}

export function markOf({ kind, sign }: Pick<Row, "kind" | "sign">): string {
  return kind === "escalation" ? `${sign} !` : sign;
}

function describeRow(row: Row, isNamed: boolean): string {
  if (!("difference" in row)) return row.escalates ? `${row.message} (${row.escalates})` : row.message;
  const { difference, isEverything } = row;
  const { subject, actions, resources } = difference;
  const named = isEverything
    ? `every action (${actions.length})`
    : (isNamed ? actions : groupActions(actions)).join(", ");
  return `${subject} ${verbOf(difference)} ${named} on ${resources}${noteOn(difference)}`;
}

export function verbOf({ change, isConditional, proved }: AccessDifference): string {
  if (change === "changes") return "has other conditions for";
  return change === "gains" && isConditional && !proved ? "may gain" : change;
}

export function noteOn({ change, isConditional, isWithOthers, proved }: AccessDifference): string {
  const notes = [
    ...(isConditional && change !== "changes" ? ["under conditions"] : []),
    ...(isWithOthers ? ["where another binding allows it"] : []),
    ...(isConditional && !proved ? ["no call was found that shows it"] : []),
  ];
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

/** What differs, with the reasons why it escalates, and how often. */
export function jsonDifference(difference: BundleDifference): string {
  const access = difference.access.map((each) => ({ ...each, escalates: escalatingOf(each) }));
  const escalating = [...new Set(access.flatMap(({ escalates }) => escalates))].sort();
  const reasons = Object.fromEntries(escalating.map((action) => [action, escalationOf(action)]));
  const counts = countRows(rowsOf(difference));
  return `${formatJson({ ...difference, access, reasons, counts }, 0)}\n`;
}

const levels: Readonly<Record<Kind, Finding["level"]>> = {
  escalation: "warning",
  gain: "warning",
  possible: "warning",
  loss: "notice",
  same: "notice",
};

/** Formats each difference as an annotation, and then the counts. What escalates is first: GitHub shows ten of each level. */
export function annotateDifference(difference: BundleDifference, flags: ExplainFlags = []): string {
  const rows = rowsOf(difference);
  const annotations = formatGithub(
    rows.map((row) => ({
      level: levels[row.kind],
      title: row.kind === "escalation" ? "access escalates" : "access",
      lines: linesOfRow(row, flags),
    })),
  );
  return `${annotations}${describeCounts(countRows(rows))}\n`;
}

/** A difference, why it escalates, and calls that show it: in full, a line each. */
export function linesOfRow(row: Row, flags: ExplainFlags): readonly string[] {
  return [
    `${markOf(row)} ${describeRow(row, true)}`,
    ...[...reasonsIn([row])].map(([reason, actions]) => `${actions.join(", ")}: ${reason}`),
    ...shownExamples(row, flags).map(({ what, command }) => `${what}: ${command}`),
  ];
}
