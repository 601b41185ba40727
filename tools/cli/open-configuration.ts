/** A configuration folder as commands use it. */
import { stat } from "node:fs/promises";
import { type OpenedBundle, openBundle } from "../../shared/bundle/bundle.ts";
import type { Bundle } from "../../shared/bundle/types.ts";
import { DocumentError, formatIssue } from "../../shared/errors.ts";
import { loadConfiguration } from "../authoring/configuration/load-configuration.ts";
import type { CommandIo } from "./command-io.ts";

interface OpenOptions {
  /** Where warnings are printed; without it they are not. */
  readonly warnTo?: CommandIo["stderr"];
  readonly isEnforcing?: boolean;
}

/** Loads a configuration; `open` makes it ready to decide. @throws DocumentError with all its issues */
export async function openConfiguration(
  folder: string,
  { warnTo, isEnforcing = false }: OpenOptions = {},
): Promise<{ readonly bundle: Bundle; open(): OpenedBundle }> {
  const loaded = await loadConfiguration(folder, isEnforcing ? { place: "live" } : {});
  if (!loaded.ok) throw new DocumentError(loaded.issues);
  for (const warning of loaded.warnings) warnTo?.write(`${formatIssue(warning)}\n`);
  const { bundle } = loaded;
  return { bundle, open: () => openBundle(bundle, [], { place: "candidate" }) };
}

/** Whether a command's argument is a folder: a configuration. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
