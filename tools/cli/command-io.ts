/** What a command talks to, so that tests can run one inside their own process. */
import type { Readable, Writable } from "node:stream";
import { systemReason } from "../authoring/system-reason.ts";

export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** `--no-color` was given. */
  readonly isColourless?: boolean;
}

/** What the exit status of every command says. */
export const exitStatuses = { 0: "done", 1: "a check found something", 2: "unusable input" } as const;

export type ExitStatus = keyof typeof exitStatuses;

/** Input that a command can't work with: its message goes to stderr and the exit status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Does work at a place that messages name, like a table. @throws UsageError for every error */
export async function attemptAt<Result>(place: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${place}: ${systemReason(error)}`, { cause: error });
  }
}
