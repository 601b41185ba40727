/**
 * `diff`: what changes in access from one bundle to another. For people, and for a pipeline that must not widen access
 * without somebody knowing.
 */

import type { Bundle } from "../../../shared/bundle/types.ts";
import { compareAccess } from "../../authoring/diff/compare-access.ts";
import { compareSettings, type SettingDifference } from "../../authoring/diff/compare-configuration.ts";
import { type AccessDifference, groupBy } from "../../authoring/diff/merge-differences.ts";
import type { CommandIo, ExitStatus } from "../command-io.ts";
import { loadBundle } from "./bundle-argument.ts";

/** All differences between two bundles. */
export interface BundleDifference {
  readonly older: string;
  readonly newer: string;
  /** Whether anybody may do anything that was not allowed before. */
  readonly gainsAccess: boolean;
  readonly access: readonly AccessDifference[];
  readonly settings: readonly SettingDifference[];
}

export interface DiffOptions {
  readonly json?: boolean;
  /** Whether a table attaches policies to single principals. */
  readonly principalsTable?: boolean;
}

/**
 * Compares two bundles, each a folder, a file or a store's location.
 *
 * @returns 0 nobody gains access, 1 somebody may
 * @throws UsageError when one of them can't be loaded
 */
export async function runDiff(
  { older, newer }: { readonly older: string; readonly newer: string },
  options: DiffOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const difference = compareBundles(await loadBundle(older), await loadBundle(newer), options);
  io.stdout.write(options.json ? `${JSON.stringify(difference)}\n` : formatDifference(difference));
  return difference.gainsAccess ? 1 : 0;
}

/** Compares two bundles whole. */
export function compareBundles(
  older: Bundle,
  newer: Bundle,
  { principalsTable = false }: Pick<DiffOptions, "principalsTable"> = {},
): BundleDifference {
  const access = compareAccess(older, newer, { hasPrincipalsTable: principalsTable });
  const settings = compareSettings(older, newer);
  const gainsAccess = [...access, ...settings].some(
    ({ change }) => change === "gains" || change === "changes",
  );
  return { older: older.version, newer: newer.version, gainsAccess, access, settings };
}

const signs = { gains: "+", loses: "-", changes: "~", same: " " } as const;
const shownActions = 6;

/** Formats the differences, one a line; `+` gains, `-` loses, `~` may gain. */
export function formatDifference({ access, settings }: BundleDifference): string {
  if (access.length + settings.length === 0) return "no difference in access\n";
  const lines = [
    ...settings.map(({ change, message }) => `${signs[change]} ${message}`),
    ...mergeExamples(access).map((each) => `${signs[each.change]} ${formatAccess(each)}`),
  ];
  return lines.map((line) => `${withoutControls(line)}\n`).join("");
}

/** For people, what differs by its example alone is one line. */
function mergeExamples(access: readonly AccessDifference[]): readonly AccessDifference[] {
  const groups = groupBy(access, ({ actions: _actions, example: _example, ...same }) => JSON.stringify(same));
  return groups.flatMap((group) => {
    const [first] = group;
    const actions = new Set(group.flatMap((each) => each.actions));
    return first ? [{ ...first, actions: [...actions].sort() }] : [];
  });
}

/** Names come from a bundle that somebody else may have made: none of them may break a line or steer a terminal. */
function withoutControls(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`);
}

function formatAccess({ subject, change, actions, resources, ...each }: AccessDifference): string {
  const named = actions.slice(0, shownActions).join(", ");
  const more = actions.length - shownActions;
  const verb = change === "changes" ? "has other conditions for" : change;
  const notes = [
    ...(each.isConditional && change !== "changes" ? ["under conditions"] : []),
    ...(each.isWithOthers ? ["where another binding allows it"] : []),
  ];
  const note = notes.length === 0 ? "" : ` (${notes.join("; ")})`;
  return `${subject} ${verb} ${named}${more > 0 ? ` and ${more} more` : ""} on ${resources}${note}`;
}
