/** Records out of logs, from files or standard input, a line at a time. */

import { findRecords } from "../../authoring/records/find-records.ts";
import type { ParameterTable } from "../command.ts";
import type { CommandIo } from "../command-io.ts";
import { streamInput } from "../read-input.ts";
import { readLines } from "../read-lines.ts";

export const logOptions = {
  "--from <file>": {
    text: "logs of the functions; may be repeated",
    dash: "input",
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
    for await (const line of readLines(streamInput(file, io), { maxLineBytes }))
      if (line.kind === "line") yield* findRecords(new TextDecoder().decode(line.bytes));
  }
}
