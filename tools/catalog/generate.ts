/** Makes the texts of the generated files from the installed packages. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { formatAccessLevels } from "./access-levels.ts";
import { type Catalog, deriveCatalog } from "./derive-catalog.ts";
import { formatCatalog } from "./format-catalog.ts";
import { formatPage } from "./format-page.ts";
import { type IamReference, readIamReference } from "./iam-reference.ts";
import { formatEnumerations, formatLocalConnectFacts } from "./local-connect-facts.ts";
import { readSdkOperations, type SdkOperation } from "./sdk-operations.ts";
import { staleTables } from "./stale-tables.ts";
import { readFilterKeys, undecidedFilterKeys } from "./tables/filter-keys.ts";
import type { Undecided } from "./undecided.ts";

export interface GeneratedFile {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** What the generator makes, or what has to be decided first. */
export interface Generation {
  readonly files: readonly GeneratedFile[];
  /** With any of these the files must not be written. */
  readonly undecided: readonly Undecided[];
}

export async function generate(): Promise<Generation> {
  const operations = readSdkOperations();
  const { files, undecided } = generateFrom(operations, await readIamReference(), readFilterKeys());
  const facts = {
    path: "tools/local/connect/generated/facts.generated.json",
    text: formatLocalConnectFacts(operations.map((operation) => operation.name)),
  };
  const enumerations = {
    path: "shared/catalog/generated/enumerations.generated.json",
    text: formatEnumerations(),
  };
  return { files: [...files, facts, enumerations], undecided };
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
      { path: "docs/reference/catalog.md", text: formatPage(catalog, reference) },
      { path: "shared/catalog/generated/operation-schemas.generated.ts", text: formatSchemas(catalog) },
      {
        path: "tools/authoring/configuration/generated/access-levels.generated.json",
        text: formatAccessLevels(reference),
      },
      { path: "shared/catalog/generated/sdk-version.generated.ts", text: formatVersion() },
    ],
    undecided: [
      ...catalog.undecided,
      ...undecidedFilterKeys(filterKeys),
      ...staleTables(catalog.rows, reference),
    ],
  };
}

/** Names each operation schema of the SDK: a bundler then leaves out the rest of the SDK's index. */
function formatSchemas({ rows }: Catalog): string {
  const schemas = rows.map(({ operation }) => `  sdk.${operation.name}$,`);
  return `/** The SDK's static schema of every operation. Written by \`npm run generate\`; do not edit it. */
import * as sdk from "@aws-sdk/client-connect";

export const operationSchemas = [
${schemas.join("\n")}
] as const;
`;
}

/** Gives the installed SDK's version, for messages to clients that know a newer one. */
function formatVersion(): string {
  const main = createRequire(import.meta.url).resolve("@aws-sdk/client-connect");
  const { version } = JSON.parse(readFileSync(join(dirname(main), "../package.json"), "utf8"));
  return `/** The SDK's version that the catalogue is of. Written by \`npm run generate\`; do not edit it. */
export const sdkVersion = ${JSON.stringify(version)};
`;
}
