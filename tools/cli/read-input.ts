/** Reads what a command line names: a file, or `-` for standard input. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
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

/** Reads all of it. @throws UsageError when it can't be read */
export async function readInput(file: string, { stdin }: Input): Promise<Buffer> {
  return (isStandardInput(file) ? readOnce(stdin) : readFile(file)).catch((error: unknown) =>
    refuse(file, error),
  );
}

function readOnce(stream: Readable): Promise<Buffer> {
  const content = contents.get(stream) ?? buffer(stream);
  contents.set(stream, content);
  return content;
}

/** Reads all of it as text, without a byte order mark. @throws UsageError when it can't be read */
export async function readInputText(file: string, io: Input): Promise<string> {
  return (await readInput(file, io)).toString("utf8").replace(/^\ufeff/, "");
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
