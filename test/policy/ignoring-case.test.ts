import { expect, it } from "vitest";
import { parseOperator } from "../../shared/policy/condition/operators.ts";
import { compileValue } from "../../shared/policy/condition/value-matcher.ts";
import { createContext } from "../../shared/policy/model/context.ts";
import { type ComparisonResult, FALSE, UNREADABLE } from "../../shared/policy/model/unknown.ts";

const operator = parseOperator("StringEqualsIgnoreCase");
const nothing = createContext({});

function compare(value: string, given: string): ComparisonResult | string {
  const matcher = operator ? compileValue(operator, value, true) : "no operator";
  return typeof matcher === "string" ? matcher : matcher.matches(given, nothing);
}

/** Every letter beyond ASCII that has another case, with the texts that it becomes there and back. */
function* letters(): Generator<readonly string[]> {
  for (let code = 0x80; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const letter = String.fromCodePoint(code);
    const [small, large] = [letter.toLowerCase(), letter.toUpperCase()];
    if (small === letter && large === letter) continue;
    yield [...new Set([letter, small, large, small.toUpperCase(), large.toLowerCase()])];
  }
}

it("compares texts that differ in the case of any letters beyond A to Z as undecided, in any mixture", () => {
  const wrong: string[] = [];
  for (const forms of letters()) {
    for (const one of forms) {
      for (const other of forms) {
        // LONG S and S have one small letter only by way of their capital.
        if (compare(`\u017f${one}`, `S${other}`) !== UNREADABLE) wrong.push(`${one} ${other}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

it.each([
  ["\u017f\u212a", "sk"],
  ["\u1e9e", "SS"],
  ["\u0130d", "id"],
  ["\u0131d", "ID"],
  ["\ufb03", "FFI"],
])("does not tell %j from %j", (one, other) => {
  expect([compare(one, other), compare(other, one)]).toEqual([UNREADABLE, UNREADABLE]);
});

it.each([
  ["\u00f6", "o"],
  ["\u00e9", "e\u0301"],
  ["\u03b1", "a"],
])("tells %j from %j, which are other letters", (one, other) => {
  expect([compare(one, other), compare(other, one)]).toEqual([FALSE, FALSE]);
});
