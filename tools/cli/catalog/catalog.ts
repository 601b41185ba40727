/**
 * `catalog`: which operations there are, and what one of them needs.
 */

import { stat } from "node:fs/promises";
import { lowerAscii } from "../../../shared/ascii.ts";
import { nearestName } from "../../../shared/bundle/nearest-name.ts";
import { findOperation, operations } from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { formatIssue } from "../../../shared/errors.ts";
import { knownActions } from "../../authoring/configuration/known-actions.ts";
import { loadConfiguration } from "../../authoring/configuration/load-configuration.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { type CatalogEntry, type CatalogSettings, describeOperation } from "./catalog-entry.ts";
import { formatEntry, formatEntryLine } from "./catalog-format.ts";
import { anyPlace } from "./catalog-resource.ts";

export interface CatalogOptions {
  /** Folder of the configuration; `config` is used if left out and there is one. */
  readonly config?: string;
  /** Id of the configured instance whose ARN is written; the first if left out. */
  readonly instance?: string;
  readonly json?: boolean;
}

const defaultFolder = "config";

/**
 * Lists all operations, a line each, or describes one.
 *
 * @param name of an operation, in any case, with or without `connect:` before it
 * @throws UsageError for an operation that does not exist; what was probably meant is in its message
 */
export async function runCatalog(
  name: string | undefined,
  options: CatalogOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const rows = name === undefined ? operations() : [findByAnyName(name)];
  const settings = await readSettings(options, io);
  if (!settings) return 2;
  const entries = rows.map((row) => describeOperation(row, settings));
  const [first] = entries;
  if (name !== undefined && first) print(first, formatEntry, { json: options.json, io });
  else print(entries, formatList, { json: options.json, io });
  return 0;
}

function print<Value>(
  value: Value,
  format: (value: Value) => string,
  { json, io }: { readonly json: boolean | undefined; readonly io: CommandIo },
): void {
  io.stdout.write(json ? `${JSON.stringify(value, undefined, 2)}\n` : format(value));
}

function formatList(entries: readonly CatalogEntry[]): string {
  const width = Math.max(...entries.map(({ operation }) => operation.length));
  return entries.map((entry) => `${formatEntryLine(entry, width)}\n`).join("");
}

function findByAnyName(name: string): OperationRow {
  const bare = name.replace(/^connect:/i, "");
  const names = operations().map((row) => row.name);
  const exact = names.find((each) => lowerAscii(each) === lowerAscii(bare));
  const row = exact === undefined ? undefined : findOperation(exact);
  if (row) return row;
  const action = knownActions().get(`connect:${lowerAscii(bare)}`);
  if (action !== undefined)
    throw new UsageError(`\`${action}\` is an action that no operation is asked as; a policy may name it`);
  const nearest = nearestName(bare, names);
  const hint = nearest ? `did you mean \`${nearest}\`` : "`connect-authorizer catalog` lists them";
  throw new UsageError(`there is no operation \`${name}\`; ${hint}`);
}

/**
 * Reads the configuration for its instance. Whoever names no folder gets placeholders where there is none that can be
 * used: looking something up must not wait for a configuration to be right.
 *
 * @throws UsageError for an instance that is not configured
 */
async function readSettings(
  { config: folder, instance }: CatalogOptions,
  io: CommandIo,
): Promise<CatalogSettings | undefined> {
  const unset: CatalogSettings = { place: anyPlace, dependentActions: "required" };
  if (folder === undefined && instance === undefined && !(await isFolder(defaultFolder))) return unset;
  const loaded = await loadConfiguration(folder ?? defaultFolder);
  if (loaded.ok) {
    const { instances, dependentActions = "required" } = loaded.bundle.config;
    const place = instances.find(({ id, arn }) => [undefined, id, arn].includes(instance));
    if (place) return { place, dependentActions };
    const known = instances.map(({ arn }) => `\`${arn}\``).join(", ");
    throw new UsageError(`there is no instance \`${instance}\` in the configuration; there are ${known}`);
  }
  if (folder === undefined && instance === undefined) {
    io.stderr.write(
      `the configuration in \`${defaultFolder}\` can't be used: placeholders stand for your instance\n`,
    );
    return unset;
  }
  io.stderr.write(loaded.issues.map((issue) => `${formatIssue(issue)}\n`).join(""));
  return undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
