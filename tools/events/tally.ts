/** Counts and prints the results of checks, and at the end their sum in the form that `.ci/run` reads. */
export class Tally {
  #passed = 0;
  #failed = 0;

  add(title: string, difference: string | undefined): void {
    this.addCounts(difference === undefined ? 1 : 0, difference === undefined ? 0 : 1);
    process.stdout.write(difference === undefined ? `ok ${title}\n` : `FAILED ${title}: ${difference}\n`);
  }

  /** Adds another program's counts. */
  addCounts(passed: number, failed: number): void {
    this.#passed += passed;
    this.#failed += failed;
  }

  /** Prints the sum and returns the exit status. */
  close(): number {
    process.stdout.write(`${this.#passed} passed, ${this.#failed} failed\n`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}
