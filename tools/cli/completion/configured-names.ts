/**
 * `__complete SHELL KIND WORD…`, by which the scripts of `completion` ask while someone types: the names of one kind in
 * the configuration that the words name. It prints names alone, and never an error: what is wrong, the command will say.
 *
 * It loads little and checks nothing, because a person waits for it.
 */
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { withoutControls } from "../../../shared/without-controls.ts";
import { findEnvironments } from "../../authoring/configuration/read/environments.ts";
import { findPolicyFolders } from "../../authoring/configuration/read/policy-folders.ts";
import { readSourceFile } from "../../authoring/configuration/read/source-file.ts";
import type { NameKind } from "../command.ts";
import type { CommandIo } from "../command-io.ts";
import { quoteForBash, unquoteFromBash } from "./bash-words.ts";

/** YAML takes seconds for more; nobody waits for them. JSON has no such limit. */
const maxYamlCharacters = 500_000;

/** Prints each name on a line of its own; for bash, as it can stand on the command line. */
export async function completeNames(argv: readonly string[], { stdout }: CommandIo): Promise<0> {
  const [shell = "", kind = "", ...written] = argv;
  const isBash = shell === "bash";
  const words = isBash ? written.map(unquoteFromBash) : written;
  const find = finders.get(kind);
  const found = find ? await find(await configurationOf(words)).catch(() => []) : [];
  // A terminal would obey control characters, and a shell would take a line break for the end of a name.
  const names = [...new Set(found)].filter((name) => name !== "" && withoutControls(name) === name).sort();
  const last = written.at(-1) ?? "";
  const lines = isBash ? names.flatMap((name) => quoteForBash(name, last) ?? []) : names;
  stdout.write(lines.map((line) => `${line}\n`).join(""));
  return 0;
}

type Find = (config: string) => Promise<readonly string[]>;

const finders: ReadonlyMap<string, Find> = new Map(
  Object.entries({
    group: async (config) =>
      textsIn(await readDocument(config), "bindings", (each) => memberOf(memberOf(each, "match"), "groups")),
    issuer: async (config) =>
      textsIn(await readDocument(config), "issuers", (each) => [memberOf(each, "issuer")]),
    environment: async (config) => (await findEnvironments(config)).names,
    policy: async (config) =>
      (await isFolder(config))
        ? policiesIn(config)
        : textsIn(await readBundle(config), "policies", (each) => [memberOf(each, "name")]),
  } satisfies Record<NameKind, Find>),
);

/** The configuration that a command line names, as the commands find it; a positional one is recognized by its content. */
async function configurationOf(words: readonly string[]): Promise<string> {
  const given = words.slice(0, -1).map((word) => word.replace(/^~(?=[/\\])/, homedir()));
  const flag = given.lastIndexOf("--config");
  const written = given[flag + 1];
  if (flag !== -1 && written !== undefined) return written;
  const joined = given.findLast((word) => word.startsWith("--config="));
  if (joined !== undefined) return joined.slice("--config=".length);
  for (const word of given.slice(1))
    if (word !== "" && (await isFile(join(word, "authorizer.yaml")))) return word;
  return process.env["AUTHORIZER_CONFIG"] || "config";
}

const look = (path: string) => stat(path).catch(() => undefined);
const isFile = async (path: string) => (await look(path))?.isFile() === true;
const isFolder = async (path: string) => (await look(path))?.isDirectory() === true;

async function policiesIn(config: string): Promise<readonly string[]> {
  const folders = await findPolicyFolders(join(config, "policies"));
  return folders.flatMap(({ prefix, entries }) =>
    entries
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith(".json"))
      .map(({ name }) => prefix + name.slice(0, -".json".length)),
  );
}

/** The content of `authorizer.yaml`, or the configuration that a bundle holds. */
async function readDocument(config: string): Promise<unknown> {
  if (!(await isFolder(config))) return memberOf(await readBundle(config), "config");
  const read = await readSourceFile(join(config, "authorizer.yaml"));
  if (!read.ok) return undefined;
  try {
    return JSON.parse(read.text);
  } catch {
    if (read.text.length > maxYamlCharacters) return undefined;
    return parse(read.text, { logLevel: "silent", maxAliasCount: 0, uniqueKeys: false });
  }
}

async function readBundle(file: string): Promise<unknown> {
  const read = await readSourceFile(file);
  return read.ok ? JSON.parse(read.text) : undefined;
}

/** The texts that the entries of a list hold; nothing where the document has another shape. */
function textsIn(document: unknown, list: string, textsOf: (entry: unknown) => unknown): readonly string[] {
  const entries = memberOf(document, list);
  const texts = Array.isArray(entries) ? entries.map(textsOf).filter(Array.isArray).flat() : [];
  return texts.filter((text): text is string => typeof text === "string");
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(member) : undefined;
}
