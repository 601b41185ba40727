/**
 * What was measured, as tables for people: on the terminal and, the same, in docs/bench.md.
 */
import { cpus } from "node:os";
import type { Comparison } from "../compare.ts";
import type { IdentityTiming } from "../identity.ts";
import type { ImportTimes } from "../import-time.ts";
import type { Timing } from "../measure.ts";
import type { LoadingPoint, ScalingSeries } from "../scaling.ts";
import type { WorstTiming } from "../worst-calls.ts";
import { formatFigure, formatTable } from "./figures.ts";
import { formatProxy, type ProxyResults } from "./proxy-report.ts";
import { formatWorstCalls } from "./worst-report.ts";

/** All that one run measured. */
export interface BenchResults {
  readonly environment: {
    readonly date: string;
    readonly node: string;
    readonly machine: string;
    readonly cedar?: string;
    readonly casbin?: string;
  };
  readonly comparison: readonly Comparison[];
  readonly decisions: readonly ScalingSeries[];
  readonly firstLoading: LoadingPoint;
  readonly loading: readonly LoadingPoint[];
  readonly calls: readonly Timing[];
  readonly identity: readonly IdentityTiming[];
  readonly imports: ImportTimes;
  readonly proxy: ProxyResults;
  readonly worst: readonly WorstTiming[];
}

/** Describes where the run took place, no more exactly than it takes to read the figures. */
export function describeEnvironment(versions: { cedar?: string; casbin?: string }) {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${process.platform} ${process.arch}, ${cpus().length} cores`;
  return { date, node: process.version, machine, ...versions };
}

/** Formats a run as Markdown, which is also what the terminal shows. */
export function formatResults(results: BenchResults): string {
  const { environment: at, comparison, decisions, firstLoading, loading, calls, identity, imports } = results;
  const others = at.cedar === undefined ? "" : `, Cedar ${at.cedar}, casbin ${at.casbin}`;
  const sizes = [...new Set(decisions.flatMap(({ points }) => points.map(({ statements }) => statements)))];
  return [
    `${at.date}, Node.js ${at.node}${others}; ${at.machine}, shared with other work.`,
    "",
    "Twenty statements, microseconds a decision:",
    "",
    ...formatTable(
      ["engine", "rules", "median", "fastest", "slowest", "times ours"],
      comparison.map((line) => [line.name, `${line.rules}`, ...spread(line), `${formatFigure(line.ratio)}×`]),
    ),
    "",
    "Microseconds a decision (median) against the number of statements:",
    "",
    ...formatTable(
      ["engine", ...sizes.map((size) => size.toLocaleString("en-US"))],
      decisions.map(({ name, points }) => [
        name,
        ...sizes.map((size) => {
          const point = points.find(({ statements }) => statements === size);
          return point ? formatFigure(point.micros) : "–";
        }),
      ]),
    ),
    "",
    "Loading, milliseconds:",
    "",
    ...formatTable(
      ["statements", "read and check the authors' JSON", "compile"],
      [
        loadingRow(firstLoading, ", first thing in the process"),
        ...loading.map((point) => loadingRow(point, "")),
      ],
    ),
    "",
    "Whole calls with the twenty statements, microseconds:",
    "",
    ...formatTable(
      ["call", "median", "fastest", "slowest"],
      calls.map((line) => [line.name, ...spread(line)]),
    ),
    "",
    "The whole authorizer, from API Gateway's event to its answer, microseconds:",
    "",
    ...formatTable(
      ["", "median", "fastest", "slowest", "times the verification"],
      identity.map((line) => [line.name, ...spread(line), `${formatFigure(line.ratio)}×`]),
    ),
    "",
    `Importing the authorizer's bundle, each time in a new process, takes ${formatFigure(imports.differenceMs)} ms more than importing an empty handler (medians ${formatFigure(imports.authorizerMs)} and ${formatFigure(imports.emptyMs)} ms); the fastest runs differ by ${formatFigure(imports.fastestDifferenceMs)} ms.`,
    "",
    ...formatProxy(results.proxy),
    ...formatWorstCalls(results.worst),
  ].join("\n");
}

function loadingRow({ statements, parseMs, compileMs }: LoadingPoint, note: string): string[] {
  return [`${statements.toLocaleString("en-US")}${note}`, formatFigure(parseMs), formatFigure(compileMs)];
}

function spread({ medianMicros, fastestMicros, slowestMicros }: Timing): string[] {
  return [medianMicros, fastestMicros, slowestMicros].map(formatFigure);
}
