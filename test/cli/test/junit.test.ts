/** `test --junit`: the results in the form that pipelines show. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder, runTest, runTests } from "./tested-folder.ts";

const tests = `  - { name: 'a <b> & "c"', as: alice, call: ListUsers, expect: deny }
  - { as: alice, call: ListUsers, expect: allow }
`;

describe("--junit", () => {
  it("writes a suite for each file, with the lines of each test that fails", async () => {
    const { status, stdout } = await runTests(tests, "--junit", "-");
    expect(status).toBe(1);
    expect(stdout.replace(/filled in.*(?=<)/, "filled in").split("\n")).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites name="connect-authorizer" tests="2" failures="1" errors="0">',
      '  <testsuite name="DIR/tests/a.yaml" tests="2" failures="1" errors="0" file="DIR/tests/a.yaml">',
      '    <testcase name="a &lt;b&gt; &amp; &quot;c&quot;" classname="DIR/tests/a.yaml">',
      '      <failure message="alice, ListUsers: expected deny, but it is allowed">DIR/tests/a.yaml:8',
      "alice, ListUsers: expected deny, but it is allowed",
      "by Allow reading#0 DIR/policies/reading.json:3:17",
      "to change that: a Deny would have to match connect:ListUsers on arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1, or the Allow above leave it out",
      "filled in</failure>",
      "    </testcase>",
      '    <testcase name="alice: ListUsers" classname="DIR/tests/a.yaml"/>',
      "  </testsuite>",
      "</testsuites>",
      "",
    ]);
  });

  it("has the access snapshot as a test, and goes beside the usual output", async () => {
    const folder = await makeFolder();
    const file = join(folder.path, "out/junit.xml");
    expect(await runTest("--update", "--junit", file)).toMatchObject({
      status: 0,
      stdout: "✓ access written to DIR/access.md\n",
    });
    expect(await readFile(file, "utf8")).toMatch(
      /tests="1" failures="0" errors="0" file="[^"]+">\n {4}<testcase name="access is as/,
    );
    const policy = await readFile(join(folder.path, "policies/reading.json"), "utf8");
    await folder.write({
      "policies/reading.json": policy.replace("connect:ListUsers", "connect:ListQueues"),
    });
    const { status, stdout } = await runTest("--junit", file);
    expect({ status, last: stdout.trim().split("\n").at(-1) }).toEqual({
      status: 1,
      last: "✗ access changed: 2 cells",
    });
    expect(await readFile(file, "utf8")).toContain("ListQueues, principals alice: never → always");
  });

  it("is refused with --json, and where the file cannot be written", async () => {
    const folder = await makeFolder();
    await runTest("--update");
    expect((await runTest("--json", "--junit", "-")).status).toBe(2);
    const { status, stderr } = await runTest("--junit", folder.path);
    expect(status).toBe(2);
    expect(stderr).toContain("can't be written");
  });
});
