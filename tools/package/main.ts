/**
 * Builds what `npm pack` packs, the whole product in `dist/package`: `npm run build:package`.
 *
 * Everything is bundled, so that installing the package installs nothing else.
 */
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFunctions } from "./functions.ts";
import { buildProgram } from "./program.ts";

/** The checkout: this program is built into its `dist`. */
const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "dist/package");

rmSync(out, { recursive: true, force: true });
await Promise.all([buildProgram(root, out), buildFunctions(out)]);
mkdirSync(join(out, "templates"));
cpSync(join(root, "template.yaml"), join(out, "templates/rest.yaml"));
cpSync(join(root, "docs/examples/http-api/template.yaml"), join(out, "templates/http.yaml"));
mkdirSync(join(out, "schemas"));
cpSync(join(root, "config/authorizer.schema.json"), join(out, "schemas/authorizer.schema.json"));
