/** Records out of logs, from files or standard input, a line at a time. */
import { createReadStream } from "node:fs";
import type { ParameterTable } from "../command.ts";
import type { CommandIo } from "../command-io.ts";
import { readable, readLines } from "../read-lines.ts";
import { findRecords } from "./find-records.ts";

export const logOptions = {
  "--from <file>": {
    text: "logs of the functions, `-` for standard input; may be repeated",
    isRequired: true,
    isRepeated: true,
  },
} as const satisfies ParameterTable;

/** An export may be one line. A longer line than this is not a log. */
const maxLineBytes = 64 * 1024 * 1024;

/**
 * Reads them in their order.
 * @param files `-` is standard input
 * @throws UsageError for a file that cannot be read
 */
export async function* readRecords(files: readonly string[], io: CommandIo): AsyncGenerator<unknown> {
  for (const file of files) {
    const input = file === "-" ? io.stdin : createReadStream(file);
    for await (const line of readLines(readable(input, file), { maxLineBytes }))
      if (line.kind === "line") yield* findRecords(new TextDecoder().decode(line.bytes));
  }
}
