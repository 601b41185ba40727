/** What commands print for people: as wide as the terminal, harmless, and whole. */
import fc from "fast-check";
import displayWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import {
  counted,
  formatJson,
  formatLines,
  layOutTable,
  wrapLine,
} from "../../../tools/cli/terminal/lay-out.ts";

const arn = "arn:aws:connect:us-east-1:123456789012:instance/00fbeee1-123e-111e-93e3-11111bfbfcc1/agent/*";
const words = fc.array(fc.constantFrom("the", "policy", "名前", "é", arn, "`a b c`", "👩‍👩‍👧", "`", "x y"), {
  minLength: 1,
});

describe("a line", () => {
  it("keeps its words, in their order, however narrow the terminal is", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 120 }), fc.nat(8), (given, columns, indent) => {
        const line = given.join(" ");
        const wrapped = wrapLine(line, columns, indent);
        expect(wrapped.replace(/\n */g, " ")).toBe(line);
        expect(wrapLine(line, undefined, indent)).toBe(line);
      }),
    );
  });

  it("is no longer than the terminal is wide, except for what must not be broken", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 120 }), (given, columns) => {
        const line = given.filter((each) => each !== "`").join(" ");
        for (const each of wrapLine(line, columns, 4).split("\n")) {
          const whole = Math.max(
            0,
            ...(each.match(/`[^`]*`|[^ `]+/g) ?? []).map((word) => displayWidth(word)),
          );
          expect(displayWidth(each) <= columns || whole + 4 > columns).toBe(true);
        }
      }),
    );
  });

  it("breaks between words, and goes on below its own text", () => {
    expect(formatLines([`  it needs ${arn} and \`one command\``, "short"], { columns: 30 })).toBe(
      `  it needs ${arn}\n    and \`one command\`\nshort\n`,
    );
  });

  it("breaks JSON between members only, so that it is the same when it is pasted", () => {
    const value = { Effect: "Allow", Action: ["connect:A", "connect:B"], Sid: "a,", Resource: [arn, ","] };
    const line = `it needs ${JSON.stringify(value)}`;
    for (const columns of [20, 40, 80]) {
      const [, json = ""] = /(\{.*\})/s.exec(wrapLine(line, columns, 4)) ?? [];
      expect(json.split("\n").length).toBeGreaterThan(1);
      expect(JSON.parse(json)).toEqual(value);
    }
  });

  it("controls no terminal and no pipeline, whatever it holds", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 4 }), fc.nat(90), (lines, columns) => {
        expect(formatLines(lines, { columns })).not.toMatch(
          /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s*::|##\w*\[/mu,
        );
      }),
    );
  });
});

describe("a table", () => {
  it("aligns what is shown: wide letters, accents and emoji", () => {
    const rows = [
      ["名前", "x"],
      ["e\u0301", "x"],
      ["👍🏽", "x"],
      ["name", "x"],
    ];
    expect(layOutTable(rows, undefined).map((line) => displayWidth(line))).toEqual([7, 7, 7, 7]);
  });

  it("continues a long last cell below itself, or at the left if there is no room", () => {
    const rows = [
      ["a", "bb", "one two three four five"],
      ["aa", "b", ""],
    ];
    expect(layOutTable(rows, 30)).toEqual(["a   bb  one two three four\n        five", "aa  b"]);
    expect(layOutTable(rows, 20)).toEqual(["a   bb  one two\n    three four five", "aa  b"]);
    expect(layOutTable([], 20)).toEqual([]);
  });

  it("shrinks its widest column on a narrow terminal: only longer rows are out of line", () => {
    const rows = [
      ["allowed", "agent/u-1", "[1]"],
      ["allowed", "security-profile/some-long-id", "[2]"],
    ];
    expect(layOutTable(rows, 40)).toEqual([
      `allowed  agent/u-1${" ".repeat(19)}[1]`,
      "allowed  security-profile/some-long-id\n    [2]",
    ]);
    expect(layOutTable(rows, undefined)[0]).toBe("allowed  agent/u-1                      [1]");
  });
});

describe("JSON", () => {
  it("is the same value, and controls no terminal and no pipeline", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const text = formatJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
    const said = formatJson({ name: "##[error]\u009b31m\u{e0041}" }, 0);
    expect(said).toBe('{"name":"\\u0023#[error]\\u009b31m\\udb40\\udc41"}');
  });
});

it.each([
  [0, "0 policies"],
  [1, "1 policy"],
  [3200, "3,200 policies"],
])("%i is written %s", (count, text) => {
  expect(counted(count, "policy", "policies")).toBe(text);
});
