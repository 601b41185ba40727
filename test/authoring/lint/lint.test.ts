import { describe, expect, it } from "vitest";
import { readLintCases, runLintCase } from "./lint-cases.ts";

const files = readLintCases();

describe.each(files)("lint: $file", ({ cases }) => {
  it.each(cases.map((lintCase) => [lintCase.name, lintCase] as const))("%s", (_, lintCase) => {
    expect(runLintCase(lintCase), lintCase.why).toEqual(lintCase.expected);
  });

  it("shows each finding, and policies that have none", () => {
    expect(cases.some(({ expected }) => expected.length > 0)).toBe(true);
    expect(cases.some(({ expected }) => expected.length === 0)).toBe(true);
  });
});
