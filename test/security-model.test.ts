/** docs/explanation/security-model.md names, for each attack, the test that holds it: that test has to be there. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { hasTitle, readNamedTests } from "./named-tests.ts";

const page = readFileSync(resolve(import.meta.dirname, "../docs/explanation/security-model.md"), "utf8");
const attacks = page.slice(page.indexOf("## Attack by attack"), page.indexOf("## What does not hold"));
const named = readNamedTests("docs/explanation/security-model.md");

describe("docs/explanation/security-model.md", () => {
  it("has a test in each row of its attacks", () => {
    const rows = attacks.split("\n").filter((line) => /^\| (?!attack)[^-]/.test(line));
    expect(rows.filter((row) => !row.includes("`test/"))).toEqual([]);
    expect(named).toHaveLength(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(40);
  });

  it.each(named)("names a test that is there: $file, $title", (test) => {
    expect(hasTitle(test)).toBe(true);
  });
});
