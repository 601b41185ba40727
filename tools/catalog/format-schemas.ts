/**
 * Writes the list of the SDK's operation schemas, each by its name: a bundler keeps what is named and leaves out the rest
 * of the SDK's index (command classes, paginators, waiters, enumerations).
 */
import type { Catalog } from "./derive-catalog.ts";

/** Formats `shared/catalog/operation-schemas.generated.ts`; the same catalogue gives the same text. */
export function formatSchemas({ rows }: Catalog): string {
  const schemas = rows.map(({ operation }) => `  sdk.${operation.name}$,`);
  return `/** The SDK's static schema of every operation. Written by \`npm run generate\`; do not edit it. */
import * as sdk from "@aws-sdk/client-connect";

export const operationSchemas = [
${schemas.join("\n")}
] as const;
`;
}
