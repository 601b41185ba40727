/** Findings that repeat another one of the same file are one line. */
import { describe, expect, it } from "vitest";
import type { Issue } from "../../../shared/errors.ts";
import { foldIssues } from "../../../tools/authoring/document/fold-issues.ts";

function issue(line: number, code: string, message: string, more: Partial<Issue> = {}): Issue {
  return { severity: "warning", code, file: "a.json", path: "", line, column: 1, message, ...more };
}

describe("foldIssues", () => {
  it("keeps the first place of what says the same, and counts the others", () => {
    const folded = foldIssues(
      [
        issue(1, "foreignAction", "`s3:Get` is foreign"),
        issue(2, "notConfigured", "account `1` has no instance"),
        issue(3, "foreignAction", "`s3:Put` is foreign"),
        issue(4, "notConfigured", "account `2` has no instance"),
        issue(5, "notConfigured", "account `1` has no instance"),
        issue(6, "foreignAction", "`s3:List` is foreign"),
        issue(7, "foreignAction", "`s3:List` is foreign", { file: "b.json" }),
      ],
      "; see all",
    );
    expect(folded.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      "a.json:1 `s3:Get` is foreign (and in 2 more places of this file; see all)",
      "a.json:2 account `1` has no instance (and in 1 more place of this file; see all)",
      "a.json:4 account `2` has no instance",
      "b.json:7 `s3:List` is foreign",
    ]);
  });

  it("folds no errors, each of which is to be corrected in its place", () => {
    const errors = [1, 2].map((line) => issue(line, "unknownAction", "there is none", { severity: "error" }));
    expect(foldIssues(errors, "")).toEqual(errors);
  });
});
