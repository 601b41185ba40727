/** Runs policy tests and compares the access snapshot, for the command `test`. */

import { join } from "node:path";
import { lowerAscii } from "../../../shared/ascii.ts";
import { DocumentError } from "../../../shared/errors.ts";
import { withoutControls } from "../../../shared/without-controls.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { Coverage } from "../../authoring/tests/coverage.ts";
import { proveNobody } from "../../authoring/tests/prove-nobody.ts";
import { type ReadTests, readTests } from "../../authoring/tests/read-tests.ts";
import { runTest } from "../../authoring/tests/run-test.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { isOwnOutput, writeOut } from "../write-whole.ts";
import {
  compareSnapshot,
  describeChange,
  type SnapshotResult,
  snapshotPath,
  updateSnapshot,
} from "./access-snapshot.ts";
import { type CoverageReport, formatCoverage, percentOf, reportCoverage } from "./describe-coverage.ts";
import { formatJunit } from "./junit.ts";
import { rowOfProof, rowOfTest, type TestRow } from "./test-row.ts";
import type { Tested } from "./tested.ts";

export interface TestOptions {
  /** Only tests with this text in their name, caller or operation. */
  readonly filter: string | undefined;
  readonly update: boolean;
  /** Whether coverage is printed, and the least percentage of statements. */
  readonly coverage: boolean;
  readonly minCoverage: number | undefined;
  /** A file for the results as JUnit XML. */
  readonly junit: string | undefined;
  readonly json: boolean;
}

/** Runs the tests and prints their results. */
export async function testConfiguration(
  tested: Tested,
  { filter, update, junit, json, ...wanted }: TestOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const found = await findTests(tested, filter);
  const counted =
    wanted.coverage || wanted.minCoverage !== undefined ? new Coverage(tested.bundle) : undefined;
  const rows = found && (await runAll(found, tested, counted));
  const compare = filter === undefined ? compareSnapshot : async () => ({ state: "skipped" }) as const;
  const snapshot = await (update ? updateSnapshot : compare)(tested);
  if (!rows && snapshot.state === "absent") throw new UsageError(nothingToTest(tested.folder));
  if (junit !== undefined) await writeOut(junit, formatJunit(rows ?? [], snapshot, tested.folder), io);
  const coverage = counted && reportCoverage(counted.statements, tested.folder);
  const { minCoverage = 0 } = wanted;
  const isTooLow = coverage !== undefined && percentOf(coverage.statements) < minCoverage;
  if (json) io.stdout.write(`${JSON.stringify(toJson(rows ?? [], snapshot, coverage), undefined, 2)}\n`);
  else if (junit === undefined || !isOwnOutput(junit))
    print(rows, { snapshot, coverage, folder: tested.folder }, io);
  if (isTooLow) io.stderr.write(`coverage is below ${minCoverage} %\n`);
  return rows?.some(({ holds }) => !holds) || snapshot.state === "changed" || isTooLow ? 1 : 0;
}

type FoundTests = Omit<ReadTests, "issues">;

/** @throws DocumentError with everything that is wrong with the files, UsageError if the filter leaves nothing */
async function findTests(tested: Tested, filter: string | undefined): Promise<FoundTests | undefined> {
  const read = await readTests(join(tested.folder, "tests"), tested);
  if (read && read.issues.length > 0) throw new DocumentError(read.issues);
  if (filter === undefined) return read;
  const wanted = lowerAscii(filter);
  const isWanted = (...texts: readonly string[]) => texts.some((text) => lowerAscii(text).includes(wanted));
  const { tests = [], proofs = [] } = read ?? {};
  const found = {
    tests: tests.filter(({ name, caller, call }) => isWanted(name, caller, call.operation)),
    proofs: proofs.filter(({ name, action }) => isWanted(name, action)),
  };
  if (found.tests.length + found.proofs.length > 0) return found;
  throw new UsageError(
    `no test has \`${filter}\` in its name, caller or operation (\`${testsOf(tested.folder)}\`)`,
  );
}

