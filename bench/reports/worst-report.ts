/**
 * The figures of the worst call as a table.
 */

import { promisedMs, type WorstTiming } from "../worst-calls.ts";
import { formatFigure, formatTable } from "./figures.ts";

/** Formats the table, the most expensive call first. */
export function formatWorstCalls(timings: readonly WorstTiming[]): readonly string[] {
  const rows = timings.toSorted((one, other) => other.cpuMs - one.cpuMs);
  return [
    "",
    `The worst call: milliseconds of processor time in the proxy, event in and answer out (at most ${promisedMs} are promised for an input of up to`,
    "10 MB, while nothing else runs), for the most expensive calls of a bounded corpus, with policies that look at all that a caller can make large:",
    "",
    ...formatTable(
      ["call", "bytes", "answer", "median"],
      rows.map(({ name, bytes, status, cpuMs }) => [
        name,
        bytes.toLocaleString("en-US"),
        String(status),
        formatFigure(cpuMs),
      ]),
    ),
  ];
}
