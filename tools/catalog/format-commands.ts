/**
 * Writes the list of the SDK's command classes, each by its name: a bundler keeps what is named and leaves out the rest of
 * the SDK's index (paginators, waiters, enumerations).
 */
import type { Catalog } from "./derive-catalog.ts";

/** Formats `shared/catalog/command-classes.generated.ts`; the same catalogue gives the same text. */
export function formatCommands({ rows }: Catalog): string {
  const classes = rows.map(({ operation }) => `  sdk.${operation.name}Command,`);
  return `/**
 * The SDK's command classes in the catalogue's order. Written by \`npm run generate\`; do not edit it.
 *
 * Read through \`commands.ts\`, which knows their names: a minified class has none.
 */
import * as sdk from "@aws-sdk/client-connect";

export const commandClasses: readonly unknown[] = [
${classes.join("\n")}
];
`;
}
