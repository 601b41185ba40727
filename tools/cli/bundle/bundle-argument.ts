/**
 * A bundle as a command's argument: a configuration folder, a bundle's file, or a store.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { openContent, readBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { CodedError, formatErrors } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { UsageError } from "../command-io.ts";
import { readStore } from "./store.ts";

/**
 * Loads the bundle that an argument names, checked whole.
 *
 * @throws UsageError when there is none, or a bad one
 */
export async function loadBundle(argument: string): Promise<Bundle> {
  const isStore = /^(?:s3|ssm|appconfig|file):/.test(argument);
  if (!isStore && (await isFolder(argument))) {
    const loaded = await loadConfiguration(argument);
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

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
