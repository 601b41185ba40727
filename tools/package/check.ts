/** Checks the packed file as a stranger gets it: what package.json promises, types, the size of an installation. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { installPackages } from "../install-packages.mjs";

/** What an installation may bring: the most megabytes and packages, and milliseconds until the program answers. */
const most = { megabytes: 40, packages: 20, startMs: 500 };

interface Finding {
  readonly name: string;
  readonly isGood: boolean;
  readonly text: string;
}

/**
 * Checks one packed file, and prints a line for each check and `N passed, N failed`.
 * @param root the checkout
 * @param file what `npm pack` wrote
 * @returns the exit status
 */
export function checkPackage(root: string, file: string): number {
  const tarball = resolve(file);
  if (!existsSync(tarball)) {
    process.stderr.write(`\`${file}\` is not there: run \`npm pack\` first\n`);
    return 2;
  }
  installPackages(root, "tools/package");
  const tool = (script: string, ...args: readonly string[]) =>
    node([join(root, "tools/package/node_modules", script), ...args], root);
  const findings = [
    outcome("publint", tool("publint/src/cli.js", "--strict", tarball)),
    // It is for `import`, which `require` understands too since Node.js 20.19.
    outcome("types", tool("@arethetypeswrong/cli/dist/index.js", tarball, "--profile", "esm-only")),
    ...checkInstallation(tarball),
  ];
  for (const { name, isGood, text } of findings) console.log(`${isGood ? "ok" : "WRONG"} ${name}: ${text}`);
  const failed = findings.filter(({ isGood }) => !isGood).length;
  console.log(`${findings.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function node(args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, args, { cwd, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
}

function outcome(name: string, { status, stdout, stderr }: SpawnSyncReturns<string>): Finding {
  return { name, isGood: status === 0, text: `${stdout}${stderr}`.trim() };
}

function checkInstallation(tarball: string): readonly Finding[] {
  const folder = mkdtempSync(join(tmpdir(), "installation-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "installation", private: true }));
    const flags = ["--no-audit", "--no-fund", "--ignore-scripts"];
    const shell = process.platform === "win32";
    const options = { cwd: folder, encoding: "utf8", shell } as const;
    const installed = spawnSync("npm", ["install", ...flags, shell ? `"${tarball}"` : tarball], options);
    if (installed.status !== 0) return [outcome("installation", installed)];
    const modules = join(folder, "node_modules");
    const packages = findFiles(modules).filter((file) =>
      /node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+[\\/]package\.json$/.test(file),
    );
    const bytes = findFiles(modules).reduce((sum, file) => sum + statSync(file).size, 0);
    return [
      { name: "packages", isGood: packages.length <= most.packages, text: String(packages.length) },
      { name: "megabytes", isGood: bytes <= most.megabytes * 1e6, text: (bytes / 1e6).toFixed(1) },
      checkStart(join(modules, "connect-authorizer/dist/package/cli.mjs"), folder),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The fastest of a few starts: something else may be busy. */
function checkStart(program: string, folder: string): Finding {
  const starts = [1, 2, 3].map(() => {
    const begin = performance.now();
    return { ...node([program, "--version"], folder), ms: performance.now() - begin };
  });
  const ms = Math.min(...starts.map((each) => each.ms));
  const isGood = ms < most.startMs && starts.every(({ status }) => status === 0);
  return { name: "start", isGood, text: `${starts[0]?.stdout.trim()} in ${ms.toFixed(0)} ms` };
}

function findFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
