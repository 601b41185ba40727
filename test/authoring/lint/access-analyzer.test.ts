/**
 * What AWS documents as findings of IAM Access Analyzer for identity policies ("Access Analyzer policy check reference"), with
 * an example of each: the codes that `validate` prints for it, and the table of docs/evidence/access-analyzer.md.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { findCodes } from "./lint-cases.ts";

interface Row {
  readonly finding: string;
  /** Those of `validate` for the example; none: then `why` says why not. */
  readonly codes: readonly string[];
  readonly why?: string;
  readonly policy?: unknown;
  /** For a text that is not JSON. */
  readonly text?: string;
}

const root = resolve(import.meta.dirname, "../../..");
const { rows } = JSON.parse(readFileSync(join(root, "test/cases/access-analyzer.json"), "utf8")) as {
  readonly rows: readonly Row[];
};

describe("a finding of IAM Access Analyzer", () => {
  it.each(rows.map((row) => [row.finding, row] as const))("%s", (_, { codes, why, policy, text }) => {
    const example = text ?? (policy === undefined ? undefined : JSON.stringify(policy));
    expect(example === undefined ? [] : findCodes(example)).toEqual(codes);
    expect(codes.length > 0).toBe(why === undefined);
  });
});

describe("docs/evidence/access-analyzer.md", () => {
  it("has the table of them", () => {
    const page = readFileSync(join(root, "docs/evidence/access-analyzer.md"), "utf8");
    const lines = rows.map(({ finding, codes, why }) => {
      const ours = codes.map((code) => `\`${code}\``).join(", ");
      return `| ${finding} | ${ours || `none: ${why}`} |`;
    });
    expect(page.split("\n").filter((line) => /^\| (?!finding)[A-Z]/.test(line))).toEqual(lines);
  });
});
