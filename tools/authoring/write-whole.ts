/** Writes files that others may be reading. */
import { chmod, lstat, mkdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file in one step: a reader sees the old file or the new one, never a part.
 *
 * Devices, pipes, targets of symbolic links and files with several names are not replaced: their content is written.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const there = await stat(path).catch(absent);
  const isLink = (await lstat(path).catch(absent))?.isSymbolicLink() ?? false;
  // Writing through a link to nothing creates the file.
  if ((isLink && !there) || (there && (!there.isFile() || there.nlink > 1))) return writeFile(path, text);
  const target = isLink ? await realpath(path) : path;
  // Like `/dev/stderr`: the process that redirected it keeps writing into that same file.
  if (isLink && /^\/(?:dev|proc)\//.test(path)) return writeFile(path, text);
  const unfinished = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, text, { flag: "wx" });
    if (there) await chmod(unfinished, there.mode);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function absent(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
