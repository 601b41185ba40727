/** Runs the tests of a configuration: for the command `test`, and for the console's page, so that both say the same. */
import { counting } from "../../progress.ts";
import type { Coverage } from "../coverage.ts";
import { proveNobody } from "../prove-nobody.ts";
import type { ReadTests } from "../read-tests.ts";
import { runTest } from "../run-test.ts";
import { rowOfProof, rowOfTest, type TestRow } from "./test-row.ts";
import type { Tested } from "./tested.ts";

export type FoundTests = Omit<ReadTests, "issues">;

interface RunOptions {
  /** Counts what decides. */
  readonly coverage?: Coverage | undefined;
  /** Is called before each test, and waited for; `false` ends the run. */
  readonly goOn?: () => Promise<boolean>;
}

/**
 * Runs the tests, and gives the results in the order of the files.
 * @returns `undefined` if the run was ended
 */
export async function runAll(
  { tests, proofs }: FoundTests,
  tested: Tested,
  { coverage, goOn }: RunOptions = {},
): Promise<readonly TestRow[] | undefined> {
  const rows: TestRow[] = [];
  for (const proof of proofs) {
    if (goOn && !(await goOn())) return undefined;
    rows.push(rowOfProof(proveNobody(proof, tested.opened), tested));
  }
  for (const test of counting(tests, { doing: "running", things: "tests" })) {
    if (goOn && !(await goOn())) return undefined;
    const result = await runTest(test, tested.opened);
    coverage?.add(result, tested.opened);
    rows.push(rowOfTest(result, tested));
  }
  return rows.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}
