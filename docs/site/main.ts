/**
 * Makes the site of the pages: `npm run site` builds it in `dist/site`, `npm run site:dev` shows it while you write.
 * Further arguments are VitePress's own: `npm run site -- --base /connect-authorizer/`.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "../../tools/install-packages.mjs";

// The program is run from dist/, a folder below the checkout's.
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = "docs/site";

installPackages(root, folder);
const [command = "build", ...rest] = process.argv.slice(2);
const program = join(root, folder, "node_modules/vitepress/bin/vitepress.js");
const { status } = spawnSync(process.execPath, [program, command, folder, ...rest], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
