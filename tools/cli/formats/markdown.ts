/** Texts in Markdown for GitHub, where names that others chose must be no link, mention, HTML or command. */
import { withoutControls } from "../../../shared/without-controls.ts";

/**
 * Shows a text as code. It has no line break, and its fence is longer than each of its rows of backticks: nothing inside can end
 * it, and GitHub makes nothing of what is inside.
 * https://spec.commonmark.org/0.31.2/#code-spans
 */
export function inCode(text: string): string {
  const line = withoutControls(text.toWellFormed());
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((row) => row.length));
  const fence = "`".repeat(longest + 1);
  // A blank at both ends is dropped where it is read; without one a backtick would lengthen the fence.
  const pad = line.trim() === "" || /^[` ]|[` ]$/.test(line) ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A block of code: indented, so that no line inside can end it. */
export function codeBlock(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${withoutControls(line.toWellFormed())}`);
}