/** Runs the tests, and gives the results in the order of the files. */
async function runAll(
  { tests, proofs }: FoundTests,
  tested: Tested,
  coverage: Coverage | undefined,
): Promise<readonly TestRow[]> {
  const rows = proofs.map((proof) => rowOfProof(proveNobody(proof, tested.opened), tested));
  for (const test of tests) {
    const result = await runTest(test, tested.opened);
    coverage?.add(result, tested.opened);
    rows.push(rowOfTest(result, tested));
  }
  return rows.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

function testsOf(folder: string): string {
  return displayPath(join(folder, "tests", "*.yaml"));
}

function nothingToTest(folder: string): string {
  const snapshot = displayPath(snapshotPath(folder));
  return `there is nothing to test: write tests into \`${testsOf(folder)}\`, or \`${snapshot}\` by \`--update\``;
}

interface Shown {
  readonly snapshot: SnapshotResult;
  readonly coverage: CoverageReport | undefined;
  readonly folder: string;
}

function print(
  rows: readonly TestRow[] | undefined,
  { snapshot, coverage, folder }: Shown,
  io: CommandIo,
): void {
  const write = (lines: readonly string[]) =>
    io.stdout.write(lines.map((line) => `${withoutControls(line)}\n`).join(""));
  for (const { name, file, line, column, holds, why, note } of rows ?? []) {
    const place = `${file}:${line}:${column}`;
    if (!holds) write([`✗ ${place} ${name}`, ...why.map((each) => `    ${each}`)]);
    if (note !== undefined) io.stderr.write(`note: ${withoutControls(`${place} ${note}`)}\n`);
  }
  if (snapshot.state === "changed") write(describeChange(snapshot.change, snapshot.access, folder));
  if (!rows) io.stderr.write(`note: there are no tests in \`${testsOf(folder)}\`; only access is compared\n`);
  if (snapshot.state === "absent")
    io.stderr.write(`note: there is no \`${displayPath(snapshotPath(folder))}\`; --update writes it\n`);
  if (coverage) write(formatCoverage(coverage));
  write([summaryOf(rows ?? [], snapshot, folder)]);
}

function summaryOf(rows: readonly TestRow[], snapshot: SnapshotResult, folder: string): string {
  const failed = rows.filter(({ holds }) => !holds).length;
  const count = `${rows.length} test${rows.length === 1 ? "" : "s"}`;
  const tests = failed === 0 ? count : `${failed} of ${count} ${failed === 1 ? "fails" : "fail"}`;
  const mark = failed > 0 || snapshot.state === "changed" ? "✗" : "✓";
  return `${mark} ${rows.length === 0 ? "" : `${tests}, `}${describeState(snapshot, folder)}`;
}

function describeState(snapshot: SnapshotResult, folder: string): string {
  if (snapshot.state === "written") return `access written to ${displayPath(snapshotPath(folder))}`;
  if (snapshot.state === "unchanged") return "access unchanged";
  if (snapshot.state !== "changed") return "access not compared";
  const { cells, newRoles, goneRoles } = snapshot.change;
  const parts = [
    ...(cells.length > 0 ? [`${cells.length} cell${cells.length === 1 ? "" : "s"}`] : []),
    ...(newRoles.length > 0 ? [`${newRoles.length} new`] : []),
    ...(goneRoles.length > 0 ? [`${goneRoles.length} gone`] : []),
  ];
  return `access changed: ${parts.join(", ")}`;
}

function toJson(
  rows: readonly TestRow[],
  snapshot: SnapshotResult,
  coverage: CoverageReport | undefined,
): unknown {
  return {
    failed: rows.filter(({ holds }) => !holds).length,
    tests: rows.map(({ json, ...row }) => {
      const { name, file, line, column, holds, note } = row;
      return { name, file, line, column, ...json, holds, ...(note === undefined ? {} : { note }) };
    }),
    access: { state: snapshot.state, ...(snapshot.state === "changed" ? snapshot.change : {}) },
    ...(coverage ? { coverage } : {}),
  };
}
