/** Packages that only tools need are in a folder of their own, installed on first use. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Installs the packages of a folder, unless they are there.
 * @param {string} root the checkout's folder
 * @param {string} folder within it, with a `package.json` and a lock file
 * @throws {Error} that says what to run when they cannot be installed
 */
export function installPackages(root, folder) {
  if (existsSync(join(root, folder, "node_modules"))) return;
  // For people: npm's own flags are left out.
  const command = `npm ci --prefix ${folder}`;
  process.stderr.write(`installing what this needs, this once: ${command}\n`);
  const flags = ["--no-audit", "--no-fund", "--legacy-peer-deps"];
  const { status } = spawnSync("npm", ["ci", "--prefix", folder, ...flags], {
    cwd: root,
    stdio: ["ignore", process.stderr, process.stderr],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`packages could not be installed; run \`${command}\``);
}
