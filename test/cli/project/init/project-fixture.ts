/** A folder in which `init` writes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { onTestFinished } from "vitest";

/** The path of a folder that is not there yet, with a space in it; removed with the test. */
export function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), "init "));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  return join(parent, "My policies");
}

/** Path, with `/`, → text of every file in a folder. */
export function filesIn(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  const files = paths.filter((path) => statSync(path).isFile()).sort();
  return new Map(
    files.map((path) => [relative(folder, path).replaceAll("\\", "/"), readFileSync(path, "utf8")]),
  );
}
