/**
 * What the definitions of all commands share.
 */
import type { ExitStatus } from "./command-io.ts";

/** Takes the exit status of a command. */
export type Done = (status: ExitStatus) => void;

/** Gives the end of a command's help: an example, and a note on it. */
export function example(command: string, note = ""): string {
  const line = `\nExample:\n  npm run --silent cli -- ${command}`;
  return note === "" ? line : `${line}\n\n${note}`;
}
