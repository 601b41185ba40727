/** A configuration as commands use it: a folder, or the file of a bundle. */

import { stat } from "node:fs/promises";
import { type OpenedBundle, openRead, readBundle } from "../../shared/bundle/bundle.ts";
import type { Bundle } from "../../shared/bundle/types.ts";
import { DocumentError, formatIssue } from "../../shared/errors.ts";
import {
  type LoadedConfiguration,
  loadConfiguration,
} from "../authoring/configuration/load-configuration.ts";
import type { ReadOptions } from "../authoring/configuration/read/configuration.ts";
import type { WrittenPolicies } from "../authoring/configuration/read/policies.ts";
import { foldIssues } from "../authoring/document/fold-issues.ts";
import type { InstanceNames } from "../authoring/policy/instance-names.ts";
import { withProgram } from "./called-as.ts";
import { type CommandIo, UsageError } from "./command-io.ts";
import { isStandardInput, readInput } from "./read-input.ts";

interface OpenOptions {
  /** What `--env` names. */
  readonly environment?: string | undefined;
  /** Where warnings are printed; without it they are not. */
  readonly warnTo?: CommandIo["stderr"];
  readonly isEnforcing?: boolean;
  /** From which a bundle is read that \`-\` names. */
  readonly stdin?: CommandIo["stdin"];
}

export interface OpenedConfiguration {
  readonly bundle: Bundle;
  /** Texts of policies that name instances, as they are written. */
  readonly written: WrittenPolicies;
  /** Instances by the names that policies and tests write. */
  readonly names: InstanceNames;
  open(): OpenedBundle;
}

/**
 * Loads a configuration; `open` makes it ready to decide.
 * @throws DocumentError with all issues of a folder
 * @throws UsageError for a file that is not a bundle
 */
export async function openConfiguration(
  path: string,
  { warnTo, isEnforcing = false, ...given }: OpenOptions = {},
): Promise<OpenedConfiguration> {
  const warnings = warnTo ? "always" : "ifRefused";
  const loaded = await loadPath(path, { ...given, warnings, ...(isEnforcing ? { place: "live" } : {}) });
  if (!loaded.ok) throw new DocumentError(loaded.issues);
  for (const warning of foldIssues(loaded.warnings, "; `validate --all` lists them"))
    warnTo?.write(`${withProgram(formatIssue(warning))}\n`);
  const { bundle, opened, written, names } = loaded;
  return { bundle, written, names, open: () => opened };
}

/**
 * As {@link loadConfiguration}, also for the file of a bundle, without warnings. Its signature is not checked, since you
 * can name any folder as well.
 * @throws UsageError for a file that is not a bundle, and for an environment of one
 */
export async function loadPath(
  path: string,
  { stdin, ...options }: ReadOptions & Pick<OpenOptions, "stdin"> = {},
): Promise<LoadedConfiguration> {
  const isStream = stdin !== undefined && isStandardInput(path);
  if (!isStream && !(await isContent(path))) return loadConfiguration(path, options);
  if (options.environment !== undefined)
    throw new UsageError(
      `\`${path}\` is a file: a bundle is made for one environment. Leave out \`--env ${options.environment}\`, or name the folder`,
    );
  try {
    const bytes = await readInput(path, { stdin: stdin ?? process.stdin });
    const bundle = readBundle({ kind: "text", bytes });
    const opened = openRead(bundle, { place: options.place ?? "candidate" });
    return { ok: true, bundle, opened, ...nothingWritten };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const text = `\`${path}\` is neither a folder nor a bundle that can be used: ${reason}`;
    throw new UsageError(text, { cause });
  }
}

/** What a bundle does not hold of the folder that it was made of. */
const nothingWritten = { warnings: [], ignored: [], unusedIgnores: [], written: new Map(), names: new Map() };

/** Whether it can be the content of a bundle: a file, or a pipe, like that of `--config <(program)`. */
async function isContent(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}

/** Whether a command's argument is a folder: a configuration. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
