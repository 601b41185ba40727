/**
 * `diff`: what changes in access from one bundle to another. For people, and for a pipeline that must not widen access
 * without somebody knowing.
 */

import type { Bundle } from "../../../shared/bundle/types.ts";
import { compareAccess } from "../../authoring/diff/compare-access.ts";
import { compareSettings, type SettingDifference } from "../../authoring/diff/compare-configuration.ts";
import { type AccessDifference, groupBy } from "../../authoring/diff/merge-differences.ts";
import { defineCommand, type Given, type ParameterTable } from "../command.ts";
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

/** Options of a command that shows differences. */
export const differenceOptions = {
  "--principals-table": "also compare for principals that a table attaches a policy to",
} as const satisfies ParameterTable;

const store = "configuration folder, bundle file, or store: s3://…, ssm:/…, appconfig:…";

export const command = defineCommand({
  name: "diff",
  text: "print who gains or loses which actions on which resources; exit status 1 if anyone may gain access",
  arguments: {
    "<older>": { text: store, completes: "file" },
    "<newer>": { text: "the same", completes: "file" },
  },
  options: { "--json": "print the differences as one JSON object", ...differenceOptions },
  example: "diff dist/bundle.json config",
  finding: "anyone may gain access",
  async run({ older, newer, json, ...given }, io) {
    const bundles = [await loadBundle(older), await loadBundle(newer)] as const;
    const difference = compareBundles(...bundles, given);
    io.stdout.write(json ? `${JSON.stringify(difference)}\n` : formatDifference(difference));
    return difference.gainsAccess ? 1 : 0;
  },
});

/** Compares two bundles whole. */
export function compareBundles(
  older: Bundle,
  newer: Bundle,
  { principalsTable = false }: Given<typeof differenceOptions> = {},
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
