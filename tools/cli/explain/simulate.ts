/** `simulate`: decides cases line by line, in constant memory. */
import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { type ReadJson, readJson } from "../../../shared/json-members.ts";
import { simulateCase } from "../../authoring/policy/simulate.ts";
import { systemReason } from "../../authoring/system-reason.ts";
import { defineCommand } from "../command.ts";
import { type CommandIo, UsageError } from "../command-io.ts";
import { type Line, readLines } from "../read-lines.ts";

/** A case has whole policies in it. A longer line is answered with an error and not kept. */
const maxLineBytes = 16 * 1024 * 1024;
const maxDepth = 100;

export const command = defineCommand({
  name: "simulate",
  text: "decide cases against the policies they carry: one JSON case per line in, one result per line out",
  options: { "--cases <file>": { text: "file of JSON lines, `-` for standard input", isRequired: true } },
  example: "simulate --cases cases.jsonl",
  async run({ cases }, io) {
    const input = cases === "-" ? io.stdin : createReadStream(cases);
    const stopped = outputClosed(io);
    for await (const line of readLines(readable(input, cases), { maxLineBytes })) {
      if (stopped.aborted) break;
      const taken = io.stdout.write(`${JSON.stringify(answerLine(line))}\n`);
      if (!taken) await once(io.stdout, "drain", { signal: stopped }).catch(() => undefined);
    }
    return 0;
  },
});

function answerLine(line: Line): unknown {
  if (line.kind === "tooLong") return refusal("lineTooLong", `the line is longer than ${maxLineBytes} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(line.bytes);
  } catch {
    return refusal("notUtf8", "the line is not UTF-8 text");
  }
  const read = readJson(text, maxDepth);
  if (read.kind === "value") return simulateCase(read.value);
  const [code, message] = unread[read.kind];
  return refusal(code, message);
}

const unread = {
  twins: ["duplicateKey", "the line has a member of an object twice"],
  tooDeep: ["malformedJson", `the line nests deeper than ${maxDepth} levels`],
  malformed: ["malformedJson", "the line is not JSON"],
  tooMany: ["malformedJson", "the line has too many values"],
} as const satisfies Record<Exclude<ReadJson["kind"], "value">, readonly [code: string, message: string]>;

/** The result for a line that is not a case. */
function refusal(code: string, message: string): unknown {
  const issue = { severity: "error", code, file: "case", path: "", line: 1, column: 1, message };
  return { id: null, error: { code: "invalidInput", issues: [issue] } };
}

/** Reads a stream as bytes. @throws UsageError when it can't be read */
export async function* readable(input: Readable, name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of input) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  } catch (error) {
    throw new UsageError(`\`${name}\` can't be read: ${systemReason(error)}`, { cause: error });
  }
}

/** A reader like `| head` closes the pipe early: that ends the command and is not an error. */
function outputClosed(io: CommandIo): AbortSignal {
  const controller = new AbortController();
  io.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    controller.abort();
  });
  return controller.signal;
}
