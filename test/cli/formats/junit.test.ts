/** JUnit XML: well-formed whatever the texts are, and a test that fails is one that says why. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatJunit } from "../../../tools/cli/formats/junit.ts";

/** All that an XML document may hold. https://www.w3.org/TR/xml/#charsets */
const characters = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
const attribute = '[a-z]+="(?:[^<&"]|&(?:amp|lt|gt|quot);)*"';
const tag = new RegExp(`^</?[a-z-]+(?: ${attribute})*/?>`);

/** The names of the elements that are opened and closed, in order. @throws for what is not well-formed */
function readTags(xml: string): readonly string[] {
  if (!characters.test(xml)) throw new TypeError("a character that XML does not have");
  const tags: string[] = [];
  for (let rest = xml.replace(/^<\?xml [^?]*\?>/, ""); rest !== ""; ) {
    const [found = /^(?:[^<&]|&(?:amp|lt|gt|quot);)+/.exec(rest)?.[0]] = tag.exec(rest) ?? [];
    if (found === undefined) throw new TypeError(`not well-formed: ${rest.slice(0, 80)}`);
    if (found.startsWith("<")) tags.push(found.replace(/ .*(?=\/>)| .*(?=>)/s, ""));
    rest = rest.slice(found.length);
  }
  return tags;
}

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom("<", ">", "&", '"', "]]>", "</failure>", "\uFFFE", "\uFFFF", "\u0000", "\uD800", "\n"),
    )
    .map((parts) => parts.join("")),
);

describe("JUnit XML", () => {
  it("is well-formed whatever the texts are", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (file, name, text) => {
        const cases = [
          { name, line: 1, why: [text, text] },
          { name, line: 2, why: [], note: text },
          { name, line: 3, why: [] },
        ];
        expect(readTags(formatJunit(new Map([[file, cases]])))).toEqual([
          "<testsuites>",
          "<testsuite>",
          ...["<testcase>", "<failure>", "</failure>", "</testcase>"],
          ...["<testcase>", "<system-out>", "</system-out>", "</testcase>"],
          "<testcase/>",
          "</testsuite>",
          "</testsuites>",
        ]);
      }),
    );
  });

  it("has the attributes that Jenkins' schema, junit-10.xsd, requires, and no other than it allows", () => {
    const required: ReadonlyMap<string, readonly string[]> = new Map([
      ["testsuites", []],
      ["testsuite", ["name", "tests", "failures", "errors"]],
      ["testcase", ["name"]],
      ["failure", []],
      ["system-out", []],
    ]);
    const allowed = new Map([
      ["testsuites", ["name", "time", "tests", "failures", "errors"]],
      [
        "testsuite",
        ["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
      ],
      ["testcase", ["time", "classname", "group"]],
      ["failure", ["type", "message"]],
    ]);
    const cases = [
      { name: "a", line: 1, why: ["no", "because"] },
      { name: "b", line: 2, why: [], note: "c" },
    ];
    const xml = formatJunit(new Map([["f.yaml", cases]]));
    const tags = [...xml.matchAll(/<([a-z-]+)((?: [a-z]+="[^"]*")*)\/?>/g)];
    expect(new Set(tags.map(([, name]) => name))).toEqual(new Set(required.keys()));
    for (const [, name = "", attributes = ""] of tags) {
      const names = [...attributes.matchAll(/ ([a-z]+)=/g)].map(([, each = ""]) => each);
      const needed = required.get(name) ?? [];
      expect(names).toEqual(expect.arrayContaining([...needed]));
      expect(names.filter((each) => ![...needed, ...(allowed.get(name) ?? [])].includes(each))).toEqual([]);
    }
    expect(xml).toContain('<failure message="no">f.yaml:1\nno\nbecause</failure>');
  });

  it("counts tests and failures", () => {
    const suites = new Map([
      ["a", [{ name: "x", line: 1, why: ["no"] }]],
      ["b", [{ name: "y", line: 1, why: [], note: "hm" }]],
    ]);
    expect(formatJunit(suites).match(/tests="\d" failures="\d"/g)).toEqual([
      'tests="2" failures="1"',
      'tests="1" failures="1"',
      'tests="1" failures="0"',
    ]);
  });
});
