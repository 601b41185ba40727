/** `catalog`: which operations exist, and what one of them needs. */
import { lowerAscii } from "../../../shared/ascii.ts";
import { findOperation, operations } from "../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../shared/catalog/types.ts";
import { DocumentError } from "../../../shared/errors.ts";
import { knownActions } from "../../authoring/configuration/known-actions.ts";
import { nearestName } from "../../authoring/nearest-name.ts";
import {
  type CatalogEntry,
  type CatalogSettings,
  describeOperation,
} from "../../catalog/entry/catalog-entry.ts";
import { anyPlace } from "../../catalog/entry/catalog-resource.ts";
import {
  configurationArgument,
  defineCommand,
  type Given,
  optionalConfiguration,
  type ParameterTable,
} from "../command.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { isFolder, loadPath } from "../open-configuration.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { formatEntry, formatEntryLine } from "./catalog-format.ts";

const defaultFolder = "config";

const options = {
  ...optionalConfiguration("whose instance is used in the ARNs", ", else `config` if there is one"),
  "--instance <id>": "id or ARN of the configured instance to use in the ARNs; default: the first",
  "--json": "print JSON",
} as const satisfies ParameterTable;

export const command = defineCommand({
  name: "catalog",
  text: "list every operation, or print what one needs: actions, resources, condition keys, a policy that grants it",
  arguments: {
    "[operation]": { text: "its name, in any case, with or without `connect:`", completes: "operation" },
    ...configurationArgument,
  },
  options,
  example: "catalog CreateUser",
  async run({ operation: name, json, ...given }, io) {
    const rows = name === undefined ? operations() : [findByAnyName(name)];
    const settings = await readSettings(given, io);
    const entries = rows.map((row) => describeOperation(row, settings));
    const [first] = entries;
    if (name !== undefined && first) print(first, formatEntry, { json, io });
    else print(entries, formatList, { json, io });
    return 0;
  },
});

function print<Value>(
  value: Value,
  format: (value: Value) => string,
  { json, io }: { readonly json: boolean | undefined; readonly io: CommandIo },
): void {
  io.stdout.write(json ? `${formatJson(value)}\n` : format(value));
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
    throw new UsageError(`\`${action}\` is an action that no operation needs; a policy may name it`);
  const nearest = nearestName(bare, names);
  const hint = nearest ? `did you mean \`${nearest}\`` : "`connect-authorizer catalog` lists them";
  throw new UsageError(`there is no operation \`${name}\`; ${hint}`);
}

/**
 * Reads the configuration for its instance. If none is named and `config` cannot be used, there are
 * placeholders: you can look something up before your configuration is right.
 * @throws UsageError for an instance that is not configured
 * @throws DocumentError for a configuration that was named
 */
async function readSettings(
  { config: folder, env, instance }: Given<typeof options>,
  io: CommandIo,
): Promise<CatalogSettings> {
  const unset: CatalogSettings = { place: anyPlace, dependentActions: "required" };
  const isAsked = folder !== undefined || env !== undefined || instance !== undefined;
  if (!isAsked && !(await isFolder(defaultFolder))) return unset;
  const loaded = await loadPath(folder ?? defaultFolder, { environment: env, stdin: io.stdin });
  if (loaded.ok) {
    const { instances, dependentActions = "required" } = loaded.bundle.config;
    const place = instances.find(({ id, arn }) => [undefined, id, arn].includes(instance));
    if (place) return { place, dependentActions };
    const known = instances.map(({ arn }) => `\`${arn}\``).join(", ");
    throw new UsageError(`there is no instance \`${instance}\` in the configuration; there are ${known}`);
  }
  if (!isAsked) {
    io.stderr.write(
      `the configuration in \`${defaultFolder}\` can't be used: the ARNs have placeholders instead of your instance\n`,
    );
    return unset;
  }
  throw new DocumentError(loaded.issues);
}
