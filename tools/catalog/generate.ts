/**
 * Makes the texts of the generated files from the installed packages.
 */
import { deriveCatalog } from "./derive-catalog.ts";
import { formatCatalog } from "./format-catalog.ts";
import { formatPage } from "./format-page.ts";
import { formatSchemas } from "./format-schemas.ts";
import { type IamReference, readIamReference } from "./iam-reference.ts";
import { readSdkOperations, type SdkOperation } from "./sdk-operations.ts";

/** A file to be written. */
export interface GeneratedFile {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** What the generator makes, or what it waits for somebody to decide. */
export interface Generation {
  readonly files: readonly GeneratedFile[];
  /** `Operation: what has to be decided`; with any of these the files must not be written. */
  readonly undecided: readonly string[];
}

/** Generates the catalogue and its page from the installed packages. */
export async function generate(): Promise<Generation> {
  return generateFrom(readSdkOperations(), await readIamReference());
}

/** Generates the catalogue and its page; the same operations and reference give the same texts. */
export function generateFrom(operations: readonly SdkOperation[], reference: IamReference): Generation {
  const catalog = deriveCatalog(operations, reference);
  return {
    files: [
      { path: "shared/catalog/catalog.generated.json", text: formatCatalog(catalog) },
      { path: "docs/catalog.md", text: formatPage(catalog, reference) },
      { path: "shared/catalog/operation-schemas.generated.ts", text: formatSchemas(catalog) },
    ],
    undecided: catalog.undecided,
  };
}
