/** Reads what a command line names: a file, or `-` for standard input. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { systemReason } from "../authoring/system-reason.ts";
import { type CommandIo, UsageError } from "./command-io.ts";

type Input = Pick<CommandIo, "stdin">;

export function isStandardInput(file: string): boolean {
  return file === "-";
}

/** How messages name it. */
export function inputName(file: string): string {
  return isStandardInput(file) ? "standard input" : file;
}

/** What was read of a stream: a command may need it twice. */
const contents = new WeakMap<Readable, Promise<Buffer>>();

/** As large as the largest bundle may be. What can be longer, like a log, is read piece by piece. */
const maxBytes = 256 * 1024 * 1024;

const tooLarge = new RangeError(`it is larger than ${maxBytes} bytes`);

/** Reads all of it. @throws UsageError when it can't be read */
export async function readInput(file: string, { stdin }: Input): Promise<Buffer> {
  // What a program writes into a pipe (`--input <(program)`) is read like a file.
  return (isStandardInput(file) ? readOnce(stdin) : readFile(file)).catch((error: unknown) =>
    refuse(file, error),
  );
}

async function readFile(file: string): Promise<Buffer> {
  if ((await stat(file)).size > maxBytes) throw tooLarge;
  return readAll(createReadStream(file));
}

function readOnce(stream: Readable): Promise<Buffer> {
  const content = contents.get(stream) ?? readAll(stream);
  contents.set(stream, content);
  return content;
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > maxBytes) throw tooLarge;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

/** Reads all of it as text, without a byte order mark. @throws UsageError when it can't be read */
export async function readInputText(file: string, io: Input): Promise<string> {
  const bytes = await readInput(file, io);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`\`${inputName(file)}\` is not UTF-8 text; save it as UTF-8`, { cause });
  }
}

/** Parses JSON. @param name how messages name where it is from @throws UsageError for what is none */
export function parseInputJson(text: string, name: string): unknown {
  if (text.trim() === "") throw new UsageError(`\`${name}\` is empty; it must hold JSON`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`\`${name}\` is not JSON: ${reason}`, { cause });
  }
}

/** Reads it piece by piece. @throws UsageError when it can't be read */
export async function* streamInput(file: string, { stdin }: Input): AsyncGenerator<Uint8Array> {
  const input: Readable = isStandardInput(file) ? stdin : createReadStream(file);
  try {
    for await (const chunk of input) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  } catch (error) {
    refuse(file, error);
  }
}

function refuse(file: string, error: unknown): never {
  throw new UsageError(`\`${inputName(file)}\` can't be read: ${systemReason(error)}`, { cause: error });
}
