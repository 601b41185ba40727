/** What is wrong with a text that is no YAML, and what to do: the library's own words are those of its grammar. */
import { lowerAscii } from "../../../shared/ascii.ts";

interface YamlProblem {
  /** The library's. */
  readonly code: string;
  readonly message: string;
  /** Where it begins in the text. */
  readonly offset: number;
}

type Describe = (problem: YamlProblem, text: string) => string | undefined;

const noPair =
  "this is no `key: value`; write a colon and a space behind the key, or put a text of several words in quotes";

function describeNoPair({ offset }: YamlProblem, text: string): string {
  const line = lineFrom(text, offset);
  if (/^(?:<{7}|={7}|>{7})/.test(line))
    return "this is the mark of a merge conflict; resolve it and remove the marks";
  return line.startsWith("//") ? "a comment begins with `#`" : noPair;
}

const texts: ReadonlyMap<string, Describe> = new Map([
  ["MISSING_CHAR", describeMissing],
  ["BAD_INDENT", describeIndent],
  ["TAB_AS_INDENT", () => "a tab is no indentation in YAML; indent with spaces"],
  [
    "BLOCK_IN_FLOW",
    () =>
      "within `{ }` and `[ ]` a comma separates the members; add the one that is missing, or put a value that holds `: ` in quotes",
  ],
  ["BLOCK_AS_IMPLICIT_KEY", describeInnerPair],
  ["MULTILINE_IMPLICIT_KEY", describeNoPair],
  [
    "BAD_SCALAR_START",
    () => "a text without quotes cannot begin with this character; put the value in quotes",
  ],
  ["BAD_ALIAS", () => "a text without quotes cannot begin with `*`; put the value in quotes"],
  ["UNEXPECTED_TOKEN", describeToken],
  ["TAG_RESOLVE_FAILED", describeTag],
]);

/** Describes the break, on one line. */
export function describeYamlProblem(problem: YamlProblem, text: string): string {
  return texts.get(problem.code)?.(problem, text) ?? tidy(problem.message);
}

function describeMissing({ message, offset }: YamlProblem, text: string): string | undefined {
  if (message.includes("quote")) return "a quote is opened here and never closed; close it";
  if (message.startsWith("Sequence item")) return misplaced(text, offset);
  if (!message.startsWith("Implicit map key")) return undefined;
  const [, key, value] = /^([\w-]+):(\S.*)/.exec(lineFrom(text, offset)) ?? [];
  if (key !== undefined)
    return `a space is missing behind \`${key}:\`; write \`${key}: ${cut(value ?? "")}\``;
  return describeNoPair({ code: "", message, offset }, text);
}

function describeTag({ offset }: YamlProblem, text: string): string | undefined {
  const [tag] = /^!\w[\w:]*/.exec(text.slice(offset)) ?? [];
  return tag && `\`${tag}\` is CloudFormation's; write the value that it stands for`;
}

function describeInnerPair({ offset }: YamlProblem, text: string): string {
  if (/^-\w/.test(lineFrom(text, offset)))
    return "a space is missing behind the `-` of this line; write `- ` before its key";
  return "the value holds `: `, which begins another mapping; put the value in quotes";
}

function describeIndent({ message, offset }: YamlProblem, text: string): string {
  const [, kind] = /^Flow (map|sequence) /.exec(message) ?? [];
  if (kind === undefined) return misplaced(text, offset);
  const [open, close] = kind === "map" ? ["{", "}"] : ["[", "]"];
  return `the \`${open}\` before this is never closed; close it with \`${close}\` in its line`;
}

function misplaced(text: string, offset: number): string {
  const before = text.slice(0, lineStart(text, offset)).split(/\r?\n/).at(-2) ?? "";
  if (/^\s*-[A-Za-z]/.test(before))
    return "a space is missing behind the `-` of the line before this; write `- ` before its key";
  const column = indentOf(text, offset) + 1;
  return `this line begins at column ${column}, where nothing above it begins; give it the column of the keys or of the \`- \` that it belongs to`;
}

function describeToken({ message, offset }: YamlProblem, text: string): string | undefined {
  const [token = ""] = text.slice(offset);
  if (/flow-(?:map|seq)-end/.test(message)) return `this \`${token}\` closes nothing; remove it`;
  if (/scalar at node end/.test(message))
    return "a value ends before this; if a quote or a comma is missing there, add it";
  return undefined;
}

function lineFrom(text: string, offset: number): string {
  return text.slice(lineStart(text, offset)).split(/\r?\n/, 1)[0]?.trimStart().replace(/^- +/, "") ?? "";
}

function indentOf(text: string, offset: number): number {
  const [blanks = ""] = /^ */.exec(text.slice(lineStart(text, offset))) ?? [];
  return blanks.length;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

const maxShown = 40;

function cut(value: string): string {
  return value.length > maxShown ? `${value.slice(0, maxShown)}…` : value;
}

function tidy(message: string): string {
  const line = message.replace(/\s+/g, " ").replace(/[.:]$/, "");
  return lowerAscii(line.charAt(0)) + line.slice(1);
}
