/**
 * Makes the texts of the generated files from the installed packages.
 */
import { deriveCatalog, type Undecided } from "./derive-catalog.ts";
import { formatCatalog } from "./format-catalog.ts";
import { formatPage } from "./format-page.ts";
import { formatSchemas, formatVersion } from "./format-schemas.ts";
import { type IamReference, readIamReference } from "./iam-reference.ts";
import { readSdkOperations, type SdkOperation } from "./sdk-operations.ts";
import { staleTables } from "./stale-tables.ts";
import { readFilterKeys, undecidedFilterKeys } from "./tables/filter-keys.ts";

/** A file to be written. */
export interface GeneratedFile {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** What the generator makes, or what it waits for somebody to decide. */
export interface Generation {
  readonly files: readonly GeneratedFile[];
  /** With any of these the files must not be written. */
  readonly undecided: readonly Undecided[];
}

/** Generates the catalogue and its page from the installed packages. */
export async function generate(): Promise<Generation> {
  return generateFrom(readSdkOperations(), await readIamReference(), readFilterKeys());
}

/** Generates the catalogue and its page; the same operations, reference and filter keys give the same texts. */
export function generateFrom(
  operations: readonly SdkOperation[],
  reference: IamReference,
  filterKeys: readonly string[] | undefined,
): Generation {
  const catalog = deriveCatalog(operations, reference);
  return {
    files: [
      { path: "shared/catalog/generated/catalog.generated.json", text: formatCatalog(catalog) },
      { path: "docs/catalog.md", text: formatPage(catalog, reference) },
      { path: "shared/catalog/generated/operation-schemas.generated.ts", text: formatSchemas(catalog) },
      { path: "shared/catalog/generated/sdk-version.generated.ts", text: formatVersion() },
    ],
    undecided: [
      ...catalog.undecided,
      ...undecidedFilterKeys(filterKeys),
      ...staleTables(catalog.rows, reference),
    ],
  };
}

/** Tells people all that there is to do, each under the file to write it in; an empty text when there is nothing. */
export function formatToDo(undecided: readonly Undecided[]): string {
  const files = [...new Set(undecided.map(({ file }) => file))];
  const lines = files.flatMap((file) => [
    `in ${file}:`,
    ...undecided.filter((each) => each.file === file).map(({ what }) => `  ${what}`),
  ]);
  return lines.join("\n");
}
