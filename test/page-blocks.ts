/** The code blocks of a page, without the indentation of the list that they are in. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export interface Block {
  readonly language: string;
  readonly code: string;
}

/** @param file the page, by its path in the repository */
export function blocksOf(file: string): readonly Block[] {
  const page = readFileSync(resolve(import.meta.dirname, "..", file), "utf8");
  return [...page.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)].map(
    ([, indentation = "", language = "", code = ""]) => ({
      language,
      code: code.replaceAll(new RegExp(`^${indentation}`, "gm"), ""),
    }),
  );
}

/** The codes of one language, in their order. */
export function codesOf(file: string, language: string): readonly string[] {
  return blocksOf(file)
    .filter((block) => block.language === language)
    .map(({ code }) => code);
}
