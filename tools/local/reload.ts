/**
 * Keeps the bundle file in step with the configuration folder: a good change replaces it, a bad one is told
 * and changes nothing.
 */
import { loadConfiguration } from "../../shared/config/load-configuration.ts";
import type { Bundle, Configuration } from "../../shared/config/types.ts";
import { formatErrors, formatIssue } from "../../shared/errors.ts";
import type { BundleFile } from "./bundle-file.ts";
import { type LocalIssuer, trustLocalIssuer } from "./local-bundle.ts";
import { type FolderWatcher, watchFolder } from "./watch-folder.ts";

export interface ReloadOptions {
  readonly configFolder: string;
  /** The folder's fingerprint from before the configuration was read. */
  readonly seen: string;
  /** The configuration that the gateway was started with. */
  readonly started: Configuration;
  readonly issuer: LocalIssuer;
  readonly file: BundleFile;
  /** Called when another bundle is in place. */
  readonly onReload: () => void;
  readonly tell: (text: string) => void;
}

/** Watches the folder until the watcher is closed. */
export function reloadOnChange(options: ReloadOptions): FolderWatcher {
  return watchFolder(options.configFolder, options.seen, () => reload(options));
}

async function reload({ configFolder, started, issuer, file, onReload, tell }: ReloadOptions): Promise<void> {
  const loaded = await loadConfiguration(configFolder);
  if (!loaded.ok) {
    tell(`${formatErrors(loaded.issues)}\nnot reloaded: the last good configuration stays`);
    return;
  }
  for (const warning of loaded.warnings) tell(formatIssue(warning));
  const bundle: Bundle = trustLocalIssuer(loaded.bundle, issuer);
  await file.replace(bundle);
  onReload();
  tell(`reloaded ${bundle.version}`);
  if (needsRestart(started, bundle.config)) {
    tell(
      "restart to use the changed `instances`, `tokenHeader` and `cors`: this gateway was started with the former ones",
    );
  }
}

/** The embedded Connect has the instances, API Gateway the identity source and the headers for browsers, of the start. */
function needsRestart(started: Configuration, now: Configuration): boolean {
  const arns = ({ instances }: Configuration) => instances.map(({ arn }) => arn).join();
  const cors = (config: Configuration) => JSON.stringify(config.cors);
  return (
    started.tokenHeader !== now.tokenHeader || arns(started) !== arns(now) || cors(started) !== cors(now)
  );
}
