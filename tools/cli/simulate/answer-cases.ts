/** The cases of `simulate --cases`: decided line by line, in constant memory. */
import { once } from "node:events";
import { type ReadJson, readJson } from "../../../shared/json-members.ts";
import { type SimulationAnswer, simulateCase } from "../../authoring/policy/simulate.ts";
import type { CommandIo, ExitStatus } from "../command-io.ts";
import { streamInput } from "../read-input.ts";
import { type Line, readLines } from "../read-lines.ts";
import { formatJson } from "../terminal/lay-out.ts";
import { type Expectation, isExpected } from "./expectation.ts";

/** A case has whole policies in it. A longer line is answered with an error and not kept. */
const maxLineBytes = 16 * 1024 * 1024;
const maxDepth = 100;

interface CasesOptions {
  readonly expect: Expectation | undefined;
  /** Whether the exit status says that a line was unusable. */
  readonly isStrict: boolean;
}

/** Answers each line with a line, also one that is no case. */
export async function answerCases(
  file: string,
  { expect, isStrict }: CasesOptions,
  io: CommandIo,
): Promise<ExitStatus> {
  const stopped = outputClosed(io);
  let [isUnusable, isDifferent] = [false, false];
  for await (const line of readLines(streamInput(file, io), { maxLineBytes })) {
    if (stopped.aborted) break;
    const answer = answerLine(line);
    if ("error" in answer) isUnusable = true;
    else if (!isExpected(answer.decision, expect)) isDifferent = true;
    const taken = io.stdout.write(`${formatJson(answer, 0)}\n`);
    if (!taken) await once(io.stdout, "drain", { signal: stopped }).catch(() => undefined);
  }
  if (isUnusable && (isStrict || expect !== undefined)) return 2;
  return isDifferent ? 1 : 0;
}

function answerLine(line: Line): SimulationAnswer {
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
function refusal(code: string, message: string): SimulationAnswer {
  const issue = { severity: "error", code, file: "case", path: "", line: 1, column: 1, message } as const;
  return { id: null, error: { code: "invalidInput", issues: [issue] } };
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
