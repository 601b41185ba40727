/** Issues on a terminal: below each, its line with a mark under the column. In a pipe an issue is one line, as editors link it. */
import displayWidth from "fast-string-width";
import { formatIssue, type Issue } from "../../../shared/errors.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { readSourceFile } from "../../authoring/configuration/read/source-file.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Formats issues, with their lines on a terminal. */
export async function formatIssues(issues: readonly Issue[], { columns, paint }: Terminal): Promise<string> {
  if (columns === undefined) return issues.map((issue) => `${formatIssue(issue)}\n`).join("");
  const files = new Map<string, readonly string[]>();
  for (const file of new Set(issues.map((issue) => issue.file))) files.set(file, await linesOf(file));
  return issues
    .map((issue) => {
      const frame = frameOf(issue, files.get(issue.file) ?? [], { columns, paint });
      return `${[paintIssue(issue, paint), ...frame].join("\n")}\n`;
    })
    .join("\n");
}

/** None of what cannot be read: the issue says why. */
async function linesOf(file: string): Promise<readonly string[]> {
  const read = await readSourceFile(file);
  return read.ok ? read.text.split(/\r\n?|\n/) : [];
}

const colours = { error: "red", warning: "yellow" } as const;

function paintIssue(issue: Issue, paint: Terminal["paint"]): string {
  const words = `${issue.severity} ${issue.code}`;
  return formatIssue(issue).replace(` ${words} `, ` ${paint(["bold", colours[issue.severity]], words)} `);
}

interface Room {
  readonly columns: number;
  readonly paint: Terminal["paint"];
}

function frameOf(
  { line, column, severity }: Issue,
  lines: readonly string[],
  { columns, paint }: Room,
): readonly string[] {
  const written = lines[line - 1];
  if (written === undefined || written.trim() === "") return [];
  const gutter = `  ${line} |`;
  const { shown, before } = cutAround(written, column - 1, columns - gutter.length - 1);
  const indent = " ".repeat(displayWidth(before) + 1);
  return [
    `${paint("dim", gutter)} ${shown}`,
    `${paint("dim", gutter.replace(/\d/g, " "))}${indent}${paint(colours[severity], "^")}`,
  ];
}

/** A narrower terminal breaks the line. */
const leastShown = 20;

/** Cuts a line that is too long, so that its column is seen with what is around it. */
function cutAround(line: string, at: number, room: number) {
  const safe = (text: string) => withoutControls(text.replaceAll("\t", " "));
  const most = Math.max(room - 2, leastShown);
  const start =
    line.length <= most ? 0 : Math.max(0, Math.min(at - Math.floor(most / 2), line.length - most));
  const before = (start > 0 ? "…" : "") + safe(line.slice(start, at));
  const after = safe(line.slice(at, start + most)) + (start + most < line.length ? "…" : "");
  return { shown: before + after, before };
}
