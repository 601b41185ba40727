/**
 * A configuration folder as the commands that answer questions about it use it.
 */
import { type OpenedBundle, openBundle } from "../../shared/bundle/bundle.ts";
import type { Bundle } from "../../shared/bundle/types.ts";
import { formatIssue } from "../../shared/errors.ts";
import { loadConfiguration } from "../authoring/configuration/load-configuration.ts";
import type { CommandIo } from "./command-io.ts";

/** The bundle as data, and ready to decide. */
export interface UsableConfiguration {
  readonly bundle: Bundle;
  readonly opened: OpenedBundle;
}

/** Loads a configuration; of one that is refused it prints the issues on stderr and gives `undefined`. */
export async function openConfiguration(
  folder: string,
  io: CommandIo,
): Promise<UsableConfiguration | undefined> {
  const loaded = await loadConfiguration(folder);
  if (loaded.ok)
    return { bundle: loaded.bundle, opened: openBundle(loaded.bundle, [], { place: "candidate" }) };
  io.stderr.write(loaded.issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
  return undefined;
}
