/**
 * `simulate`: decides cases line by line, in constant memory, however long the file is.
 */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { simulateCase } from "../../shared/policy/simulate.ts";
import { type CommandIo, type ExitStatus, UsageError } from "./command-io.ts";
import { type Line, readLines } from "./read-lines.ts";

/** A case carries whole policies; one line longer than this is answered with an error and not kept. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * Answers every line with one line, in order. A bad line gives an error line and the next one goes on.
 *
 * @throws UsageError when the file can't be read
 */
export async function runSimulate(options: { readonly cases: string }, io: CommandIo): Promise<ExitStatus> {
  const input = options.cases === "-" ? io.stdin : createReadStream(options.cases);
  const stopped = outputClosed(io);
  for await (const line of readLines(readable(input, options.cases), { maxLineBytes })) {
    if (stopped.aborted) break;
    const taken = io.stdout.write(`${JSON.stringify(answerLine(line))}\n`);
    if (!taken) await once(io.stdout, "drain", { signal: stopped }).catch(() => undefined);
  }
  return 0;
}

function answerLine(line: Line): unknown {
  if (line.kind === "tooLong") return refusal("lineTooLong", `the line is longer than ${maxLineBytes} bytes`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line.bytes));
  } catch (error) {
    if (error instanceof TypeError) return refusal("notUtf8", "the line is not UTF-8 text");
    return refusal("malformedJson", "the line is not JSON");
  }
  return simulateCase(parsed);
}

/** The error form of a result, for a line that no case can be read from. */
function refusal(code: string, message: string): unknown {
  const issue = { severity: "error", code, file: "case", path: "", line: 1, column: 1, message };
  return { id: null, error: { code: "invalidInput", issues: [issue] } };
}

/**
 * Reads a stream as bytes.
 *
 * @throws UsageError when it can't be read
 */
export async function* readable(input: Readable, name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of input) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  } catch (error) {
    throw new UsageError(`\`${name}\` can't be read: ${String(error)}`, { cause: error });
  }
}

/** A reader that has seen enough (`| head`) closes the pipe: that ends the command and is no failure. */
function outputClosed(io: CommandIo): AbortSignal {
  const controller = new AbortController();
  io.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    controller.abort();
  });
  return controller.signal;
}
