import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../shared/errors.ts";
import { parseJson } from "../../../shared/request/decode/body.ts";

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
    ['{"a":1,"a":2}', "the same key twice", "a"],
    ['{"a":1,"\\u0061":2}', "the same key twice, once escaped", "a"],
    ['{"x":[{"k":1},[0,{"a":{}}],{"k":[1,2],"k":1}]}', "the same key twice, deep inside", "x[2].k"],
    [
      '{"x":{"y":{"a\\",{":"}","b":1,"b":2}}}',
      "the same key twice, after quotes and braces in texts",
      "x.y.b",
    ],
    ['{"__proto__":1,"__proto__":2}', "a hostile key twice", "__proto__"],
  ])("refuses %s: %s", (text, _, path) => {
    expect(() => parseJson(text)).toThrow(new InputError(path, "is given more than once in the body"));
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
