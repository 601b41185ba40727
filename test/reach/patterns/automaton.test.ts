/**
 * The two relations between patterns that lint rests on, held against every text of a small alphabet.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ANY, ANY_IN_PART, STAR, STAR_IN_PART } from "../../../shared/policy/pattern/glob.ts";
import {
  ANY_IN_WORD,
  covers,
  literalTest,
  overlap,
  STAR_IN_WORD,
} from "../../../shared/reach/patterns/automaton.ts";
import { resourceCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import { casesOf } from "../../random-cases.ts";

describe("resourceCodes", () => {
  it.each([
    ["arn:aws:connect", "arn:aws:connect:*:*:*"],
    ["arn:aws:connect:us-*-1", "arn:aws:connect:us-*-1:*:*"],
    ["arn:aws:connect:*:1*2", "arn:aws:connect:*:1*2:*"],
  ])("makes the same of %s as of the whole ARN", (pattern, whole) => {
    expect(resourceCodes(whole, true)).toBeDefined();
    expect(resourceCodes(pattern, true)).toEqual(resourceCodes(whole, true));
  });
});

const letters = [..."ab:/"];

/** Every text of up to six letters. */
const texts = Array.from({ length: 6 }).reduce<string[][]>(
  (lengths) => [...lengths, (lengths.at(-1) ?? []).flatMap((text) => letters.map((letter) => text + letter))],
  [[""]],
);
const allTexts = texts.flat();

/** The characters that a wildcard never matches. */
const excluded: ReadonlyMap<number, string> = new Map([
  [ANY, ""],
  [STAR, ""],
  [ANY_IN_PART, ":"],
  [STAR_IN_PART, ":"],
  [ANY_IN_WORD, "/:"],
  [STAR_IN_WORD, "/:"],
]);
const runs: ReadonlySet<number> = new Set([STAR, STAR_IN_PART, STAR_IN_WORD]);

/** The plainest matcher there is. */
function matches(codes: readonly number[], text: string): boolean {
  const [code, ...rest] = codes;
  if (code === undefined) return text === "";
  const takes =
    text !== "" &&
    (code >= 0 ? text.charCodeAt(0) === code : !(excluded.get(code) ?? "").includes(text.charAt(0)));
  if (runs.has(code)) return matches(rest, text) || (takes && matches(codes, text.slice(1)));
  return takes && matches(rest, text.slice(1));
}

function pattern(wildcards: readonly number[]) {
  const codes = [...letters.map((letter) => letter.charCodeAt(0)), ...wildcards];
  return fc.array(fc.constantFrom(...codes), { maxLength: 3 });
}

const policyPattern = pattern([ANY, STAR, ANY_IN_PART, STAR_IN_PART]);

describe("the test of a literal", () => {
  it("gives what overlap gives, for every text", () => {
    const ours = pattern([ANY, STAR, ANY_IN_PART, STAR_IN_PART, ANY_IN_WORD, STAR_IN_WORD]);
    const literals = [...allTexts, "a\nb", "a*", "é", "\u{1f600}", "a-b_c.d$9", "<a>"];
    const property = fc.property(ours, fc.constantFrom(...literals), (codes, text) => {
      const literal = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
      expect(literalTest(codes)(text)).toBe(overlap(literal, codes));
    });
    fc.assert(property, { seed: 13, numRuns: casesOf(20_000) });
  });
});

describe("overlap", () => {
  it("is true exactly when some text matches both patterns", () => {
    let overlaps = 0;
    const shape = pattern([ANY_IN_WORD, STAR_IN_WORD, STAR]);
    const property = fc.property(policyPattern, shape, (one, other) => {
      const expected = allTexts.some((text) => matches(one, text) && matches(other, text));
      if (expected) overlaps++;
      expect(overlap(one, other)).toBe(expected);
    });
    fc.assert(property, { seed: 11, numRuns: casesOf(1_500) });
    expect(overlaps).toBeGreaterThan(casesOf(150));
    expect(overlaps).toBeLessThan(casesOf(1_350));
  }, 30_000);
});

describe("covers", () => {
  it("is true only when every text of the narrower pattern matches the wider", () => {
    let covered = 0;
    const property = fc.property(policyPattern, policyPattern, (wider, narrower) => {
      if (!covers(wider, narrower)) return;
      covered++;
      for (const text of allTexts)
        if (matches(narrower, text)) expect([text, matches(wider, text)]).toEqual([text, true]);
    });
    fc.assert(property, { seed: 12, numRuns: casesOf(3_000) });
    expect(covered).toBeGreaterThan(casesOf(50));
  }, 30_000);
});
