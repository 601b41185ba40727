/**
 * JSON that is read where security rests on it: a member that stands twice is never read as either.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonBytes, readJson } from "../shared/json-members.ts";

/** A value's text in which one object, somewhere, has one of its members twice. */
const twins = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.string(), fc.jsonValue(), fc.boolean())
  .chain(([outer, name, value, isEscaped]) => {
    const key = JSON.stringify(name);
    const again = isEscaped
      ? `"${[...Array(name.length).keys()].map((at) => escapeAt(name, at)).join("")}"`
      : key;
    const twice = `{${key}:${JSON.stringify(value)} , ${again}\t:\n${JSON.stringify(value)}}`;
    const texts = [
      twice,
      `[${JSON.stringify(outer)},${twice}]`,
      `{"a":{"b":[${twice}]},"c":${JSON.stringify(outer)}}`,
    ];
    return fc.constantFrom(...texts);
  });

function escapeAt(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
}

describe("JSON with each member once", () => {
  it("is read as JSON.parse reads it", () => {
    const property = fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(readJson(text, 100)).toEqual({ kind: "value", value: JSON.parse(text) });
      expect(parseJsonBytes(Buffer.from(text))).toEqual(JSON.parse(text));
    });
    fc.assert(property, { seed: 13 });
  });

  it("is not what has a member twice, at any depth, in any spelling", () => {
    const property = fc.property(twins, (text) => {
      expect(readJson(text, 100)).toEqual({ kind: "twins" });
      expect(() => parseJsonBytes(Buffer.from(text))).toThrow(/^it gives a member of an object twice$/);
    });
    fc.assert(property, { seed: 13, numRuns: 1_000 });
  });

  it.each([
    ["a broken text", Buffer.from('{"secret":'), "it is not JSON"],
    ["nothing", Buffer.from(""), "it is not JSON"],
    ["a byte order mark", Buffer.from("\ufeff{}"), "it is not JSON"],
    ["bytes that are no UTF-8", Buffer.from([0x22, 0xff, 0x22]), "it is not UTF-8 text"],
    ["a deep text", Buffer.from("[".repeat(1_000_000)), "it is nested too deeply"],
  ])("is not %s, and nothing of it is quoted", (_, bytes, message) => {
    expect(() => parseJsonBytes(bytes)).toThrow(new SyntaxError(message));
  });
});
