/** docs/reference/library has every export as the source describes it; `npm run docs:library` writes it anew. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

interface Export {
  readonly name: string;
  /** The first sentence of its comment. */
  readonly sentence: string;
}

const declaration =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export (?:declare )?(?:class|const|function|interface|type) (\w+)/g;

function exportsOf(...files: readonly string[]): readonly Export[] {
  return files.flatMap((file) =>
    [...read(file).matchAll(declaration)].map(([, comment = "", name = ""]) => {
      const text = comment
        .replace(/^\s*\* ?/gm, " ")
        .replace(/\s+/g, " ")
        .trim();
      return { name, sentence: /^.*?[.:](?= |$)/.exec(text)?.[0] ?? text };
    }),
  );
}

/** The page's text on one line, with links as their text. */
function proseOf(page: string): string {
  return page
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\\([<>|[\]{}])/g, "$1")
    .replace(/\s+/g, " ");
}

describe.each([
  [
    "docs/reference/library/connect-authorizer.md",
    ["tools/library/index.ts", "tools/library/errors.ts", "tools/library/types.ts"],
  ],
  [
    "docs/reference/library/connect-authorizer/policy.md",
    ["tools/library/policy.ts", "tools/library/policy-types.ts"],
  ],
])("%s", (file, sources) => {
  const page = read(file);
  const exported = exportsOf(...sources);

  it("lists every export, and no other", () => {
    const headings = [...page.matchAll(/^### (\w+)/gm)].map(([, name = ""]) => name);
    expect(headings.length).toBeGreaterThan(10);
    expect(headings.toSorted()).toEqual(exported.map(({ name }) => name).toSorted());
  });

  it.each(exported)("describes $name as the source does", ({ sentence }) => {
    expect(sentence.length).toBeGreaterThan(8);
    expect(proseOf(page)).toContain(proseOf(sentence.replace(/\{@link ([\w.]+)\}/g, "$1")));
  });
});
