import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../shared/errors.ts";
import { parseJson } from "../../shared/request/json.ts";

describe("parseJson", () => {
  it("reads whatever JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
      { seed: 1 },
    );
  });

  it.each([
    ['{"a":1,"a":2}', "the same key twice"],
    ['{"a":1,"\\u0061":2}', "the same key twice, once escaped"],
    ['{"x":[{"k":1,"k":1}]}', "the same key twice, deep inside"],
    ['{"__proto__":1,"__proto__":2}', "a hostile key twice"],
  ])("refuses %s: %s", (text) => {
    expect(() => parseJson(text)).toThrow(new InputError("", "the body has an object with a duplicate key"));
  });

  it.each(["", "{", "{'a':1}", '{"a":1,}', "NaN", '{"a":01}', '"\\x"', "[1] 2", '{"a" 1}'])(
    "refuses %j as malformed",
    (text) => {
      expect(() => parseJson(text)).toThrow(new InputError("", "the body is not valid JSON"));
    },
  );

  it("takes the same key in different objects, and colons and quotes inside strings", () => {
    const text = '{"a":{"a":"\\"b\\": 1"},"b":["a:",{"a":null}]}';
    expect(parseJson(text)).toEqual({ a: { a: '"b": 1' }, b: ["a:", { a: null }] });
  });

  it("refuses nesting beyond 64 levels before parsing it", () => {
    expect(parseJson("[".repeat(64) + "]".repeat(64))).toBeInstanceOf(Array);
    expect(() => parseJson("[".repeat(65) + "]".repeat(65))).toThrow(/deeper than 64/);
    expect(() => parseJson("[".repeat(1_000_000))).toThrow(/deeper than 64/);
  });
});
