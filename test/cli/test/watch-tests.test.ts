/** `test --watch`: a save is tested, whatever it breaks. */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { watchTests } from "../../../tools/cli/test/watch-tests.ts";
import { KeptText, run } from "../command-run.ts";
import { makeFolder } from "./tested-folder.ts";

const test = (expected: string) =>
  `callers: { a: { id: alice } }\ntests: [{ as: a, call: ListUsers, expect: ${expected} }]\n`;

describe("--watch", () => {
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
