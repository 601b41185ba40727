/** Lines, tables and JSON that hold what others chose: harmless, and as wide as a terminal. In a pipe each stays one line. */
import displayWidth from "fast-string-width";
import { withoutControls } from "../../../shared/without-controls.ts";
import type { CommandIo } from "../command-io.ts";
import { type Terminal, terminalOf } from "./terminal.ts";

type Columns = Terminal["columns"];

/** Text that has less room beside its title begins at the left. */
const leastWidth = 20;
const indentation = 2;

/** A word with the spaces before it. What is between backticks is one word. */
const word = /( *)((?:`[^`]*`|[^\s`]|`)+)/g;

/** Between the members of a JSON object, where a line break changes nothing. */
const betweenMembers = /(?<=[^:[,]["\]}],)(?=")/;

function* wordsOf(line: string) {
  for (const [, spaces = "", text = ""] of line.matchAll(word)) {
    const [first = "", ...others] = text.startsWith('{"') ? text.split(betweenMembers) : [text];
    yield { spaces, text: first, isMember: false };
    for (const other of others) yield { spaces: "", text: other, isMember: true };
  }
}

/**
 * Breaks a line between words, and between members of JSON. A word is never broken, nor what is between backticks: an ARN or a command line can be
 * copied whole, even if the terminal has to break it.
 * @param indent of the lines that follow
 */
export function wrapLine(line: string, columns: Columns, indent: number): string {
  if (columns === undefined || displayWidth(line) <= columns) return line;
  const lines: string[] = [];
  let last = "";
  let width = 0;
  for (const { spaces, text, isMember } of wordsOf(line)) {
    const more = displayWidth(text);
    // What is too long for a line of its own stays where it is: a break would only add a line.
    if (width > 0 && width + spaces.length + more > columns && (isMember || indent + more <= columns)) {
      lines.push(last);
      last = " ".repeat(indent) + text;
      width = indent + more;
    } else {
      last += spaces + text;
      width += spaces.length + more;
    }
  }
  return [...lines, last].join("\n");
}

/** Lines of text for people. What follows a break is indented by two more than the line. */
export function formatLines(lines: readonly string[], { columns }: Pick<Terminal, "columns">): string {
  return lines
    .map(withoutControls)
    .map((line) => {
      const own = /^ */.exec(line)?.[0].length ?? 0;
      return `${wrapLine(line, columns, own + indentation)}\n`;
    })
    .join("");
}

/** Prints one line of text for people. */
export function printLine(line: string, io: CommandIo, name: "stdout" | "stderr" = "stderr"): void {
  io[name].write(formatLines([line], terminalOf(io, name)));
}

/** Prints each as a note on stderr. */
export function printNotes(notes: readonly string[], io: CommandIo): void {
  for (const note of notes) printLine(`note: ${note}`, io);
}

/**
 * Rows of cells, aligned as they are shown: a letter of Chinese is two wide, an accent none. Long last cells go on below
 * themselves.
 * @returns a line each, without controls
 */
export function layOutTable(
  rows: readonly (readonly string[])[],
  columns: Columns,
  gap = 2,
): readonly string[] {
  const safe = rows.map((row) => row.map(withoutControls));
  const count = Math.max(0, ...safe.map((row) => row.length));
  const widest = Array.from({ length: count }, (_, column) =>
    Math.max(...safe.map((row) => displayWidth(row[column] ?? ""))),
  );
  const widths = shrink(widest, columns, gap);
  const start = widths.slice(0, -1).reduce((sum, width) => sum + width + gap, 0);
  const indent = columns !== undefined && start + leastWidth > columns ? 2 * indentation : start;
  return safe.map((row) => {
    const cells = row.map((cell, column) => padEnd(cell, widths[column] ?? 0) + " ".repeat(gap));
    return wrapLine(cells.join("").trimEnd(), columns, indent);
  });
}

/**
 * Widths with which most rows fit: those of the widest columns shrink. A cell that is wider moves only what follows it on its own
 * line.
 */
function shrink(widest: readonly number[], columns: Columns, gap: number): readonly number[] {
  const widths = [...widest];
  const last = Math.min(widths.at(-1) ?? 0, leastWidth);
  const before = widths.slice(0, -1);
  const isTooWide = () => before.reduce((sum, width) => sum + width + gap, last) > (columns ?? Infinity);
  while (isTooWide() && Math.max(...before) > leastWidth / 2)
    before[before.indexOf(Math.max(...before))] = Math.max(...before) - 1;
  return [...before, ...widths.slice(-1)];
}

/** Like `String.padEnd`, by what a terminal shows. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** `1 error`, `3,200 policies`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

/** JSON that a terminal and the log of a pipeline show as it is. */
export function formatJson(value: unknown, indent: number | undefined = 2): string {
  return harmlessJson(JSON.stringify(value, undefined, indent));
}

/** The same value, with what could control a terminal or a pipeline escaped. */
export function harmlessJson(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|#(?=#\w*\[)/gu, escapeUnits);
}

function escapeUnits(text: string): string {
  return text
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
