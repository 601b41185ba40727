/**
 * Pages that name a test for what they claim: `test/FILE.test.ts`: TITLE, to the end of the table's cell or the line.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");

/** A test as a page names it. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** Reads a page's named tests. */
export function readNamedTests(page: string): readonly NamedTest[] {
  const text = readFileSync(resolve(root, page), "utf8");
  return [...text.matchAll(/`(test\/[\w/.-]+\.test\.ts)`: (.+?)(?: \||\.?$)/gm)].map(
    ([, file = "", title = ""]) => ({ file, title }),
  );
}

/** Whether the file has the title, as a whole text. */
export function hasTitle({ file, title }: NamedTest): boolean {
  const text = readFileSync(resolve(root, file), "utf8").replace(/\s+/g, " ");
  return ['"', "'", "`"].some((quote) => text.includes(`${quote}${title}${quote}`));
}
