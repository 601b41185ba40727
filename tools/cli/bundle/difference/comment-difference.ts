/** A difference in access in Markdown, for a pull request's comment: what escalates on top, long lists folded, nothing left out. */
import { inCode } from "../../formats/markdown.ts";
import { groupActions, shortList } from "./action-forms.ts";
import type { ExplainFlags } from "./example-call.ts";
import { markOf, noteOn, shownExamples, verbOf } from "./format-difference.ts";
import {
  type BundleDifference,
  countRows,
  describeCounts,
  type Kind,
  kinds,
  type Row,
  reasonsIn,
  rowsOf,
} from "./rows.ts";

/** A title, its items, and how many of them are shown before the rest is folded. */
interface Section {
  readonly title: string;
  readonly open: number;
  /** Lines of Markdown each, complete in themselves. */
  readonly items: readonly (readonly string[])[];
}

const shown: Readonly<Record<Kind, Omit<Section, "items">>> = {
  escalation: { title: "Escalations", open: Number.POSITIVE_INFINITY },
  gain: { title: "Gains", open: 20 },
  possible: { title: "Possible gains", open: 20 },
  loss: { title: "Losses", open: 10 },
  same: { title: "Changes without access", open: 10 },
};

/** So many characters has a comment of GitHub at most, less some for a heading around it. */
export const commentCharacters = 65_536 - 1_536;

interface CommentOptions {
  readonly limit?: number;
  readonly flags?: ExplainFlags;
}

/**
 * Formats all of it: escalations, their reasons, gains, losses, and the counts.
 * @param options.limit how many characters it may have: what is left out then, from the end, is said to be in the summary of the run
 */
export function commentDifference(
  difference: BundleDifference,
  { limit = Number.POSITIVE_INFINITY, flags = [] }: CommentOptions = {},
): string {
  const rows = rowsOf(difference);
  const sections = kinds.flatMap((kind): readonly Section[] => {
    const items = rows.filter((row) => row.kind === kind).map((row) => commentRow(row, flags));
    return [{ ...shown[kind], items }, ...(kind === "escalation" ? [whySection(rows)] : [])];
  });
  const counts = `**${describeCounts(countRows(rows))}**\n`;
  const isNew = difference.older === null && rows.length > 0;
  const begin = isNew ? "Everything is new: there was nothing to compare with.\n\n" : "";
  const page = new Page(limit - begin.length - counts.length - cut.length);
  for (const section of sections) page.addSection(section);
  return `${begin}${page.text}${page.isFull ? cut : ""}${counts}`;
}

const cut = "**The rest is too long for a comment. The summary of the run has all of it.**\n\n";

function whySection(rows: readonly Row[]): Section {
  const reasons = [...reasonsIn(rows)].map(([reason, actions]) => [
    `- ${actions.map(inCode).join(", ")}: ${reason}`,
  ]);
  return { title: "Why these escalate", open: 0, items: reasons };
}

function commentRow(row: Row, flags: ExplainFlags): readonly string[] {
  const isEscalation = row.kind === "escalation";
  const begin = isEscalation ? `- :warning: **${markOf(row)}**` : `- **${markOf(row)}**`;
  if (!("difference" in row))
    return [`${begin} ${inCode(row.message)}${row.escalates ? ` (${row.escalates})` : ""}`];
  const { difference, isEverything } = row;
  const { subject, actions, resources } = difference;
  const isWhole = isEscalation || actions.length <= shortList;
  const named = (isWhole ? actions : groupActions(actions)).map(inCode).join(", ");
  const what = isEverything ? `**every action** (${actions.length})` : named;
  const line = `${begin} ${inCode(subject)} ${verbOf(difference)} ${what} on ${inCode(resources)}${noteOn(difference)}`;
  const examples = shownExamples(row, flags).map(({ what, command }) => `  - ${what}: ${inCode(command)}`);
  const names = isWhole ? [] : foldIn([actions.map(inCode).join(", ")], `${actions.length} actions`);
  return [line, ...examples, ...names];
}

/** Folds lines below an item of a list. */
function foldIn(lines: readonly string[], summary: string): readonly string[] {
  return fold(lines, summary).map((line) => (line === "" ? "" : `  ${line}`));
}

function fold(lines: readonly string[], summary: string): readonly string[] {
  return [...foldBegin(summary), ...lines, ...foldEnd];
}

/** Without an empty line after them, Markdown inside would be shown as it is written. */
const foldBegin = (summary: string) => ["", `<details><summary>${summary}</summary>`, ""];
const foldEnd = ["", "</details>", ""];

/** Text up to a limit. It ends with a whole item, and with what was begun ended: half a span of code would be Markdown. */
class Page {
  text = "";
  isFull = false;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  addSection({ title, open, items }: Section): void {
    if (items.length === 0) return;
    const rest = items.slice(open);
    if (open > 0) this.#addList([`**${title}**`, ""], items.slice(0, open), [""]);
    if (rest.length === 0) return;
    const count = open > 0 ? `${title}: ${rest.length} more` : title;
    this.#addList(foldBegin(count).slice(1), rest, foldEnd);
  }

  #addList(begin: readonly string[], items: Section["items"], end: readonly string[]): void {
    const [first, last] = [begin, end].map(textOf) as [string, string];
    let list = "";
    for (const item of items.map(textOf)) {
      const size = this.text.length + first.length + list.length + item.length + last.length;
      this.isFull ||= size > this.#limit;
      if (this.isFull) break;
      list += item;
    }
    if (list !== "") this.text += `${first}${list}${last}`;
  }
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
