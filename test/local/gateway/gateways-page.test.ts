/** docs/reference/gateways.md names a test for each behaviour of ours: that test has to be there. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { hasTitle, readNamedTests } from "../../named-tests.ts";

const root = resolve(import.meta.dirname, "../../..");
const page = readFileSync(resolve(root, "docs/reference/gateways.md"), "utf8");
const named = readNamedTests("docs/reference/gateways.md");

describe("docs/reference/gateways.md", () => {
  it("holds most of its rows by a test", () => {
    const rows = page.split("\n").filter((line) => /^\| (?!behaviour)[^-]/.test(line));
    expect(named.length).toBeGreaterThan(35);
    // What cannot happen here, and what is not imitated.
    expect(rows.filter((row) => !row.includes("`test/"))).toHaveLength(2);
  });

  it.each(named)("names a test that is there: $file, $title", (test) => {
    expect(hasTitle(test)).toBe(true);
  });
});
