/**
 * The access snapshot, `config/access.md`: the table of who may use which operation, as a page whose changes a reviewer
 * reads in a pull request. It has no version and no date, so it changes only when access does.
 */
import { DocumentError, type Issue } from "../../../shared/errors.ts";
import { type AccessWord, accessWords } from "../../../shared/reach/operation-reach.ts";
import { nearestName } from "../nearest-name.ts";
import type { AccessTable } from "./access-table.ts";

const intro = `# Access

Written by \`connect-authorizer test --update\`; do not edit it. \`connect-authorizer test\` fails when access differs from this page.

A column is a caller whom a binding of \`authorizer.yaml\` matches, with nothing but what that binding asks for. A caller who matches
several bindings has the policies of them all. \`always\`: every call is allowed. \`sometimes\`: on some resources only, or depending on
a tag or another condition key. \`never\`: no call is allowed.
`;

/** Formats the page. Operations that no role may ever use are counted. */
export function formatAccess({ roles, areas }: AccessTable): string {
  const head = [formatRow(["operation", ...roles]), `|${"---|".repeat(roles.length + 1)}`];
  let unused = 0;
  const sections = [...areas]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([area, rows]) => {
      const shown = [...rows].filter(([, row]) => roles.some((role) => isReached(row.get(role))));
      unused += rows.size - shown.length;
      if (shown.length === 0) return [];
      const lines = shown
        .sort(([a], [b]) => compareText(a, b))
        .map(([name, row]) => formatRow([name, ...roles.map((role) => row.get(role) ?? "never")]));
      return [
        `\n## ${area.slice(0, 1).toUpperCase()}${area.slice(1)}\n\n${[...head, ...lines].join("\n")}\n`,
      ];
    });
  const rest = unused === 0 ? "" : `\n${unused} operations are not listed: \`never\` for all.\n`;
  return `${intro}${sections.join("")}${rest}`;
}

function isReached(word: AccessWord | undefined): boolean {
  return word !== undefined && word !== "never";
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Names are text, never Markdown: one that begins a comment would hide the rows below from reviewers. */
function formatRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/[\\|<&`[~*]/g, "\\$&")).join(" | ")} |`;
}

/** One row of a page: its words by role. */
export interface PageRow {
  readonly line: number;
  readonly words: ReadonlyMap<string, AccessWord>;
}

export interface AccessPage {
  readonly roles: readonly string[];
  /** By the name of the operation or route. */
  readonly rows: ReadonlyMap<string, PageRow>;
}

/**
 * Reads a page; only its tables count.
 * @throws DocumentError for a table that this program would not write
 */
export function parseAccess(text: string, file: string): AccessPage {
  const roles = new Set<string>();
  const rows = new Map<string, PageRow>();
  const issues: Issue[] = [];
  let head: readonly string[] | undefined;
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    if (conflict.test(written)) issues.push(issueAt(file, index + 1, "git left a conflict here"));
    else if (/(?<!\\)(?:\\\\)*</.test(written))
      issues.push(issueAt(file, index + 1, "HTML can hide rows from readers"));
    const cells = cellsOf(written);
    const [name = "", ...words] = cells ?? [];
    const begins = head === undefined;
    head = cells && (head ?? words);
    if (!cells || !head || words.every((word) => /^:?-+:?$/.test(word))) continue;
    for (const role of begins ? head : []) roles.add(role);
    const problem = begins ? problemOfHead(cells) : (problemOfRow(words, head) ?? problemOfName(name, rows));
    const line = index + 1;
    if (problem !== undefined) issues.push(issueAt(file, line, problem));
    else if (!begins)
      rows.set(name, { line, words: new Map(head.map((role, at) => [role, wordOf(words[at])])) });
  }
  if (issues.length > 0) throw new DocumentError(issues);
  return { roles: [...roles], rows };
}

/** Lines that git writes between two versions. */
const conflict = /^([<|=>])\1{6}(?: |$)/;

/** Splits a line of a table; another line has no cells. */
function cellsOf(line: string): readonly string[] | undefined {
  const [, inner] = /^\s*\|(.*)\|\s*$/.exec(line) ?? [];
  return inner?.match(/(?:\\.|[^|\\])+/g)?.map((cell) => cell.trim().replace(/\\(.)/g, "$1"));
}

function problemOfHead([first, ...roles]: readonly string[]): string | undefined {
  if (first !== "operation") return "the first row of a table must begin with `operation`";
  return new Set(roles).size === roles.length ? undefined : "two columns have the same name";
}

function problemOfRow(words: readonly string[], head: readonly string[]): string | undefined {
  if (words.length !== head.length)
    return `this row has ${counted(words.length, "word")} for ${counted(head.length, "role")}`;
  const wrong = words.find((word) => !accessWords.some((each) => each === word));
  if (wrong === undefined) return undefined;
  const nearest = nearestName(wrong, accessWords);
  const hint = nearest ? `did you mean \`${nearest}\`` : "write `always`, `sometimes` or `never`";
  return `\`${wrong}\` is not known here; ${hint}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function problemOfName(name: string, rows: ReadonlyMap<string, PageRow>): string | undefined {
  return rows.has(name) ? `\`${name}\` has two rows` : undefined;
}

function wordOf(text: string | undefined): AccessWord {
  // INVARIANT: `problemOfRow` has found nothing.
  return accessWords.find((word) => word === text) ?? "never";
}

function issueAt(file: string, line: number, problem: string): Issue {
  const message = `${problem}; \`connect-authorizer test --update\` writes the page anew`;
  return { severity: "error", code: "malformedSnapshot", file, path: "", line, column: 1, message };
}
