/**
 * The figures of large bundles as people read them, in docs/scale.md too.
 */
import type { LayoutScale, ScaleResults } from "../bundle-scale.ts";
import type { ColdStart } from "../cold-start.ts";
import { median } from "../measure.ts";
import type { PrincipalsScale } from "../principals-scale.ts";
import { formatFigure, formatTable } from "./figures.ts";
import type { describeEnvironment } from "./report.ts";

const layoutNames = {
  spread: "each policy has a group of its own",
  together: "one group has all policies",
} as const satisfies Record<LayoutScale["layout"], string>;

/** Formats the figures of a table of principals. */
function formatPrincipals({ count, authorizer, loadedMegabytes, calls }: PrincipalsScale): readonly string[] {
  const whole = (value: number) => value.toLocaleString("en-US");
  return [
    `A table of ${whole(count)} principals beside the first of these bundles. Cold starts of the authorizer, to an Allow that an item gives:`,
    "",
    ...formatTable(
      ["", "function", "median, ms", "fastest, ms", "slowest, ms", "peak memory, MB"],
      [["each principal has an item", "authorizer", ...spreadOf(authorizer)]],
    ),
    "",
    `Calls to the warm proxy, from event to answer, microseconds; peak memory of its process ${whole(Math.round(loadedMegabytes))} MB:`,
    "",
    ...formatTable(
      ["", "calls", "median", "99 of 100 within"],
      calls.map(({ name, count: number, medianMicros, p99Micros }) => [
        name,
        whole(number),
        ...[medianMicros, p99Micros].map(formatFigure),
      ]),
    ),
    "",
  ];
}

/** Formats the figures as Markdown. */
export function formatScale(results: ScaleResults, at: ReturnType<typeof describeEnvironment>): string {
  const { policies, statements, layouts, decisions, principals } = results;
  const count = (value: number) => value.toLocaleString("en-US");
  return [
    `${at.date}, Node.js ${at.node}; ${at.machine}, shared with other work.`,
    "",
    `${count(policies)} policies, ${count(statements)} statements. Cold starts, from the start of the process to the first answer:`,
    "",
    ...formatTable(
      ["", "function", "median, ms", "fastest, ms", "slowest, ms", "peak memory, MB"],
      layouts.flatMap(({ layout, authorizer, proxy }) => [
        [layoutNames[layout], "authorizer", ...spreadOf(authorizer)],
        ["", "proxy", ...spreadOf(proxy)],
      ]),
    ),
    "",
    "The bundle's size:",
    "",
    ...formatTable(
      ["", "bytes", "compressed (gzip)"],
      layouts.map(({ layout, rawBytes, gzipBytes }) => [
        layoutNames[layout],
        count(rawBytes),
        count(gzipBytes),
      ]),
    ),
    "",
    "A decision of the authorizer, from method and path, microseconds:",
    "",
    ...formatTable(
      ["", "median", "fastest", "slowest", "times the small bundle's"],
      decisions.map(({ name, medianMicros, fastestMicros, slowestMicros, ratio }) => [
        name,
        ...[medianMicros, fastestMicros, slowestMicros].map(formatFigure),
        `${formatFigure(ratio)}×`,
      ]),
    ),
    "",
    ...formatPrincipals(principals),
  ].join("\n");
}

function spreadOf(starts: readonly ColdStart[]): readonly string[] {
  const times = starts.map(({ ms }) => ms);
  return [
    median(times),
    Math.min(...times),
    Math.max(...times),
    Math.max(...starts.map(({ peakMegabytes }) => peakMegabytes)),
  ].map((value) => String(Math.round(value)));
}
