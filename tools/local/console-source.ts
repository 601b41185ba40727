/** What the console knows of this gateway: the configuration that decides, and others to compare it with, as their authors wrote them. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { formatErrors } from "../../shared/errors.ts";
import { findEnvironments } from "../authoring/configuration/read/environments.ts";
import { displayPath, readSourceFile } from "../authoring/configuration/read/source-file.ts";
import type { ConfigurationAnswer, GivenConfiguration, Other, SourceFile } from "../console/api.ts";
import { ConfigurationFiles } from "../console/server/configuration-files.ts";
import type { ConsoleSource } from "../console/server/console.ts";
import type { LoadConfiguration, Usable } from "./reload.ts";

/** Does work with a folder as a git revision has it. @param work gets its path, and how messages name it */
export type WithFolderOf = <Result>(
  revision: string,
  work: (path: string, shown: string) => Promise<Result>,
) => Promise<Result | undefined>;

interface Settings {
  readonly configFolder: string;
  readonly configEnvironment?: string;
  readonly shadowFolder?: string;
  readonly load: LoadConfiguration;
  readonly withFolderOf?: WithFolderOf;
}

/** @param current finds what decides now */
export function createConsoleSource(
  settings: Settings,
  current: () => Usable,
): Omit<ConsoleSource, "firstCalls"> {
  const { configFolder, configEnvironment, shadowFolder, withFolderOf } = settings;
  const shown = nameOf(displayPath(configFolder), configEnvironment);
  let known: GivenConfiguration | undefined;
  return {
    files: new ConfigurationFiles(configFolder, configEnvironment),
    configuration: async () => {
      const usable = current();
      if (known?.bundle !== usable.bundle)
        known = await describe(usable, { path: configFolder, name: shown });
      return known;
    },
    others: async () => {
      const { names } = await findEnvironments(configFolder);
      // The file of a bundle has no revisions to read.
      const isFolder = (await stat(configFolder)).isDirectory();
      return {
        environments: names.filter((name) => name !== configEnvironment),
        hasCandidate: shadowFolder !== undefined,
        hasRevisions: isFolder && withFolderOf !== undefined,
      };
    },
    other: async (which) =>
      readOther(settings, which).catch((cause: unknown): ConfigurationAnswer => {
        const name = which.kind === "candidate" ? "the candidate" : which.name;
        return { ok: false, name, problem: cause instanceof Error ? cause.message : String(cause) };
      }),
  };
}

/** @throws Error for a revision that git does not know */
async function readOther(settings: Settings, which: Other): Promise<ConfigurationAnswer> {
  const { configFolder, configEnvironment, shadowFolder, withFolderOf } = settings;
  switch (which.kind) {
    case "environment": {
      const name = nameOf(displayPath(configFolder), which.name);
      return load(settings, { path: configFolder, name, environment: which.name });
    }
    case "candidate":
      if (shadowFolder === undefined) throw new Error("start the gateway with `--shadow-config DIR`");
      return load(settings, { path: shadowFolder, name: `the candidate ${displayPath(shadowFolder)}` });
    case "revision": {
      const answer = await withFolderOf?.(which.name, (path, shown) =>
        load(settings, { path, shown, name: nameOf(shown, configEnvironment) }),
      );
      if (answer === undefined) throw new Error("this revision has no such folder");
      return answer;
    }
  }
}

interface Place {
  readonly path: string;
  readonly name: string;
  /** How its files are named; default: by their path. */
  readonly shown?: string;
  readonly environment?: string;
}

async function load(settings: Settings, place: Place): Promise<ConfigurationAnswer> {
  const { path, name, shown, environment } = place;
  const asked = environment === undefined ? {} : { environment };
  const loaded = await settings.load(path, { isTrial: true, place: "candidate", ...asked });
  if (loaded.ok) return describe(loaded, place);
  const problem = formatErrors(loaded.issues);
  return {
    ok: false,
    name,
    problem: shown === undefined ? problem : problem.replaceAll(displayPath(path), shown),
  };
}

/** Reads the files of policies. Those of the file of a bundle are not known. */
async function describe(
  { bundle, warnings }: Usable,
  { path, name, shown }: Place,
): Promise<GivenConfiguration> {
  const read = await Promise.all(
    bundle.policies.map(async ({ file }): Promise<SourceFile | undefined> => {
      const found = await readSourceFile(join(path, file));
      return found.ok ? { path: file, text: found.text } : undefined;
    }),
  );
  const files = read.flatMap((file) => file ?? []);
  const prefix = files.length === 0 ? "" : `${shown ?? displayPath(path)}/`.replace(/^\.\//, "");
  return { ok: true, name, prefix, bundle, files, warnings };
}

function nameOf(folder: string, environment: string | undefined): string {
  return environment === undefined ? folder : `${folder}, environment ${environment}`;
}
