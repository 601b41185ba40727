/** `diff`: what changes in access between bundles, for people and for pipelines that must not widen access. */
import { resolve } from "node:path";
import { openContent, readBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { CodedError, formatErrors } from "../../../shared/errors.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { compareAccess } from "../../authoring/diff/compare-access.ts";
import { compareSettings, type SettingDifference } from "../../authoring/diff/compare-configuration.ts";
import { type AccessDifference, groupBy } from "../../authoring/diff/merge-differences.ts";
import { defineCommand, environmentOption, type Given, type ParameterTable } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { isFolder } from "../open-configuration.ts";
import { readStore } from "./store.ts";

export interface BundleDifference {
  readonly older: string;
  readonly newer: string;
  /** Whether any caller may do something that was not allowed before. */
  readonly gainsAccess: boolean;
  readonly access: readonly AccessDifference[];
  readonly settings: readonly SettingDifference[];
}

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
  options: {
    ...environmentOption,
    "--json": "print the differences as one JSON object",
    ...differenceOptions,
  },
  example: "diff dist/bundle.json config",
  finding: "anyone may gain access",
  async run({ older, newer, env, json, ...given }, io) {
    if (env !== undefined && !(await isFolder(older)) && !(await isFolder(newer)))
      throw new UsageError("`--env` chooses an environment of a folder, and neither of the two is one");
    const bundles = [await loadBundle(older, env), await loadBundle(newer, env)] as const;
    const difference = compareBundles(...bundles, given);
    io.stdout.write(json ? `${JSON.stringify(difference)}\n` : formatDifference(difference));
    return difference.gainsAccess ? 1 : 0;
  },
});

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

/** People get one line for differences that differ only by their example. */
function mergeExamples(access: readonly AccessDifference[]): readonly AccessDifference[] {
  const groups = groupBy(access, ({ actions: _actions, example: _example, ...same }) => JSON.stringify(same));
  return groups.flatMap((group) => {
    const [first] = group;
    const actions = new Set(group.flatMap((each) => each.actions));
    return first ? [{ ...first, actions: [...actions].sort() }] : [];
  });
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

/** Loads and checks an argument's bundle: a folder, a bundle's file or a store. @throws UsageError if it is bad */
async function loadBundle(argument: string, environment?: string): Promise<Bundle> {
  const isStore = /^(?:s3|ssm|appconfig|file):/.test(argument);
  if (!isStore && (await isFolder(argument))) {
    const loaded = await loadConfiguration(argument, { environment });
    if (loaded.ok) return loaded.bundle;
    throw new UsageError(`\`${argument}\` has errors:\n${formatErrors(loaded.issues)}`);
  }
  const location = isStore ? argument : `file:${resolve(argument)}`;
  try {
    const { content } = await readStore(location);
    openContent(content, [], { place: "candidate" });
    return readBundle(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = error instanceof CodedError ? reason : `\`${argument}\` can't be read: ${reason}`;
    throw new UsageError(text, { cause: error });
  }
}
