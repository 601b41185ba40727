/** Keeps the bundle file up to date with its folder: a good change replaces it, errors are only printed. */

import type { Configuration } from "../../shared/bundle/types.ts";
import { formatErrors, formatIssue } from "../../shared/errors.ts";
import type { LoadedConfiguration } from "../authoring/configuration/load-configuration.ts";
import type { ReadOptions } from "../authoring/configuration/read/configuration.ts";
import { foldIssues } from "../authoring/document/fold-issues.ts";
import type { BundleFile } from "./bundle-file.ts";
import { type FolderWatcher, watchFolder } from "./watch-folder.ts";

/** Loads a folder, or what else names a configuration; throws for what is neither. */
export type LoadConfiguration = (path: string, options: ReadOptions) => Promise<LoadedConfiguration>;

/** A configuration that was loaded without errors. */
export type Usable = Pick<Extract<LoadedConfiguration, { readonly ok: true }>, "bundle" | "warnings">;

interface ReloadOptions {
  readonly configFolder: string;
  readonly load: LoadConfiguration;
  /** The configuration decides; a candidate is only compared. */
  readonly what: "configuration" | "candidate";
  /** The folder's fingerprint before the configuration was read. */
  readonly seen: string;
  /** The gateway's configuration at its start. */
  readonly started: Configuration;
  readonly file: BundleFile;
  /** Called when another bundle is in place. */
  readonly onReload: (now: Usable) => void;
  /** Called when a change cannot be used. */
  readonly onRefused?: (problem: string) => void;
  readonly print: (text: string) => void;
}

/** Watches the folder until the watcher is closed. */
export function reloadOnChange(options: ReloadOptions): FolderWatcher {
  return watchFolder(options.configFolder, options.seen, () => reload(options));
}

async function reload(options: ReloadOptions): Promise<void> {
  const { what, started, file, onReload, onRefused, print } = options;
  const loaded = await loadFolder(options).catch((cause: unknown) =>
    cause instanceof Error ? cause.message : String(cause),
  );
  if (typeof loaded === "string" || !loaded.ok) {
    const problem = typeof loaded === "string" ? loaded : formatErrors(loaded.issues);
    print(`${problem}\nnot reloaded: the last good ${what} stays in use`);
    onRefused?.(problem);
    return;
  }
  for (const warning of foldIssues(loaded.warnings, "; `validate --all` lists them"))
    print(formatIssue(warning));
  const { bundle } = loaded;
  await file.replace(bundle);
  onReload(loaded);
  print(`reloaded ${what === "candidate" ? "the candidate " : ""}${bundle.version}`);
  if (what === "configuration" && needsRestart(started, bundle.config)) {
    print(
      "restart to use the changed `instances`, `tokenHeader` and `cors`: this gateway still uses the old ones",
    );
  }
}

/** Loads a folder. Shadow mode is normal for a candidate, and an error for the configuration. */
export async function loadFolder({
  configFolder,
  what,
  load,
}: Pick<ReloadOptions, "configFolder" | "what" | "load">): Promise<LoadedConfiguration> {
  return load(configFolder, {
    isTrial: true,
    place: what === "configuration" ? "live" : "candidate",
  });
}

/** These are read at the start only: instances by the embedded Connect, the others by the gateway. */
function needsRestart(started: Configuration, now: Configuration): boolean {
  const arns = ({ instances }: Configuration) => instances.map(({ arn }) => arn).join();
  const cors = (config: Configuration) => JSON.stringify(config.cors);
  return (
    started.tokenHeader !== now.tokenHeader || arns(started) !== arns(now) || cors(started) !== cors(now)
  );
}
