/**
 * Builds everything twice, in two folders of different names, and compares the bytes: anyone who has the commit can make the very
 * functions, bundle and package that a release has. Ends with `N passed, N failed`, one for each file.
 *
 *   node tools/reproducible.mjs
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "reproducible-"));

/** @param {string} name */
function buildIn(name) {
  const folder = join(work, name);
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0");
  for (const file of files.filter((each) => each !== "" && !each.startsWith("test/"))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  // A copy, as `npm ci` makes one: a link would be followed, and where it leads is in the source maps.
  cpSync(join(root, "node_modules"), join(folder, "node_modules"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const environment = { ...process.env, AUTHORIZER_CONFIG: "config" };
  execFileSync(process.execPath, ["tools/build.mjs"], { cwd: folder, env: environment, stdio: "inherit" });
  execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", "dist"], {
    cwd: folder,
    shell: process.platform === "win32",
  });
  return digests(join(folder, "dist"));
}

/** @param {string} folder */
function digests(folder) {
  // When files were built is in stamps alone, which stay on this machine.
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (each) => each.isFile() && !each.name.endsWith(".stamp.json"),
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name);
      const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
      return [file.slice(folder.length + 1), digest];
    }),
  );
}

let failed = 0;
try {
  const first = buildIn("one");
  const second = buildIn("another-folder/of-another-depth");
  // A build that made nothing would be the same twice.
  const needed = [
    "authorizer/index.mjs",
    "proxy/index.mjs",
    "bundle.json",
    "package/cli.mjs",
    "package/sbom.cdx.json",
  ];
  const names = [...new Set([...first.keys(), ...second.keys(), ...needed])].sort();
  for (const name of names) {
    const digest = first.get(name);
    const isSame = digest !== undefined && digest === second.get(name);
    if (!isSame) failed++;
    console.log(`${isSame ? "same" : "DIFFERS"} ${digest ?? "-"} ${name}`);
  }
  console.log(`${names.length - failed} passed, ${failed} failed`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
