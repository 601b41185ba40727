/** Where the files of the packed product are: built functions, templates, schemas. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./command-io.ts";

/** A file that only the folder of the product has. */
const mark = "functions/authorizer/index.mjs";

/**
 * Finds a file of the product: beside the program that runs, or in `dist/package` of the checkout that it runs from.
 * @param path within the product's folder, like `templates/rest.yaml` or `functions/proxy`
 * @returns its absolute path
 * @throws UsageError if it is not there
 */
export function productFile(path: string): string {
  const folder = productFolder(dirname(fileURLToPath(import.meta.url)));
  const file = folder && join(folder, path);
  if (file && existsSync(file)) return file;
  throw new UsageError(
    `\`${path}\` of the package is not there: run \`npm run build:package\` in the checkout`,
  );
}

/** The nearest folder above that is the product, or has it in `dist/package`. */
function productFolder(start: string): string | undefined {
  const found = [start, join(start, "dist", "package")].find((folder) => existsSync(join(folder, mark)));
  const above = dirname(start);
  return found ?? (above === start ? undefined : productFolder(above));
}
