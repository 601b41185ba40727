/** The name by which a pipeline finds a file: from the root of what it checked out, with slashes. */
import { relative, resolve, sep } from "node:path";

/** @param file as the current folder names it */
export function sourcePath(file: string): string {
  const root = process.env["GITHUB_WORKSPACE"] || process.cwd();
  return relative(root, resolve(file)).split(sep).join("/") || ".";
}
