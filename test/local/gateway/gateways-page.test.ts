/** docs/evidence/gateways.md names a test for each behaviour of ours in docs/reference/gateways.md: that test has to be there. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { hasTitle, readNamedTests } from "../../named-tests.ts";

const root = resolve(import.meta.dirname, "../../..");
const named = readNamedTests("docs/evidence/gateways.md");

/** First cells of the rows of a page's tables, with their section. */
function rowsOf(page: string): readonly string[] {
  const sections = readFileSync(resolve(root, page), "utf8").split(/^## /m);
  return sections.flatMap((section) =>
    [...section.matchAll(/^\| (?!behaviour )([^-|].*?) \|/gm)].map(
      ([, name = ""]) => `${section.split("\n")[0]}: ${name}`,
    ),
  );
}

describe("docs/evidence/gateways.md", () => {
  it("has a row for each behaviour, but what cannot happen here and what is not imitated", () => {
    const behaviours = rowsOf("docs/reference/gateways.md");
    const held = rowsOf("docs/evidence/gateways.md");
    expect(behaviours.filter((name) => !held.includes(name))).toEqual([
      "Who gets to the functions: the authorizer's function is missing",
      "Limits: Lambda's payload (6 MB), throttling, WAF",
    ]);
    expect(held.filter((name) => !behaviours.includes(name))).toEqual([
      "The authorizer's cache: the proxy decides again",
      "What the functions see: path of a REST API",
    ]);
    expect(named).toHaveLength(held.length);
    expect(named.length).toBeGreaterThan(35);
  });

  it.each(named)("names a test that is there: $file, $title", (test) => {
    expect(hasTitle(test)).toBe(true);
  });
});
