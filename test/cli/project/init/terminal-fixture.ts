/** A terminal with somebody at it, who answers each question when it appears. */
import { PassThrough } from "node:stream";
import { runCli } from "../../../../tools/cli/main.ts";
import { type CommandRun, KeptText } from "../../command-run.ts";

export const enter = "\r";
export const controlC = "\x03";
export const controlD = "\x04";
export const down = "\x1b[B";

class TerminalInput extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
}

/** Presses the keys of an answer when the words of its question have been printed. */
class TerminalOutput extends KeptText {
  readonly isTTY = true;
  /** Not known, as of some pseudo-terminals. */
  columns = 0;
  readonly rows = 50;
  readonly #input: TerminalInput;
  readonly #answers: [question: string, keys: string][];
  #seen = 0;

  constructor(input: TerminalInput, answers: readonly (readonly [question: string, keys: string])[]) {
    super();
    this.#input = input;
    this.#answers = answers.map(([question, keys]) => [question, keys]);
  }

  override _write(chunk: unknown, encoding: string, done: () => void): void {
    super._write(chunk, encoding, done);
    const [next] = this.#answers;
    if (!next || !this.text.slice(this.#seen).includes(next[0])) return;
    this.#answers.shift();
    this.#seen = this.text.length;
    setImmediate(() => this.#input.write(next[1]));
  }

  get unanswered(): readonly string[] {
    return this.#answers.map(([question]) => question);
  }
}

export interface TerminalRun extends CommandRun {
  /** Questions that were not asked. */
  readonly unanswered: readonly string[];
  /** Whether keys are still read one by one: then the person's shell is spoiled. */
  readonly isRaw: boolean;
}

/** Runs `connect-authorizer ARGV` at a terminal. */
export async function runAtTerminal(
  argv: readonly string[],
  answers: readonly (readonly [question: string, keys: string])[],
): Promise<TerminalRun> {
  const stdin = new TerminalInput();
  const stdout = new TerminalOutput(stdin, answers);
  const stderr = new KeptText();
  const status = await runCli(argv, { stdin, stdout, stderr });
  const { unanswered } = stdout;
  return { status, stdout: stdout.text, stderr: stderr.text, unanswered, isRaw: stdin.isRaw };
}
