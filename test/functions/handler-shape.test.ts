/**
 * A handler's file is read first of all: wiring, and one function `answer` that is the way of a call on one page.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const most = { linesOfFile: 180, linesOfFunction: 45 };

describe.each([
  { file: "functions/authorizer/handler.ts", way: "answer" },
  { file: "shared/call/serve-call.ts", way: "serveCall" },
])("$file", ({ file, way }) => {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const functions = topLevelFunctions(text);

  it("has one way of a call, from top to bottom on a page", () => {
    const lines = functions.get(way) ?? Number.NaN;
    expect(lines).toBeGreaterThan(20);
    expect(lines).toBeLessThanOrEqual(most.linesOfFunction);
  });

  it("has no long function, and is short itself", () => {
    const long = [...functions].filter(([, lines]) => !(lines <= most.linesOfFunction));
    expect(long).toEqual([]);
    expect(text.split("\n").length).toBeLessThanOrEqual(most.linesOfFile);
  });

  it("keeps nothing of a call in variables that change: that is the trail's", () => {
    expect(text.match(/^ *(?!\*|\/)(?:let |.*Object\.assign|.*\+\+).*$/gm) ?? []).toEqual([]);
  });
});

/** Lines of each function that is not inside another, its signature included. */
function topLevelFunctions(text: string): ReadonlyMap<string, number> {
  const found = text.matchAll(/^(?:export )?(?:async )?function (\w+)[\s\S]*?^}$/gm);
  return new Map([...found].map(([whole, name = ""]) => [name, whole.split("\n").length]));
}
