/**
 * The mutation run: `npm run mutation -- [FILE…]` changes the policy engine in every way that Stryker knows, one
 * change at a time, and asks whether a test notices. Takes hours for all of `shared/policy`.
 *
 * Exits 0 when each mutant is noticed or has its reason in `reasons.json`, 1 when one has not.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages } from "../install-packages.mjs";
import { compareWithReasons, listSurvivors, type Reason, type Report, type Survivor } from "./mutants.ts";

// The program is run from dist/, a folder below the checkout's.
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = "tools/mutation";
const work = "dist/mutation";

/** What Stryker changes, and the tests that should notice. */
interface Pass {
  readonly name: "quick" | "whole";
  readonly mutate: readonly string[];
  /** Random pairs that the reference test compares. */
  readonly pairs: number;
}

function runPass({ name, mutate, pairs }: Pass): Report {
  const reportFile = `${work}/${name}.json`;
  const configFile = `${work}/${name}.config.json`;
  const config = {
    testRunner: "vitest",
    vitest: { configFile: `${folder}/vitest.${name}.config.ts` },
    plugins: ["@stryker-mutator/vitest-runner"],
    mutate,
    ignorePatterns: [
      "/dist",
      "/docs",
      "/events",
      "/config",
      "/functions",
      "/tools",
      "!/tools/authoring",
      `!/${folder}/*.config.ts`,
    ],
    // Stryker would rewrite tsconfig.json with a compiler interface that TypeScript 7 no longer has.
    tsconfigFile: "none",
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: reportFile },
    concurrency: 2,
    tempDirName: `${work}/sandbox`,
  };
  writeFileSync(join(root, configFile), JSON.stringify(config));
  const stryker = `${folder}/node_modules/@stryker-mutator/core/bin/stryker.js`;
  const { status } = spawnSync(process.execPath, [stryker, "run", configFile], {
    cwd: root,
    env: { ...process.env, POLICY_PAIRS: String(pairs) },
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`stryker ended with status ${status}`);
  return JSON.parse(readFileSync(join(root, reportFile), "utf8"));
}

function rangeOf({ file, start, end }: Survivor): string {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
}

/** Survivors of the quick tests run against all tests. A mutant that is now noticed may be inside another's range. */
function findSurvivors(files: readonly string[]): readonly Survivor[] {
  const first = listSurvivors(runPass({ name: "quick", mutate: files, pairs: 2_000 }));
  if (first.length === 0) return [];
  const suspects = new Set(first.map(({ name }) => name));
  const mutate = [...new Set(first.map(rangeOf))];
  const second = listSurvivors(runPass({ name: "whole", mutate, pairs: 50_000 }));
  return second.filter(({ name }) => suspects.has(name));
}

const wanted = process.argv.slice(2);
installPackages(root, folder);
mkdirSync(join(root, work), { recursive: true });
const { reasons }: { reasons: readonly Reason[] } = JSON.parse(
  readFileSync(join(root, folder, "reasons.json"), "utf8"),
);
const survivors = findSurvivors(
  wanted.length > 0
    ? wanted
    : [
        "shared/policy/**/*.ts",
        "tools/authoring/policy/*.ts",
        "tools/authoring/document/{issue-sink,parse-json}.ts",
      ],
);
const { unexplained, stale } = compareWithReasons(survivors, reasons);
for (const { name, start } of unexplained)
  process.stdout.write(`no test notices, line ${start.line}: ${name}\n`);
if (wanted.length === 0)
  for (const name of stale) process.stdout.write(`a reason for what does not survive: ${name}\n`);
process.stdout.write(`${survivors.length} survived, ${unexplained.length} of them without a reason\n`);
process.exitCode = unexplained.length > 0 ? 1 : 0;
