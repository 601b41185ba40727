/**
 * What was measured of the deployed proxy, as tables, with what was promised beside it.
 */

import { median, medianRatio } from "../measure.ts";
import type { CallsTiming } from "../proxy-calls.ts";
import { formatFigure, formatTable } from "./figures.ts";

/** All that was measured of the proxy. */
export interface ProxyResults {
  readonly calls: readonly CallsTiming[];
  readonly concurrency: number;
  /** Milliseconds of the `import` of each bundle, in a process of its own; one entry a round. */
  readonly importMs: { readonly proxy: readonly number[]; readonly oneCommand: readonly number[] };
  readonly bytes: { readonly proxy: number; readonly oneCommand: number };
}

/** Formats the figures as Markdown, with what was promised beside them. */
export function formatProxy({ calls, concurrency, importMs, bytes }: ProxyResults): readonly string[] {
  const ratio = medianRatio(importMs.proxy, importMs.oneCommand);
  return [
    "Calls through the deployed proxy bundle, event in and answer out, against the same SDK calls made directly; milliseconds (median of one",
    `call after the other; at most 0.5 more are promised) and calls a second with ${concurrency} in flight (at least 70 % are promised):`,
    "",
    ...formatTable(
      ["call", "direct", "proxy", "adds", "direct, calls/s", "proxy, calls/s", "proxy's part"],
      calls.map(({ name, directMs, proxyMs, directRate, proxyRate }) => [
        name,
        formatFigure(median(directMs)),
        formatFigure(median(proxyMs)),
        formatFigure(median(proxyMs.map((value, round) => value - (directMs[round] ?? Number.NaN)))),
        formatFigure(median(directRate)),
        formatFigure(median(proxyRate)),
        `${formatFigure(100 * medianRatio(proxyRate, directRate))} %`,
      ]),
    ),
    "",
    "Processor time of those calls in the calling process, microseconds a call; what a noisy machine does to the rates above, it does not do to these:",
    "",
    ...formatTable(
      ["call", "direct", "proxy", "proxy's part"],
      calls.map(({ name, directCpuMicros, proxyCpuMicros }) => [
        name,
        formatFigure(median(directCpuMicros)),
        formatFigure(median(proxyCpuMicros)),
        `${formatFigure(100 * medianRatio(directCpuMicros, proxyCpuMicros))} %`,
      ]),
    ),
    "",
    "Importing a bundle in a new process, milliseconds (at most 1.3 times the other is promised):",
    "",
    ...formatTable(
      ["bundle", "bytes", "median", "fastest", "times the other"],
      [
        importRow("the SDK's client with one command", bytes.oneCommand, importMs.oneCommand, "1×"),
        importRow("the proxy, with all of them", bytes.proxy, importMs.proxy, `${formatFigure(ratio)}×`),
      ],
    ),
    "",
  ];
}

function importRow(name: string, bytes: number, samples: readonly number[], ratio: string): string[] {
  return [
    name,
    bytes.toLocaleString("en-US"),
    formatFigure(median(samples)),
    formatFigure(Math.min(...samples)),
    ratio,
  ];
}
