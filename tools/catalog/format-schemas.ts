/**
 * Writes the list of the SDK's operation schemas, each by its name: a bundler keeps what is named and leaves out the rest
 * of the SDK's index (command classes, paginators, waiters, enumerations).
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Catalog } from "./derive-catalog.ts";

/** Formats `shared/catalog/generated/operation-schemas.generated.ts`; the same catalogue gives the same text. */
export function formatSchemas({ rows }: Catalog): string {
  const schemas = rows.map(({ operation }) => `  sdk.${operation.name}$,`);
  return `/** The SDK's static schema of every operation. Written by \`npm run generate\`; do not edit it. */
import * as sdk from "@aws-sdk/client-connect";

export const operationSchemas = [
${schemas.join("\n")}
] as const;
`;
}

/** Formats `shared/catalog/generated/sdk-version.generated.ts`: the installed SDK's version, for messages to clients that know more. */
export function formatVersion(): string {
  const main = createRequire(import.meta.url).resolve("@aws-sdk/client-connect");
  const { version } = JSON.parse(readFileSync(join(dirname(main), "../package.json"), "utf8"));
  return `/** The SDK's version that the catalogue is of. Written by \`npm run generate\`; do not edit it. */
export const sdkVersion = ${JSON.stringify(version)};
`;
}
