/**
 * Upgrades a repository as a user does: two packed versions, of which the second one asks another action of one operation.
 * The tests of the repository must say which answers that changes. Ends with `N passed, N failed`.
 *
 *   node tools/package/upgrade-check.mjs
 *
 * Needs no network. `npm test` holds the same in one process (test/package/upgrade.test.ts).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "an upgrade "));
const shell = process.platform === "win32";

/** @param {string[]} args @param {string} cwd */
function npm(args, cwd) {
  const quoted = shell ? args.map((each) => `"${each}"`) : args;
  const { status, stdout, stderr } = spawnSync("npm", quoted, { cwd, encoding: "utf8", shell });
  return { status, output: `${stdout}${stderr}` };
}

/** @param {string[]} args @param {string} cwd */
function mustNpm(args, cwd) {
  const { status, output } = npm(args, cwd);
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${output}`);
}

/**
 * Builds and packs the checkout, in a copy of it.
 * @param {string} version
 * @param {(folder: string) => void} change
 */
function pack(version, change) {
  const folder = join(work, version);
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0");
  for (const file of files.filter((each) => each !== "" && !each.startsWith("test/"))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  edit(join(folder, "package.json"), (manifest) => ({ ...manifest, version }));
  change(folder);
  execFileSync(process.execPath, ["tools/run.mjs", "package"], { cwd: folder, stdio: "inherit" });
  mustNpm(["pack", "--silent", "--ignore-scripts", "--pack-destination", work], folder);
  rmSync(folder, { recursive: true });
  return join(work, `connect-authorizer-${version}.tgz`);
}

/** @param {string} file @param {(content: any) => object} change */
function edit(file, change) {
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, "utf8"))), undefined, 2));
}

let passed = 0;
let failed = 0;

/** @param {string} what @param {boolean} isRight @param {string} output */
function check(what, isRight, output) {
  console.log(`${isRight ? "ok" : "WRONG"} ${what}`);
  if (isRight) passed++;
  else {
    failed++;
    console.log(output);
  }
}

try {
  const first = pack("1000.0.0", () => {});
  const second = pack("1000.1.0", (folder) => {
    const catalogue = join(folder, "shared/catalog/generated/catalog.generated.json");
    edit(catalogue, (data) => ({
      ...data,
      rare: { ...data.rare, DescribeUser: { action: "DeleteInstance" } },
    }));
  });

  const repository = join(work, "a repository");
  const program = join(work, "program");
  mkdirSync(program);
  mustNpm(["install", "--prefix", program, "--no-audit", "--no-fund", first], work);
  const cli = join(program, "node_modules/connect-authorizer/dist/package/cli.mjs");
  execFileSync(process.execPath, [cli, "init", repository, "--yes", "--package", first], {
    stdio: "inherit",
  });
  mustNpm(["install", "--no-audit", "--no-fund"], repository);
  mustNpm(["exec", "--", "connect-authorizer", "bundle", "--out", "older.json"], repository);

  mustNpm(["test", "--", "--update"], repository);
  const before = npm(["test"], repository);
  check("the tests of a new repository pass", before.status === 0, before.output);
  mustNpm(["install", "--no-audit", "--no-fund", second], repository);
  const after = npm(["test"], repository);
  check("they fail under the second version", after.status === 1, after.output);
  const change = /access\.md:\d+:\d+ DescribeUser, groups \w+: \w+ → never/;
  check("and name the answer that changed", change.test(after.output), after.output);
  const written = npm(["test", "--", "--update"], repository);
  check("--update takes the answer", written.status !== 2, written.output);
  const snapshot = readFileSync(join(repository, "config/access.md"), "utf8");
  // What nobody may do is not listed.
  check("the snapshot has it", !snapshot.includes("| DescribeUser |"), snapshot);
  const older = npm(
    ["exec", "--", "connect-authorizer", "who-can", "connect:ListUsers", "*", "--config", "older.json"],
    repository,
  );
  check("a bundle of the first version is read", older.status === 0, older.output);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
