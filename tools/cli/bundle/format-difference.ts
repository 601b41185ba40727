/** Differences in access in each form: for people, for a workflow's annotations, for a pull request's comment. */
import { withoutControls } from "../../../shared/without-controls.ts";
import type { SettingDifference } from "../../authoring/diff/compare-configuration.ts";
import { type AccessDifference, groupBy } from "../../authoring/diff/merge-differences.ts";
import { formatGithub } from "../formats/github.ts";
import { inCode } from "../formats/markdown.ts";

export interface BundleDifference {
  /** Its version; `null` if there was nothing. */
  readonly older: string | null;
  readonly newer: string;
  /** Whether any caller may do something that was not allowed before. */
  readonly gainsAccess: boolean;
  readonly access: readonly AccessDifference[];
  readonly settings: readonly SettingDifference[];
}

type Change = SettingDifference["change"];

const signs = { gains: "+", loses: "-", changes: "~", same: " " } as const satisfies Record<Change, string>;
const shownActions = 6;

/** Formats the differences, one a line; `+` gains, `-` loses, `~` may gain. */
export function formatDifference({ access, settings }: BundleDifference): string {
  if (access.length + settings.length === 0) return "no difference in access\n";
  const lines = [
    ...settings.map(({ change, message }) => `${signs[change]} ${message}`),
    ...mergeExamples(access).map((each) => `${signs[each.change]} ${formatAccess(each, shownActions)}`),
  ];
  return lines.map((line) => `${withoutControls(line)}\n`).join("");
}

/** People get one line for differences that differ only by their examples. */
function mergeExamples(access: readonly AccessDifference[]): readonly AccessDifference[] {
  const groups = groupBy(access, ({ actions: _actions, example: _example, calls: _calls, ...same }) =>
    JSON.stringify(same),
  );
  return groups.flatMap((group) => {
    const [first] = group;
    const actions = new Set(group.flatMap((each) => each.actions));
    return first ? [{ ...first, actions: [...actions].sort() }] : [];
  });
}

function formatAccess(difference: AccessDifference, most: number): string {
  const { subject, actions, resources } = difference;
  const named = actions.slice(0, most).join(", ");
  const more = actions.length - most;
  return `${subject} ${verbOf(difference)} ${named}${more > 0 ? ` and ${more} more` : ""} on ${resources}${noteOn(difference)}`;
}

function verbOf({ change }: AccessDifference): string {
  return change === "changes" ? "has other conditions for" : change;
}

function noteOn({ change, isConditional, isWithOthers }: AccessDifference): string {
  const notes = [
    ...(isConditional && change !== "changes" ? ["under conditions"] : []),
    ...(isWithOthers ? ["where another binding allows it"] : []),
  ];
  return notes.length === 0 ? "" : ` (${notes.join("; ")})`;
}

/** What may add access comes first: GitHub shows ten annotations of a step. */
const order: readonly Change[] = ["gains", "changes", "loses", "same"];

function inOrder<Difference extends { readonly change: Change }>(
  differences: readonly Difference[],
): readonly Difference[] {
  return differences.toSorted((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
}

/** Formats each difference as an annotation, a warning if it may add access, and then the counts. */
export function annotateDifference(difference: BundleDifference): string {
  const found = inOrder([
    ...difference.settings,
    ...mergeExamples(difference.access).map((each) => ({
      change: each.change,
      message: formatAccess(each, Number.POSITIVE_INFINITY),
    })),
  ]);
  const annotations = formatGithub(
    found.map(({ change, message }) => ({
      level: change === "gains" || change === "changes" ? "warning" : "notice",
      title: "access",
      lines: [`${signs[change]} ${message}`],
    })),
  );
  return `${annotations}${countsOf(difference)}\n`;
}

/** Formats all of it in Markdown: settings, access, and then the counts. */
export function commentDifference(difference: BundleDifference): string {
  const settings = inOrder(difference.settings).map(
    ({ change, message }) => `- **${signs[change]}** ${inCode(message)}`,
  );
  const access = inOrder(mergeExamples(difference.access)).flatMap(commentAccess);
  const lists = [settings, access].filter((list) => list.length > 0);
  return [...lists, [`**${countsOf(difference)}**`]].map((lines) => `${lines.join("\n")}\n`).join("\n");
}

/** Longer lists of actions are folded: all of them are there. */
function commentAccess(difference: AccessDifference): readonly string[] {
  const { subject, change, actions, resources } = difference;
  const isShort = actions.length <= shownActions;
  const named = actions.map(inCode).join(", ");
  const what = isShort ? named : `${actions.length} actions`;
  return [
    `- **${signs[change]}** ${inCode(subject)} ${verbOf(difference)} ${what} on ${inCode(resources)}${noteOn(difference)}`,
    ...(isShort
      ? []
      : ["", `  <details><summary>${what}</summary>`, "", `  ${named}`, "", "  </details>", ""]),
  ];
}

const counted: Readonly<Record<Change, readonly [one: string, many: string]>> = {
  gains: ["gain", "gains"],
  changes: ["change that may add access", "changes that may add access"],
  loses: ["loss", "losses"],
  same: ["change without access", "changes without access"],
};

function countsOf({ access, settings }: BundleDifference): string {
  const all = [...settings, ...mergeExamples(access)];
  const parts = order.flatMap((change) => {
    const count = all.filter((each) => each.change === change).length;
    const [one, many] = counted[change];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.length === 0 ? "no difference in access" : parts.join(", ");
}
