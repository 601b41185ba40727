import { expect, it } from "vitest";
import { DocumentError, formatErrors, type Issue } from "../shared/errors.ts";
import { withoutControls } from "../shared/without-controls.ts";

it.each([
  [
    "a plain line: it stays",
    "a.yaml:1:2 error code `x::y` ## z [q]",
    "a.yaml:1:2 error code `x::y` ## z [q]",
  ],
  ["colour", "\u001b[31mred", "\\u{1b}[31mred"],
  ["a second line", "a\n::error::b", "a\\u{a}::error::b"],
  ["other ends of a line", "a\r\u0085\u2028\u2029b", "a\\u{d}\\u{85}\\u{2028}\\u{2029}b"],
  ["a change of direction", "a\u202eb", "a\\u{202e}b"],
  ["nothing that is seen", "a\u200bb\ufeff", "a\\u{200b}b\\u{feff}"],
  ["GitHub's command", "::set-output name=a::b", "\\u{3a}:set-output name=a::b"],
  ["GitHub's command after blanks", "  \u00a0::error::b", "  \u00a0\\u{3a}:error::b"],
  ["GitHub's older command", "a ##[add-mask]b", "a \\u{23}#[add-mask]b"],
  ["Azure's command", "a ##vso[task.setvariable]b", "a \\u{23}#vso[task.setvariable]b"],
])("a printed line has no power by %s", (_, line, printed) => {
  expect(withoutControls(line)).toBe(printed);
});

it("an issue is one line, whatever the file and what is quoted from it are called", () => {
  const issue: Issue = {
    ...{ severity: "error", code: "badName", path: "", line: 1, column: 2 },
    ...{ file: "a\n::error::b.json", message: "`\u001b[31m##[error]` is no name" },
  };
  const place = "a\\u{a}::error::b.json:1:2";
  const said = "badName `\\u{1b}[31m\\u{23}#[error]` is no name";
  expect(new DocumentError([issue]).message).toBe(`${place} error ${said}`);
  expect(formatErrors([issue])).toBe(`${place} ${said}`);
});

it("a line is read in a time that grows with its length", () => {
  for (const each of [" ", ":", "#", "#a", " :: "]) {
    const line = `x${each.repeat(100_000)}x`;
    expect(withoutControls(line).length).toBeGreaterThanOrEqual(line.length);
    expect(withoutControls(line.slice(1)).length).toBeGreaterThanOrEqual(line.length - 1);
  }
}, 5_000);
