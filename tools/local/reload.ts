/**
 * Keeps the bundle file in step with the configuration folder: a good change replaces it, a bad one is told
 * and changes nothing.
 */

import type { Configuration } from "../../shared/bundle/types.ts";
import { formatErrors, formatIssue } from "../../shared/errors.ts";
import {
  asLive,
  type LoadedConfiguration,
  loadConfiguration,
} from "../authoring/configuration/load-configuration.ts";
import type { BundleFile } from "./bundle-file.ts";
import { type FolderWatcher, watchFolder } from "./watch-folder.ts";

export interface ReloadOptions {
  readonly configFolder: string;
  /** Of the candidate, `what` is not what the gateway decides by. */
  readonly what: "configuration" | "candidate";
  /** The folder's fingerprint from before the configuration was read. */
  readonly seen: string;
  /** The configuration that the gateway was started with. */
  readonly started: Configuration;
  readonly file: BundleFile;
  /** Called when another bundle is in place. */
  readonly onReload: (now: Configuration) => void;
  readonly tell: (text: string) => void;
}

/** Watches the folder until the watcher is closed. */
export function reloadOnChange(options: ReloadOptions): FolderWatcher {
  return watchFolder(options.configFolder, options.seen, () => reload(options));
}

async function reload(options: ReloadOptions): Promise<void> {
  const { what, started, file, onReload, tell } = options;
  const loaded = await loadFolder(options);
  if (!loaded.ok) {
    tell(`${formatErrors(loaded.issues)}\nnot reloaded: the last good ${what} stays`);
    return;
  }
  for (const warning of loaded.warnings) tell(formatIssue(warning));
  const { bundle } = loaded;
  await file.replace(bundle);
  onReload(bundle.config);
  tell(`reloaded ${what === "candidate" ? "the candidate " : ""}${bundle.version}`);
  if (what === "configuration" && needsRestart(started, bundle.config)) {
    tell(
      "restart to use the changed `instances`, `tokenHeader` and `cors`: this gateway was started with the former ones",
    );
  }
}

/** Loads a folder for its place: shadow mode is no news of a candidate, and an error of what decides. */
export async function loadFolder({
  configFolder,
  what,
}: Pick<ReloadOptions, "configFolder" | "what">): Promise<LoadedConfiguration> {
  const loaded = await loadConfiguration(configFolder, { isTrial: true });
  if (what === "configuration") return asLive(loaded);
  return loaded.ok
    ? { ...loaded, warnings: loaded.warnings.filter(({ code }) => code !== "shadowMode") }
    : loaded;
}

/** The embedded Connect has the instances, API Gateway the identity source and the headers for browsers, of the start. */
function needsRestart(started: Configuration, now: Configuration): boolean {
  const arns = ({ instances }: Configuration) => instances.map(({ arn }) => arn).join();
  const cors = (config: Configuration) => JSON.stringify(config.cors);
  return (
    started.tokenHeader !== now.tokenHeader || arns(started) !== arns(now) || cors(started) !== cors(now)
  );
}
