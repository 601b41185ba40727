/**
 * Canonical JSON: equal values have equal texts, and the text means the value.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, canonicalText, inCanonicalOrder } from "../../shared/bundle/canonical-json.ts";

describe("canonicalJson", () => {
  it("sorts keys at every level, keeps lists in order and leaves out what is undefined", () => {
    const value = { b: [2, 1, { d: 1, c: undefined }], a: { z: null, y: true }, "10": "x", "9": "y" };
    expect(canonicalJson(value)).toBe('{"10":"x","9":"y","a":{"y":true,"z":null},"b":[2,1,{"d":1}]}');
  });

  it("is read back as the value it was made from, and made again as the same text", () => {
    const property = fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    });
    fc.assert(property, { seed: 43, numRuns: 500 });
  });

  it("keeps a member called __proto__ as a member", () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    () => 1,
    new Date(0),
    new Map(),
    Symbol("s"),
    1n,
    undefined,
  ])("refuses what JSON cannot hold (case %#)", (value) => {
    expect(() => canonicalJson(value)).toThrow("is not JSON");
  });
});

describe("a value in canonical order", () => {
  it("is written by JSON.stringify as canonical JSON", () => {
    let kept = 0;
    const property = fc.property(fc.jsonValue(), (value) => {
      const ordered = inCanonicalOrder(value);
      expect(canonicalText(value)).toBe(canonicalJson(value));
      expect(canonicalText(ordered)).toBe(canonicalJson(value));
      expect(ordered).toEqual(JSON.parse(JSON.stringify(value)));
      if (ordered === value) kept += 1;
    });
    fc.assert(property, { seed: 43, numRuns: 500 });
    expect(kept).toBeGreaterThan(100);
    expect(kept).toBeLessThan(500);
  });

  it.each([{ a: undefined }, { "9": 1, "10": 2 }, { b: 1, a: 2 }, [{ b: 1, a: 2 }]])(
    "is another than %j",
    (value) => {
      expect(inCanonicalOrder(value)).not.toBe(value);
      expect(canonicalText(value)).toBe(canonicalJson(value));
    },
  );

  it.each([Number.NaN, () => 1, new Date(0), undefined])("holds what JSON can hold (case %#)", (value) => {
    expect(() => inCanonicalOrder([value])).toThrow("is not JSON");
    expect(() => canonicalText([value])).toThrow("is not JSON");
  });
});
