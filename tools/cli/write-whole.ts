/** Writes files that others may be reading, and everything else that `--out` can name. */
import { chmod, lstat, mkdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { systemReason } from "../authoring/system-reason.ts";
import { type CommandIo, UsageError } from "./command-io.ts";

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

const ownOutput: ReadonlySet<string> = new Set(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

/** Whether `--out` names the command's own standard output, so that other output must go elsewhere. */
export function isOwnOutput(out: string): boolean {
  return ownOutput.has(out);
}

/** Writes a command's result to `--out`; `-` is standard output. @throws UsageError when it cannot be written */
export async function writeOut(out: string, text: string, io: CommandIo): Promise<void> {
  if (isOwnOutput(out)) io.stdout.write(text);
  else
    await writeWhole(resolve(out), text).catch((error: unknown) => {
      throw new UsageError(`\`${out}\` can't be written: ${systemReason(error)}`, { cause: error });
    });
}
