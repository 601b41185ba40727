/** Writes docs/reference/library, the pages about the library's exports: `npm run docs:library`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installPackages } from "../../install-packages.mjs";

// The program runs from `dist`.
const root = join(import.meta.dirname, "..");
const folder = "tools/library/pages";

installPackages(root, folder);
const typedoc = join(root, folder, "node_modules/typedoc/bin/typedoc");
const options = join(root, folder, "typedoc.json");
const { status } = spawnSync(process.execPath, [typedoc, "--options", options], { stdio: "inherit" });
process.exitCode = status ?? 1;
