/** The access snapshot `access.md` beside a configuration: compared, or written. */
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "../../../shared/bundle/types.ts";
import { formatAccess, parseAccess } from "../../authoring/access/access-page.ts";
import { Access } from "../../authoring/access/access-table.ts";
import { type AccessChange, type ChangedCell, compareAccess } from "../../authoring/access/compare-page.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { nameStatement, type Tested } from "../../authoring/tests/results/tested.ts";
import { writeWhole } from "../../authoring/write-whole.ts";
import { attemptAt, UsageError } from "../command-io.ts";

export const snapshotName = "access.md";

/** `skipped`: only some of the tests were asked for. */
export type SnapshotResult =
  | { readonly state: "unchanged" | "written" | "absent" | "skipped" }
  | { readonly state: "changed"; readonly change: AccessChange; readonly access: Access };

export function snapshotPath(folder: string): string {
  return join(folder, snapshotName);
}

/** Returns the page of a configuration, as `test --update` writes it. */
export function renderAccess(bundle: Bundle): string {
  return formatAccess(new Access(bundle).table);
}

/** @throws DocumentError for a page that cannot be read as one, and UsageError for a file that cannot be read */
export async function compareSnapshot({ folder, bundle, opened, cells }: Tested): Promise<SnapshotResult> {
  const path = snapshotPath(folder);
  const text = await attemptAt(`\`${displayPath(path)}\``, () => readIfThere(path));
  if (text === undefined) return { state: "absent" };
  const page = parseAccess(text, displayPath(path));
  const access = new Access(bundle, opened, cells);
  const change = compareAccess(page, access.table);
  return change ? { state: "changed", change, access } : { state: "unchanged" };
}

/** Writes the page, unless the file has it already. @throws UsageError if it cannot be written */
export async function updateSnapshot({ folder, bundle, opened, cells }: Tested): Promise<SnapshotResult> {
  const path = snapshotPath(folder);
  const text = formatAccess(new Access(bundle, opened, cells).table);
  return attemptAt(`\`${displayPath(path)}\``, async () => {
    // Somebody else's branch must not choose which of your files is written.
    if (await isLink(path))
      throw new UsageError(`\`${displayPath(path)}\` is a link; remove it, and run this again`);
    if ((await readIfThere(path))?.replaceAll("\r\n", "\n") === text) return { state: "unchanged" };
    await writeWhole(path, text);
    return { state: "written" };
  });
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** How many changed cells a person is shown. */
const maxCells = 20;
/** How many statements are named for a cell. */
const maxStatements = 3;

export function describeChange(
  { newRoles, goneRoles, cells }: AccessChange,
  access: Access,
  folder: string,
): readonly string[] {
  const path = displayPath(snapshotPath(folder));
  const shown = cells.slice(0, maxCells);
  return [
    `✗ ${path}:1:1 access is not as the snapshot says`,
    ...newRoles.map((role) => `    new: ${role}`),
    ...goneRoles.map((role) => `    gone: ${role}`),
    ...shown.flatMap((cell) => [
      `    ${path}:${cell.line ?? 1}:1 ${cell.operation}, ${cell.role}: ${cell.from} → ${cell.to}`,
      ...statementsBehind(cell, access).map((statement) => `        ${nameStatement(statement, folder)}`),
    ]),
    ...(cells.length > maxCells ? [`    and ${cells.length - maxCells} more cells; --json lists all`] : []),
    "    if this is what you mean: run it again with --update, and review the change of the file",
  ];
}

/** Of a cell with less access the Denies, if there are any; of one with more the Allows. */
function statementsBehind({ operation, role, from, to }: ChangedCell, access: Access) {
  const isLess = to === "never" || from === "always";
  const effect = isLess ? "Deny" : "Allow";
  return access
    .statementsOf(operation, role)
    .filter((statement) => statement.effect === effect)
    .slice(0, maxStatements);
}
