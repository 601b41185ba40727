/** `diff`: what changes in access between bundles, for people and for pipelines that must not widen access. */
import { resolve } from "node:path";
import { openContent, readBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { CodedError, formatErrors } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { compareAccess } from "../../authoring/diff/compare-access.ts";
import { compareSettings } from "../../authoring/diff/compare-configuration.ts";
import { defineCommand, environmentOption, type Given, type ParameterTable } from "../command.ts";
import { UsageError } from "../command-io.ts";
import { chosenForm, formOptions } from "../formats/form.ts";
import { isFolder } from "../open-configuration.ts";
import {
  annotateDifference,
  type BundleDifference,
  commentDifference,
  formatDifference,
} from "./format-difference.ts";
import { readStore } from "./store.ts";

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
    ...formOptions("text", "json", "github", "markdown"),
    ...differenceOptions,
  },
  example: "diff dist/bundle.json config",
  finding: "anyone may gain access",
  async run({ older, newer, env, format, json, ...given }, io) {
    if (env !== undefined && !(await isFolder(older)) && !(await isFolder(newer)))
      throw new UsageError("`--env` chooses an environment of a folder, and neither of the two is one");
    const bundles = [await loadBundle(older, env), await loadBundle(newer, env)] as const;
    const difference = compareBundles(...bundles, given);
    io.stdout.write(formats[chosenForm(format, json)](difference));
    return difference.gainsAccess ? 1 : 0;
  },
});

const formats = {
  text: formatDifference,
  json: (difference: BundleDifference) => `${JSON.stringify(difference)}\n`,
  github: annotateDifference,
  markdown: commentDifference,
} as const;

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
