/** Texts of others in Markdown: read by CommonMark's rule of code spans, they are one span and nothing else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutControls } from "../../../shared/without-controls.ts";
import { codeBlock, inCode } from "../../../tools/cli/formats/markdown.ts";

/** The content of the code span that a text begins with, and what is after it. https://spec.commonmark.org/0.31.2/#code-spans */
function readSpan(text: string): readonly [content: string, rest: string] | undefined {
  const [fence = ""] = /^`+/.exec(text) ?? [];
  const close = [...text.slice(fence.length).matchAll(/`+/g)].find(([row]) => row === fence);
  if (fence === "" || !close) return undefined;
  const raw = text.slice(fence.length, fence.length + close.index);
  const content = /^ .* $/.test(raw) && raw.trim() !== "" ? raw.slice(1, -1) : raw;
  return [content, text.slice(fence.length + close.index + fence.length)];
}

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("`", "``", " ", "@admin", "|", "<img src=x>", "\n", "\\", "#1", "](x)"), {
      maxLength: 9,
    })
    .map((parts) => parts.join("")),
);

describe("text in Markdown", () => {
  it("is one span of code, whatever it is", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = withoutControls(text.toWellFormed());
        const [content, rest] = readSpan(inCode(text)) ?? [];
        expect(rest).toBe("");
        expect(line.trim() === "" ? content?.trim() : content).toBe(line.trim() === "" ? "" : line);
      }),
    );
  });

  it.each([
    ["hr", "`hr`"],
    ["a`b", "``a`b``"],
    ["`@admin`", "`` `@admin` ``"],
    ["a\n\n<img src=x>", "`a\\u{a}\\u{a}<img src=x>`"],
    ["", "` `".replace(" ", "  ")],
  ])("%j is %s", (text, span) => {
    expect(inCode(text)).toBe(span);
  });

  it("is a block whose lines cannot end it", () => {
    expect(codeBlock(["```", "", "a\n# b"])).toEqual(["    ```", "    ", "    a\\u{a}# b"]);
  });
});
