/** docs/evidence/attacks.md names, for each attack, the test that holds it: that test has to be there. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { hasTitle, readNamedTests } from "./named-tests.ts";

const page = readFileSync(resolve(import.meta.dirname, "../docs/evidence/attacks.md"), "utf8");
const named = readNamedTests("docs/evidence/attacks.md");

describe("docs/evidence/attacks.md", () => {
  it("has a test in each row", () => {
    const rows = page.split("\n").filter((line) => /^\| (?!attack)[^-]/.test(line));
    expect(rows.filter((row) => !row.includes("`test/"))).toEqual([]);
    expect(named).toHaveLength(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(40);
  });

  it.each(named)("names a test that is there: $file, $title", (test) => {
    expect(hasTitle(test)).toBe(true);
  });
});
