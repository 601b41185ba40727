/** Runs policy tests and compares the access snapshot, for the command `test`. */

import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { lowerAscii } from "../../../shared/ascii.ts";
import { DocumentError } from "../../../shared/errors.ts";
import { SharedCells } from "../../authoring/access/access-model.ts";
import { displayPath } from "../../authoring/configuration/read/source-file.ts";
import { describeMistypedGroups } from "../../authoring/explain/unknown-groups.ts";
import { Coverage } from "../../authoring/tests/coverage.ts";
import { readTests } from "../../authoring/tests/read-tests.ts";
import { type FoundTests, runAll } from "../../authoring/tests/results/run-all.ts";
import type { Tested } from "../../authoring/tests/results/tested.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import type { Form } from "../formats/form.ts";
import type { OpenedConfiguration } from "../open-configuration.ts";
import { isOwnOutput, writeOut } from "../write-out.ts";
import { compareSnapshot, snapshotPath, updateSnapshot } from "./access-snapshot.ts";
import { percentOf, reportCoverage } from "./describe-coverage.ts";
import { formatLcov } from "./lcov.ts";
import { formatResults, formatTestsAsJunit, printResults, testsOf } from "./print-results.ts";

export interface TestOptions {
  /** Only tests with this text in their name, caller or operation. */
  readonly filter: string | undefined;
  readonly update: boolean;
  /** Whether coverage is printed, and the least percentage of statements. */
  readonly coverage: boolean;
  readonly minCoverage: number | undefined;
  /** A file for the results as JUnit XML. */
  readonly junit: string | undefined;
  /** A file for the coverage as LCOV's tracefile. */
  readonly lcov: string | undefined;
  readonly form: Form;
  /** Files for the results in other forms. */
  readonly also: readonly { readonly form: Form; readonly file: string }[];
}

/** Runs the tests of successive versions of a configuration. What a save did not change is not computed again. */
export class TestRuns {
  readonly cells = new SharedCells();
  #last: Tested | undefined;

  /** Runs the tests and prints their results. @param loaded with `open`, which makes it ready to decide */
  async run(
    { open, ...loaded }: Omit<Tested, "opened" | "cells"> & Pick<OpenedConfiguration, "open">,
    options: TestOptions,
    io: CommandIo,
  ): Promise<ExitStatus> {
    const last = this.#last;
    const isSame =
      last?.bundle.version === loaded.bundle.version && isDeepStrictEqual(last.names, loaded.names);
    const tested = last && isSame ? last : { ...loaded, opened: open(), cells: this.cells };
    this.#last = tested;
    return testConfiguration(tested, options, io);
  }
}

async function testConfiguration(
  tested: Tested,
  { filter, update, junit, lcov, form, also, ...wanted }: TestOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const found = await findTests(tested, filter);
  const isCovered = wanted.coverage || wanted.minCoverage !== undefined;
  const counted = isCovered || lcov !== undefined ? new Coverage(tested.bundle) : undefined;
  const rows = found && (await runAll(found, tested, { coverage: counted }));
  const compare = filter === undefined ? compareSnapshot : async () => ({ state: "skipped" }) as const;
  const snapshot = await (update ? updateSnapshot : compare)(tested);
  if (!rows && snapshot.state === "absent") throw new UsageError(nothingToTest(tested.folder));
  const coverage = isCovered && counted ? reportCoverage(counted.statements, tested.folder) : undefined;
  const { minCoverage = 0 } = wanted;
  const tooLow =
    coverage !== undefined && percentOf(coverage.statements) < minCoverage
      ? `coverage is below ${minCoverage} %`
      : undefined;
  const notes = describeCallers(found?.tests ?? [], tested);
  const results = { rows, snapshot, coverage, tooLow, notes, folder: tested.folder };
  for (const other of also) await writeOut(other.file, formatResults(other.form, results), io);
  if (junit !== undefined) await writeOut(junit, formatTestsAsJunit(results), io);
  if (lcov !== undefined) await writeOut(lcov, formatLcov(counted?.statements ?? [], tested.folder), io);
  if (![junit, lcov].some((file) => file !== undefined && isOwnOutput(file))) printResults(form, results, io);
  else if (tooLow !== undefined) io.stderr.write(`${tooLow}\n`);
  const fails = rows?.some(({ holds }) => !holds) || snapshot.state === "changed" || tooLow !== undefined;
  return fails ? 1 : 0;
}

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

/** A group that no binding names is no mistake in a test, unless it looks like one. */
function describeCallers(tests: FoundTests["tests"], { bundle }: Tested): readonly string[] {
  const callers = new Map(tests.map((test) => [JSON.stringify([test.file, test.caller]), test]));
  return [...callers.values()].flatMap(({ file, caller, principal }) =>
    describeMistypedGroups(principal.groups, bundle.config).map(
      (text) => `the caller \`${caller}\` of ${file}: ${text}`,
    ),
  );
}

function nothingToTest(folder: string): string {
  const snapshot = displayPath(snapshotPath(folder));
  return `there is nothing to test: write tests into \`${testsOf(folder)}\`, or \`${snapshot}\` by \`--update\``;
}
