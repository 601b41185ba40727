import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DocumentNode } from "../../../tools/authoring/document/document-node.ts";
import { IssueSink } from "../../../tools/authoring/document/issue-sink.ts";
import { parseJson } from "../../../tools/authoring/document/parse-json.ts";

const RUNS = { seed: 20_261_130, numRuns: 1_000 };
/** What JSON has, almost has, and what YAML would take for more than JSON does. */
const PIECES = [
  ...['"', "{", "}", "[", "]", ",", ":", '"a"', '{"a":', '"b":1,', "[]", "1", "-0", "1E+5", "01", "1.", "+1"],
  ...[
    "true",
    "null",
    "True",
    "yes",
    "~",
    "'x'",
    "a",
    "\\",
    "\\n",
    "\\/",
    "\\u00e9",
    "\\u12",
    "\\x",
    "\\ud800",
  ],
  ...[
    "\0",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\u007f",
    "\u2028",
    "\ufeff",
    "\u00a0",
    "\ud800",
    "//x\n",
    "/*",
    "*/",
    "/",
  ],
  ...[
    "# x\n",
    "---\n",
    "&a ",
    "*a",
    "!!str ",
    "? ",
    "- ",
    "| ",
    "%YAML 1.1\n",
    " ",
    `"${"k".repeat(1_100)}":`,
  ],
];

function parse(text: string, maxDepth = 32) {
  const sink = new IssueSink(text, { file: "f.json" });
  return { root: parseJson(text, maxDepth, sink), issues: sink.issues };
}

/** Whether a text is JSON; what is more than that, we report although `JSON.parse` takes it. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Holds each value's place in the text against what `JSON.parse` reads there. */
function expectPlaces(text: string, node: DocumentNode): void {
  const source = text.slice(node.start.offset, node.end.offset);
  expect(JSON.stringify(node.plain())).toBe(JSON.stringify(JSON.parse(source)));
  const lines = text.slice(0, node.start.offset).split(/\r\n?|\n/);
  expect(node.start).toMatchObject({ line: lines.length, column: (lines.at(-1) ?? "").length + 1 });
  if (source.startsWith("[")) for (const item of node.items()) expectPlaces(text, item);
  if (!source.startsWith("{")) return;
  for (const [key, member] of node.members() ?? []) {
    const colon = /^\s*:\s*$/;
    const between = text.slice(member.keyStart.offset, member.start.offset);
    expect(JSON.parse(between.slice(0, between.lastIndexOf('"') + 1))).toBe(key);
    expect(between.slice(between.lastIndexOf('"') + 1)).toMatch(colon);
    expectPlaces(text, member);
  }
}

/** Holds the reader against `JSON.parse`: both accept, with the same value and right places, or neither does. */
function expectAgreement(text: string): void {
  const { root, issues } = parse(text);
  const moreThanJson = issues.filter(
    ({ code, message }) => code === "duplicateKey" || message.includes("surrogate"),
  );
  expect(issues.length === moreThanJson.length).toBe(isJson(text));
  if (!root || issues.length > 0) return;
  expect(JSON.stringify(root.plain())).toBe(JSON.stringify(JSON.parse(text)));
  expectPlaces(text, root);
}

describe("parseJson", () => {
  it("accepts what JSON.parse accepts, with every place, and nothing else", () => {
    const space = fc.constantFrom(undefined, 1, "\t", " \r\n");
    const json = fc
      .tuple(fc.jsonValue({ maxDepth: 5, stringUnit: "binary" }), space)
      .map(([value, indent]) => JSON.stringify(value, undefined, indent));
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...PIECES)), { maxLength: 3 });
    const damaged = fc.tuple(json, damage).map(([text, cuts]) =>
      cuts.reduce((whole, [at, removed, added]) => {
        const from = at % (whole.length + 1);
        return whole.slice(0, from) + added + whole.slice(from + removed);
      }, text),
    );
    const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(fc.property(fc.oneof(json, damaged, soup), expectAgreement), RUNS);
  });

  it.each([
    ["a key of more than 1,024 characters", `{"${"k".repeat(5_000)}":1}`],
    ["tabs", '\t{\t"a"\t:\t[\n\t1\t]\t}\t'],
    ["lines that end at CR alone", '[\r1,\r{"a"\r:2}\r]'],
    ["all escapes", '["\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\u0000"]'],
    ["numbers that no double holds", "[9007199254740993,-0,1E+5,1e-10,1.50]"],
    [
      "texts that YAML reads otherwise",
      '["yes","~","0x1","# x","---","*a","&a",": ","",{"<<":1,"__proto__":2}]',
    ],
    ["a scalar alone", ' "x" '],
  ])("reads %s", (_, text) => {
    expect(isJson(text)).toBe(true);
    expect(parse(text).issues).toEqual([]);
    expectAgreement(text);
  });

  it("keeps the text of a number", () => {
    const { root } = parse("[9007199254740993,1E+400,-0]");
    expect(root?.items().map((item) => item.written())).toEqual(["9007199254740993", "1E+400", "-0"]);
  });
});
