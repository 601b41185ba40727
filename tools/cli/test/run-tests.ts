/** Runs policy tests and compares the access snapshot, for the command `test`. */
import { join } from "node:path";
import { DocumentError } from "../../../shared/errors.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { formatDeciding } from "../../authoring/tests/deciding-statement.ts";
import { type PolicyTest, readTests } from "../../authoring/tests/read-tests.ts";
import { runTest, type TestResult } from "../../authoring/tests/run-test.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { withoutControls } from "../without-controls.ts";
import {
  compareSnapshot,
  describeChange,
  type SnapshotResult,
  snapshotName,
  snapshotPath,
  updateSnapshot,
} from "./access-snapshot.ts";
import { describeFailure, doubtOf, nameStatement, type Tested } from "./describe-result.ts";

export interface TestOptions {
  /** Only tests with this text in their name, caller or operation. */
  readonly filter: string | undefined;
  readonly update: boolean;
  readonly json: boolean;
}

/** Runs the tests and prints their results. */
export async function testConfiguration(
  tested: Tested,
  { filter, update, json }: TestOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const tests = await findTests(tested, filter);
  const results: TestResult[] = [];
  for (const test of tests ?? []) results.push(await runTest(test, tested.opened));
  const compare = filter === undefined ? compareSnapshot : async () => ({ state: "skipped" }) as const;
  const snapshot = await (update ? updateSnapshot : compare)(tested);
  if (!tests && snapshot.state === "absent") throw new UsageError(nothingToTest(tested.folder));
  if (json) io.stdout.write(`${JSON.stringify(toJson(results, snapshot, tested), undefined, 2)}\n`);
  else print(results, { tested, snapshot, hasTests: tests !== undefined }, io);
  return results.every(({ holds }) => holds) && snapshot.state !== "changed" ? 0 : 1;
}

/** @throws DocumentError with everything that is wrong with the files, UsageError if the filter leaves nothing */
async function findTests(
  { folder, bundle }: Tested,
  filter: string | undefined,
): Promise<readonly PolicyTest[] | undefined> {
  const read = await readTests(join(folder, "tests"), bundle);
  if (read && read.issues.length > 0) throw new DocumentError(read.issues);
  if (filter === undefined) return read?.tests;
  const wanted = filter.toLowerCase();
  const found = (read?.tests ?? []).filter(({ name, caller, call }) =>
    [name, caller, call.operation].some((text) => text.toLowerCase().includes(wanted)),
  );
  if (found.length === 0)
    throw new UsageError(
      `no test has \`${filter}\` in its name, caller or operation (\`${testsOf(folder)}\`)`,
    );
  return found;
}

function testsOf(folder: string): string {
  return displayPath(join(folder, "tests", "*.yaml"));
}

function nothingToTest(folder: string): string {
  const snapshot = displayPath(snapshotPath(folder));
  return `there is nothing to test: write tests into \`${testsOf(folder)}\` (docs/testing-policies.md), or \`${snapshot}\` by \`--update\``;
}

interface Shown {
  readonly tested: Tested;
  readonly snapshot: SnapshotResult;
  readonly hasTests: boolean;
}

function print(results: readonly TestResult[], { tested, snapshot, hasTests }: Shown, io: CommandIo): void {
  const { folder } = tested;
  const write = (lines: readonly string[]) =>
    io.stdout.write(lines.map((line) => `${withoutControls(line)}\n`).join(""));
  for (const result of results) {
    if (!result.holds) write(formatFailure(result, tested));
    const doubt = doubtOf(result);
    const { file, line, column } = result.test;
    if (doubt !== undefined) io.stderr.write(`note: ${file}:${line}:${column} ${doubt}\n`);
  }
  if (snapshot.state === "changed") write(describeChange(snapshot.change, snapshot.access, folder));
  if (!hasTests)
    io.stderr.write(`note: there are no tests in \`${testsOf(folder)}\`; only access is compared\n`);
  if (snapshot.state === "absent")
    io.stderr.write(`note: there is no \`${displayPath(snapshotPath(folder))}\`; --update writes it\n`);
  write([summaryOf(results, snapshot, folder)]);
}

function formatFailure(result: TestResult, tested: Tested): readonly string[] {
  const { name, file, line, column, caller, call } = result.test;
  const { summary, problem, statements, passed, advice } = describeFailure(result, tested);
  return [
    `✗ ${file}:${line}:${column} ${name}`,
    `    ${caller}, ${call.operation}: ${summary}`,
    ...(problem === undefined ? [] : [`    \`by\`: ${problem}`]),
    ...statements.map((statement) => `    by ${statement}`),
    ...passed.map((statement) => `    not by ${statement}`),
    `    to change that: ${advice}`,
    ...(call.filled.length > 0 ? [`    filled in: ${call.filled.join(", ")}`] : []),
  ];
}

function summaryOf(results: readonly TestResult[], snapshot: SnapshotResult, folder: string): string {
  const failed = results.filter(({ holds }) => !holds).length;
  const count = `${results.length} test${results.length === 1 ? "" : "s"}`;
  const tests = failed === 0 ? count : `${failed} of ${count} ${failed === 1 ? "fails" : "fail"}`;
  const mark = failed > 0 || snapshot.state === "changed" ? "✗" : "✓";
  return `${mark} ${results.length === 0 ? "" : `${tests}, `}${describeState(snapshot, folder)}`;
}

function describeState(snapshot: SnapshotResult, folder: string): string {
  if (snapshot.state === "written") return `access written to ${displayPath(join(folder, snapshotName))}`;
  if (snapshot.state !== "changed") return { unchanged: "access unchanged", ...notCompared }[snapshot.state];
  const { cells, newRoles, goneRoles } = snapshot.change;
  const parts = [
    ...(cells.length > 0 ? [`${cells.length} cell${cells.length === 1 ? "" : "s"}`] : []),
    ...(newRoles.length > 0 ? [`${newRoles.length} new`] : []),
    ...(goneRoles.length > 0 ? [`${goneRoles.length} gone`] : []),
  ];
  return `access changed: ${parts.join(", ")}`;
}

const notCompared = { absent: "access not compared", skipped: "access not compared" } as const;

function toJson(results: readonly TestResult[], snapshot: SnapshotResult, tested: Tested): unknown {
  return {
    failed: results.filter(({ holds }) => !holds).length,
    tests: results.map((result) => {
      const { name, file, line, column, caller, call, expect, by } = result.test;
      const doubt = doubtOf(result);
      return {
        ...{ name, file, line, column, caller, operation: call.operation, expect },
        ...(by ? { by: formatDeciding(by) } : {}),
        ...{ holds: result.holds, outcome: result.came },
        statements: result.statements.map((statement) => nameStatement(statement, tested.folder)),
        filled: call.filled,
        ...(result.holds ? {} : { why: describeFailure(result, tested) }),
        ...(doubt === undefined ? {} : { note: doubt }),
      };
    }),
    access: { state: snapshot.state, ...(snapshot.state === "changed" ? snapshot.change : {}) },
  };
}
