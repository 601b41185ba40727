/** Writes what `--out` can name. */
import { resolve } from "node:path";
import { systemReason } from "../authoring/system-reason.ts";
import { writeWhole } from "../authoring/write-whole.ts";
import { type CommandIo, UsageError } from "./command-io.ts";

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
