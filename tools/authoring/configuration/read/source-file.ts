/** Reads an author's file, or says as an issue why it can't be read. Author side only. */
import { readFile, stat } from "node:fs";
import { relative } from "node:path";
import { promisify } from "node:util";
import type { Issue } from "../../../../shared/errors.ts";
import { systemReason } from "../../system-reason.ts";

/** For thousands of files these take half the time of those of `node:fs/promises`. */
const [statFile, readBytes] = [promisify(stat), promisify(readFile)];

/** People write configurations. A larger file was not written by hand. */
const maxBytes = 10 * 1024 * 1024;

/** Names a file as a user in the current directory would click it. */
export function displayPath(path: string): string {
  return relative(process.cwd(), path) || ".";
}

export function fileIssue(path: string, code: string, message: string): Issue {
  return { severity: "error", code, file: displayPath(path), path: "", line: 1, column: 1, message };
}

/** Reads a file of UTF-8 text, without its byte order mark. Never throws for what is wrong with the file. */
export async function readSourceFile(
  path: string,
): Promise<
  | { readonly ok: true; readonly text: string; readonly hasMark: boolean }
  | { readonly ok: false; readonly issue: Issue }
> {
  try {
    const found = await statFile(path);
    // A device may never end, and a pipe never begin.
    if (!found.isFile()) {
      const message = found.isDirectory()
        ? "this is a folder; a file is needed here"
        : "this is not a file; replace it";
      return { ok: false, issue: fileIssue(path, "unreadableFile", message) };
    }
    if (found.size > maxBytes) {
      const message = `the file is larger than ${maxBytes} bytes; split it`;
      return { ok: false, issue: fileIssue(path, "fileTooLarge", message) };
    }
    const bytes = await readBytes(path);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { ok: true, text, hasMark: bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf };
  } catch (error) {
    if (error instanceof TypeError)
      return { ok: false, issue: fileIssue(path, "notUtf8", "the file is not UTF-8 text; save it as UTF-8") };
    return { ok: false, issue: unreadable(path, error) };
  }
}

export function unreadable(path: string, error: unknown): Issue {
  if (error instanceof Error && "code" in error && error.code === "ENOENT")
    return fileIssue(path, "missingFile", "there is no such file or folder; create it");
  return fileIssue(path, "unreadableFile", `this can't be read: ${systemReason(error)}`);
}
