/**
 * Runs a command inside the test's process and keeps what it wrote.
 */
import { Readable, Writable } from "node:stream";
import { runCli } from "../../tools/cli/main.ts";

/** What a command did. */
export interface CommandRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stream that keeps its text. */
export class KeptText extends Writable {
  text = "";

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** Runs `connect-authorizer ARGV`. */
export async function run(argv: readonly string[], stdin: string | Uint8Array = ""): Promise<CommandRun> {
  const stdout = new KeptText();
  const stderr = new KeptText();
  const status = await runCli(argv, { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}
