/** A bundle that commands compare with another: of a folder, a file, a store, or a git revision of the other's folder. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type BundleContent, openRead, readBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { CodedError, formatErrors } from "../../../shared/errors.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { isFolder } from "../open-configuration.ts";
import { isStandardInput, readInput } from "../read-input.ts";
import { withRevision } from "./revision.ts";
import { readStore } from "./stores/store.ts";

/** What such an argument names, for help. */
export const comparable =
  "configuration folder, bundle file, store (s3://…, ssm:/…, appconfig:…), or git revision of the other's folder";

type Source = "folder" | "store" | "file" | "revision";

/** Says what an argument names. What is there goes before a revision of the same name. */
export async function sourceOf(argument: string): Promise<Source> {
  if (isStandardInput(argument)) return "file";
  if (/^(?:s3|ssm|appconfig|file):/.test(argument)) return "store";
  if (await isFolder(argument)) return "folder";
  return existsSync(argument) ? "file" : "revision";
}

interface Surroundings {
  readonly environment: string | undefined;
  /** Of which folder a revision's version is read. */
  readonly folder: string;
  readonly io: CommandIo;
}

/** Loads and checks an argument's bundle; `undefined` if a revision has no such folder. @throws UsageError if it is bad */
export async function loadCompared(
  argument: string,
  { environment, folder, io }: Surroundings,
): Promise<Bundle | undefined> {
  const source = await sourceOf(argument);
  if (source === "folder") return loadFolder(argument, environment, argument);
  if (source === "revision")
    return withRevision({ name: argument, folder }, (path, shown) => loadFolder(path, environment, shown));
  try {
    const bundle = readBundle(await readContent(argument, source, io));
    openRead(bundle, { place: "candidate" });
    return bundle;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) throw error;
    const named = `\`${argument}\`${error instanceof CodedError ? ": " : " can't be read: "}${reason}`;
    throw new UsageError(reason.includes(argument) ? reason : named, { cause: error });
  }
}

async function readContent(argument: string, source: Source, io: CommandIo): Promise<BundleContent> {
  if (isStandardInput(argument)) return { kind: "text", bytes: await readInput(argument, io) };
  return (await readStore(source === "store" ? argument : `file:${resolve(argument)}`)).content;
}

export function noFolder(revision: string, folder: string): string {
  return `the revision \`${revision}\` has no folder \`${folder}\`; if it has another one, write \`${revision}:FOLDER\``;
}

/** @param shown how messages name the folder */
async function loadFolder(path: string, environment: string | undefined, shown: string): Promise<Bundle> {
  const loaded = await loadConfiguration(path, { environment, warnings: "ifRefused" });
  if (loaded.ok) return loaded.bundle;
  const issues = formatErrors(loaded.issues).replaceAll(displayPath(path), () => shown);
  throw new UsageError(`\`${shown}\` has errors:\n${issues}`);
}
