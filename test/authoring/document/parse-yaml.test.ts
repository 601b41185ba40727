/**
 * The narrow YAML of a configuration, and the place of each complaint.
 */
import { describe, expect, it } from "vitest";
import { parseYaml } from "../../../tools/authoring/document/parse-yaml.ts";

function issuesOf(text: string): string[] {
  return parseYaml(text, "f.yaml").sink.issues.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

const betweenMembers =
  "within `{ }` and `[ ]` a comma separates the members; add the one that is missing, or put a value that holds `: ` in quotes";

function misplaced(column: number): string {
  return `this line begins at column ${column}, where nothing above it begins; give it the column of the keys or of the \`- \` that it belongs to`;
}

describe("parseYaml", () => {
  it.each([
    ["a repeated key", "a: 1\nb: 2\na: 3", ["3:1 duplicateKey"]],
    ["a repeated key within", "a: { b: 1, b: 2 }", ["1:12 duplicateKey"]],
    ["a second document", "a: 1\n---\nb: 2", ["2:1 severalDocuments"]],
    // The library's own counter misses lines of what it skips there.
    ["a second document after a break", "[]d\n}\n---", ["1:3 malformedYaml", "3:1 severalDocuments"]],
    ["a repeated key after a line that ends in CR", "# a\r# b\na: 1\na: 2", ["4:1 duplicateKey"]],
    ["an anchor", "a: &x 1", ["1:7 anchor"]],
    ["an alias", "a: &x [1]\nb: *x", ["1:7 anchor", "2:4 anchor"]],
    ["an alias of nothing", "a: *x", ["1:4 anchor"]],
    ["an anchored key", "&x a: 1", ["1:4 anchor"]],
    ["a tag of the core schema", "a: !!str 1", ["1:10 malformedYaml"]],
    ["a tag of one's own", "a: !secret x", ["1:4 malformedYaml"]],
    ["an older YAML", "%YAML 1.1\n---\na: on", ["1:1 malformedYaml"]],
    ["a tab", "a:\n\tb: 1", ["2:1 malformedYaml"]],
    ["an open bracket", "a: [1,\nb: 2", ["2:1 malformedYaml"]],
    ["an open quote", 'a: "x', ["1:6 malformedYaml"]],
    ["an empty file", "", ["1:1 emptyFile"]],
    ["a file of comments", "# nothing\n", ["1:1 emptyFile"]],
  ])("refuses %s", (_why, text, expected) => {
    const parsed = parseYaml(text, "f.yaml");
    expect(issuesOf(text)).toEqual(expected);
    expect(parsed.root).toBeUndefined();
  });

  it.each([
    ["a: 1\npolicies:[hr]", "a space is missing behind `policies:`; write `policies: [hr]`"],
    [
      "a: 1\nb",
      "this is no `key: value`; write a colon and a space behind the key, or put a text of several words in quotes",
    ],
    [
      "a:\n  - b: 1\n    c = 2\n    d: { e: 3 }",
      "this is no `key: value`; write a colon and a space behind the key, or put a text of several words in quotes",
    ],
    ["a:\n  b: [1\nc: 2", "the `[` before this is never closed; close it with `]` in its line"],
    ["a:\n  b: { c: 1\nd: 2", "the `{` before this is never closed; close it with `}` in its line"],
    ["a:\n  - b: 1\n   c: 2", misplaced(4)],
    ["a:\n  - b: {}\n     c: 2", misplaced(6)],
    ["a:\n  -b: 1\n    c: 2", "a space is missing behind the `-` of this line; write `- ` before its key"],
    [
      "a:\n  -b: { c: [1] }\n    d: [2]",
      "a space is missing behind the `-` of the line before this; write `- ` before its key",
    ],
    ["a:\n\tb: 1", "a tab is no indentation in YAML; indent with spaces"],
    ["a: b: c", "the value holds `: `, which begins another mapping; put the value in quotes"],
    ["a: { b: c: d }", betweenMembers],
    ["a: { b: 1 c: 2 }", betweenMembers],
    ["a: @b", "a text without quotes cannot begin with this character; put the value in quotes"],
    ["a: [*]", "a text without quotes cannot begin with `*`; put the value in quotes"],
    ["a: [1]]", "this `]` closes nothing; remove it"],
    ["a: 1\n}", "this `}` closes nothing; remove it"],
    ['a: "x', "a quote is opened here and never closed; close it"],
    [
      'a: { b: "x, c: "y" }\nd: 1',
      "a value ends before this; if a quote or a comma is missing there, add it",
    ],
  ])("says what to do about %j", (text, message) => {
    const { issues } = parseYaml(text, "f.yaml").sink;
    expect(issues.filter(({ code }) => code === "malformedYaml").map((issue) => issue.message)).toEqual([
      message,
    ]);
  });

  it("reports every repeated key, but only the first break in the syntax", () => {
    expect(issuesOf("a: 1\na: 2\na: 3\nb: ]\nc: ]\n: }")).toEqual([
      "2:1 duplicateKey",
      "3:1 duplicateKey",
      "4:4 malformedYaml",
    ]);
  });

  it("finds a twin among 100,000 keys", { timeout: 30_000 }, () => {
    // The library's own comparison of each with each is five billion, and does not end within the time.
    const keys = Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`);
    const { root, sink } = parseYaml(`a: 1\n${keys.join("\n")}\na: 2`, "f.yaml");
    expect(root).toBeUndefined();
    expect(sink.issues).toMatchObject([{ code: "duplicateKey", line: 100_002, column: 1 }]);
  });

  it('takes 1 and "1" for two keys, and 1 and 0x1 for one, as the library did', () => {
    expect(issuesOf('1: a\n"1": b\n')).toEqual([]);
    expect(issuesOf("1: a\n0x1: b\n")).toEqual(["2:1 duplicateKey"]);
    expect(issuesOf("\"a\": 1\n'a': 2\n")).toEqual(["2:1 duplicateKey"]);
  });

  it("takes no alias bomb into memory", () => {
    const lines = ["a0: &a0 [x, x]"];
    for (let level = 1; level < 40; level += 1) {
      lines.push(`a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`);
    }
    expect(parseYaml(lines.join("\n"), "f.yaml").root).toBeUndefined();
  });

  it("refuses deep nesting with an issue, not a crash", () => {
    for (const text of ["[".repeat(20_000), "{a: ".repeat(20_000), "- ".repeat(20_000)]) {
      const { sink, root } = parseYaml(text, "f.yaml");
      expect(root).toBeUndefined();
      expect(sink.issues.length).toBeGreaterThan(0);
    }
  });

  it("keeps a merge key and words of YAML 1.1 as plain texts", () => {
    const { root } = parseYaml("<<: { a: no }\nb: on", "f.yaml");
    expect(root?.plain()).toEqual({ "<<": { a: "no" }, b: "on" });
  });
});
