/**
 * What `npm pack` packs, the whole product in `dist/package`:
 *
 *   npm run build:package          builds it
 *   npm run check:package [FILE]   checks the packed file
 *   npm run generate               writes the example that is made of the product's sources, too
 *
 * Everything is bundled, so that installing the package installs nothing else.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildConsole } from "../console/build.mjs";
import { makeBill } from "./bill-of-materials.ts";
import { checkPackage } from "./check.ts";
import { writeDeclarations } from "./declarations.ts";
import { buildFunctions } from "./functions.ts";
import { formatLicences } from "./licences.ts";
import { findPackagesInside, readLocked } from "./packages-inside.ts";
import { buildProgram } from "./program.ts";
import { buildTemplates, formatHttpExample, httpExample } from "./templates.ts";

/** The checkout: this program is built into its `dist`. */
const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Files that the product has as they are in the checkout. */
const copies = {
  "examples/aws/authorizer.schema.json": "schemas/authorizer.schema.json",
  "examples/aws/environment.schema.json": "schemas/environment.schema.json",
  "examples/aws/tests.schema.json": "schemas/tests.schema.json",
  "docs/policy.schema.json": "schemas/policy.schema.json",
  "docs/audit.schema.json": "schemas/audit.schema.json",
};

async function buildPackage(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const building = [buildProgram(root, out), buildConsole(join(out, "console"), root)] as const;
  const [program, page, functions] = await Promise.all([...building, buildFunctions(out)]);
  for (const folder of ["templates", "schemas"]) mkdirSync(join(out, folder));
  for (const [from, to] of Object.entries(copies)) cpSync(join(root, from), join(out, to));
  buildTemplates(root, out);
  writeDeclarations(root, out);
  const inside = findPackagesInside(root, [program, page, ...functions]);
  writeFileSync(join(out, "THIRD-PARTY-LICENSES.txt"), formatLicences(root, inside));
  const bill = makeBill(manifest, inside, readLocked(root));
  writeFileSync(join(out, "sbom.cdx.json"), `${JSON.stringify(bill, undefined, 2)}\n`);
}

const [command, file = `connect-authorizer-${manifest.version}.tgz`] = process.argv.slice(2);
if (command === "check") process.exitCode = checkPackage(root, file);
else if (command === "examples") writeFileSync(join(root, httpExample), formatHttpExample(root));
else await buildPackage(join(root, "dist/package"));
