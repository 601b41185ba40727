/** What the console is told of this gateway: the configuration that decides, with its files as their authors wrote them. */
import { join } from "node:path";
import type { Bundle } from "../../shared/bundle/types.ts";
import type { Issue } from "../../shared/errors.ts";
import { displayPath, readSourceFile } from "../authoring/configuration/read/source-file.ts";
import type { GivenConfiguration, SourceFile } from "../console/api.ts";
import type { ConsoleSource } from "../console/server/console.ts";

/** A configuration that was loaded without errors. */
export interface Usable {
  readonly bundle: Bundle;
  readonly warnings: readonly Issue[];
}

interface Named {
  readonly configFolder: string;
  readonly configEnvironment?: string;
}

/** @param current finds what decides now */
export function createConsoleSource(named: Named, current: () => Usable): ConsoleSource {
  let known: GivenConfiguration | undefined;
  return {
    configuration: async () => {
      const usable = current();
      if (known?.bundle !== usable.bundle) known = await describeConfiguration(named, usable);
      return known;
    },
  };
}

/** Reads the files of policies. Those of the file of a bundle are not known. */
async function describeConfiguration(
  { configFolder, configEnvironment }: Named,
  { bundle, warnings }: Usable,
): Promise<GivenConfiguration> {
  const read = await Promise.all(
    bundle.policies.map(async ({ file: path }): Promise<SourceFile | undefined> => {
      const file = await readSourceFile(join(configFolder, path));
      return file.ok ? { path, text: file.text } : undefined;
    }),
  );
  const files = read.flatMap((file) => file ?? []);
  const shown = displayPath(configFolder);
  const prefix = files.length === 0 ? "" : `${shown}/`.replace(/^\.\//, "");
  const name = configEnvironment === undefined ? shown : `${shown}, environment ${configEnvironment}`;
  return { ok: true, name, prefix, bundle, files, warnings };
}
