/** `test --watch`: a save is tested, whatever it breaks. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { TestRuns } from "../../../tools/cli/test/run-tests.ts";
import { watchTests } from "../../../tools/cli/test/watch-tests.ts";
import { KeptText, run } from "../command-run.ts";
import { makeFolder } from "./tested-folder.ts";

const test = (expected: string) =>
  `callers: { a: { id: alice } }\ntests: [{ as: a, call: ListUsers, expect: ${expected} }]\n`;

describe("--watch", () => {
  it("computes again only what a save changed", async () => {
    const folder = await makeFolder({ "tests/a.yaml": test("allow") });
    const { openConfiguration } = await import("../../../tools/cli/open-configuration.ts");
    expect((await run(["test", folder.path, "--update"])).status).toBe(0);
    const runs = new TestRuns();
    const kept = new KeptText();
    const io = { stdin: Readable.from([]), stdout: kept, stderr: kept };
    const options = {
      filter: undefined,
      update: false,
      coverage: false,
      minCoverage: undefined,
      junit: undefined,
      lcov: undefined,
      form: "text",
      also: [],
    } as const;
    const made = async () => {
      const before = runs.cells.made;
      let opened = 0;
      const loaded = await openConfiguration(folder.path);
      const open = () => {
        opened += 1;
        return loaded.open();
      };
      const status = await runs.run({ ...loaded, folder: folder.path, open }, options, io);
      return { status, opened, cells: runs.cells.made - before };
    };
    const first = await made();
    expect(first).toMatchObject({ status: 0, opened: 1 });
    expect(first.cells).toBeGreaterThan(100);
    await folder.write({ "tests/a.yaml": test("implicitDeny") });
    expect(await made()).toEqual({ status: 1, opened: 0, cells: 0 });
    const night = await readFile(join(folder.path, "policies/night.json"), "utf8");
    // The last statement, so that all others stay where they are: of one operation, in the one column that has the policy.
    await folder.write({
      "policies/night.json": night.replace('"connect:ListPrompts"', '"connect:DescribePrompt"'),
    });
    const changed = await made();
    expect(changed).toMatchObject({ status: 1, opened: 1 });
    expect(changed.cells).toBeGreaterThan(0);
    expect(changed.cells).toBeLessThan(first.cells / 20);
    // What is kept says the same as what is new.
    const told = kept.text;
    kept.text = "";
    await made();
    expect(told.endsWith(kept.text)).toBe(true);
    expect(kept.text).toBe((await run(["test", folder.path])).stdout);
  });

  it("tests at its start and after each change of a test, a policy or a new folder, until it is ended", async () => {
    const folder = await makeFolder({ "tests/a.yaml": test("allow") });
    const [stdout, stderr] = [new KeptText(), new KeptText()];
    const runTests = async () => {
      const { status, stdout: printed, stderr: problem } = await run(["test", folder.path]);
      stdout.write(`${status} ${status === 2 ? problem : printed.trim().split("\n").at(-1)}\n`);
    };
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const watched = watchTests(folder.path, runTests, { stdin: Readable.from([]), stdout, stderr }, ended);
    const printed = async (text: string) => {
      await expect.poll(() => stdout.text, { timeout: 10_000 }).toContain(text);
      stdout.text = "";
    };
    await printed("0 ✓ 1 test");
    await expect.poll(() => stderr.text).toBe("waiting for changes; Ctrl-C ends it\n");
    await folder.write({ "tests/a.yaml": test("deny") });
    await printed("1 ✗ 1 of 1 test fails");
    await folder.write({ "tests/a.yaml": test("denied") });
    await printed("2 ");
    await folder.write({ "tests/a.yaml": test("allow"), "tests/hr/b.yaml": test("allow") });
    await printed("0 ✓ 2 tests");
    await folder.write({ "tests/hr/b.yaml": test("deny") });
    await printed("1 ✗ 1 of 2 tests fails");
    end();
    expect(await watched).toBe(0);
  });

  it("prints what is wrong with the configuration and goes on", async () => {
    const folder = await makeFolder({ "policies/night.json": "{" });
    const [stdout, stderr] = [new KeptText(), new KeptText()];
    const { openConfiguration } = await import("../../../tools/cli/open-configuration.ts");
    const io = { stdin: Readable.from([]), stdout, stderr };
    const status = await watchTests(folder.path, () => openConfiguration(folder.path), io, Promise.resolve());
    expect(status).toBe(0);
    expect(stderr.text).toContain("policies/night.json:1:2 error badJson");
  });

  it("is refused with --update, with --json, and for what is no folder", async () => {
    for (const folder of ["/nowhere", "package.json"]) {
      const { status, stderr } = await run(["test", folder, "--watch"]);
      expect(status).toBe(2);
      expect(stderr).toContain(
        `\`${folder}\` is not a folder to watch: name the one that holds \`authorizer.yaml\``,
      );
    }
    for (const flag of ["--update", "--json"])
      expect((await run(["test", "examples/aws", "--watch", flag])).status).toBe(2);
  });
});
