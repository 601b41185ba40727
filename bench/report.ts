/**
 * What was measured, as tables for people: on the terminal and, the same, in docs/explanation/bench.md and docs/explanation/scale.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { type AuthorsResults, type CommandUsage, promisedPolicies } from "./authors.ts";
import type { LayoutScale, ScaleResults } from "./bundle-scale.ts";
import type { ColdStart } from "./cold-start.ts";
import type { Comparison } from "./compare.ts";
import type { IdentityTiming } from "./identity.ts";
import type { ImportTimes } from "./import-time.ts";
import { type LocalConnectResults, promisedPerSecond, promisedReadyMs } from "./local-connect.ts";
import { median, medianRatio, type Timing } from "./measure.ts";
import type { ProxyResults } from "./proxy.ts";
import type { LoadingPoint, ScalingSeries } from "./scaling.ts";
import { promisedMs, type WorstTiming } from "./worst-calls.ts";

/** Where the run took place, no more exactly than it takes to read the figures. */
interface Environment {
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  readonly cedar?: string;
  readonly casbin?: string;
}

/** All that one run measured. */
export interface BenchResults {
  readonly environment: Environment;
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

export function describeEnvironment(versions: { cedar?: string; casbin?: string }): Environment {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${process.platform} ${process.arch}, ${cpus().length} cores`;
  return { date, node: process.version, machine, ...versions };
}

/** Formats a whole run as Markdown. */
export function formatResults(results: BenchResults): string {
  const { environment: at, comparison, decisions, firstLoading, loading, calls, identity, imports } = results;
  const sizes = [...new Set(decisions.flatMap(({ points }) => points.map(({ statements }) => statements)))];
  return [
    headline(at),
    ...table(
      "Twenty statements, microseconds a decision:",
      ["engine", "rules", ...spreadHead, "times ours"],
      comparison.map((line) => [line.name, `${line.rules}`, ...spread(line), times(line.ratio)]),
    ),
    ...table(
      "Microseconds a decision (median) against the number of statements:",
      ["engine", ...sizes.map(whole)],
      decisions.map(({ name, points }) => [
        name,
        ...sizes.map((size) => figure(points.find(({ statements }) => statements === size)?.micros)),
      ]),
    ),
    ...table(
      "Loading, milliseconds:",
      ["statements", "read and check the authors' JSON", "compile"],
      [
        loadingRow(firstLoading, ", first thing in the process"),
        ...loading.map((point) => loadingRow(point, "")),
      ],
    ),
    ...table(
      "Whole calls with the twenty statements, microseconds:",
      ["call", ...spreadHead],
      calls.map((line) => [line.name, ...spread(line)]),
    ),
    ...table(
      "The whole authorizer, from API Gateway's event to its answer, microseconds:",
      ["", ...spreadHead, "times the verification"],
      identity.map((line) => [line.name, ...spread(line), times(line.ratio)]),
    ),
    `Importing the authorizer's bundle, each time in a new process, takes ${figure(imports.differenceMs)} ms more than importing an empty handler (medians ${figure(imports.authorizerMs)} and ${figure(imports.emptyMs)} ms); the fastest runs differ by ${figure(imports.fastestDifferenceMs)} ms.\n`,
    formatProxy(results.proxy),
    formatWorstCalls(results.worst),
  ].join("\n");
}

/** Formats the deployed proxy's figures as Markdown, with what is promised beside them. */
export function formatProxy({ calls, concurrency, importMs, bytes }: ProxyResults): string {
  const importRow = (name: string, size: number, samples: readonly number[], ratio: number) => [
    name,
    whole(size),
    figure(median(samples)),
    figure(Math.min(...samples)),
    times(ratio),
  ];
  return [
    ...table(
      `Calls through the deployed proxy bundle, event in and answer out, against the same SDK calls made directly; milliseconds (median of one
call after the other; at most 0.5 more are promised) and calls a second with ${concurrency} in flight:`,
      ["call", "direct", "proxy", "adds", "direct, calls/s", "proxy, calls/s", "proxy's part"],
      calls.map(({ name, directMs, proxyMs, directRate, proxyRate }) => [
        name,
        figure(median(directMs)),
        figure(median(proxyMs)),
        figure(median(proxyMs.map((value, round) => value - (directMs[round] ?? Number.NaN)))),
        figure(median(directRate)),
        figure(median(proxyRate)),
        percent(medianRatio(proxyRate, directRate)),
      ]),
    ),
    ...table(
      "Processor time of those calls in the calling process, microseconds a call. A noisy machine disturbs these figures less than the rates above:",
      ["call", "direct", "proxy", "proxy's part"],
      calls.map(({ name, directCpuMicros, proxyCpuMicros }) => [
        name,
        figure(median(directCpuMicros)),
        figure(median(proxyCpuMicros)),
        percent(medianRatio(directCpuMicros, proxyCpuMicros)),
      ]),
    ),
    ...table(
      "Importing a bundle in a new process, milliseconds (at most 1.3 times the other is promised):",
      ["bundle", "bytes", "median", "fastest", "times the other"],
      [
        importRow("the SDK's client with one command", bytes.oneCommand, importMs.oneCommand, 1),
        importRow(
          "the proxy, with all of them",
          bytes.proxy,
          importMs.proxy,
          medianRatio(importMs.proxy, importMs.oneCommand),
        ),
      ],
    ),
  ].join("\n");
}

/** Formats the worst calls as Markdown, the most expensive first. */
export function formatWorstCalls(timings: readonly WorstTiming[]): string {
  const rows = timings.toSorted((one, other) => other.cpuMs - one.cpuMs);
  return table(
    `The worst call: milliseconds of processor time in the proxy, event in and answer out (at most ${promisedMs} are promised for an input of up to
10 MB, while nothing else runs), for the most expensive calls of a bounded corpus, with policies that look at all that a caller can make large:`,
    ["call", "bytes", "answer", "median"],
    rows.map(({ name, bytes, status, cpuMs }) => [name, whole(bytes), String(status), figure(cpuMs)]),
  ).join("\n");
}

const layoutNames = {
  spread: "each policy has a group of its own",
  together: "one group has all policies",
} as const satisfies Record<LayoutScale["layout"], string>;

const startHead = ["", "function", "median, ms", "fastest, ms", "slowest, ms", "peak memory, MB"];

/** Formats the figures of large bundles and of a large table of principals as Markdown. */
export function formatScale(results: ScaleResults, at: Environment): string {
  const { policies, statements, layouts, decisions, principals } = results;
  return [
    headline(at),
    ...table(
      `${whole(policies)} policies, ${whole(statements)} statements. Cold starts, from the start of the process to the first answer:`,
      startHead,
      layouts.flatMap(({ layout, authorizer, proxy }) => [
        [layoutNames[layout], "authorizer", ...startSpread(authorizer)],
        ["", "proxy", ...startSpread(proxy)],
      ]),
    ),
    ...table(
      "The bundle's size:",
      ["", "bytes", "compressed (gzip)"],
      layouts.map(({ layout, rawBytes, gzipBytes }) => [
        layoutNames[layout],
        whole(rawBytes),
        whole(gzipBytes),
      ]),
    ),
    ...table(
      "A decision of the authorizer, from method and path, microseconds:",
      ["", ...spreadHead, "times the small bundle's"],
      decisions.map((line) => [line.name, ...spread(line), times(line.ratio)]),
    ),
    ...table(
      `A table of ${whole(principals.count)} principals beside the first of these bundles. Cold starts of the authorizer, to an Allow that an item gives:`,
      startHead,
      [["each principal has an item", "authorizer", ...startSpread(principals.authorizer)]],
    ),
    ...table(
      `Calls to the warm proxy, from event to answer, microseconds; peak memory of its process ${whole(Math.round(principals.loadedMegabytes))} MB:`,
      ["", "calls", "median", "99 of 100 within"],
      principals.calls.map(({ name, count, medianMicros, p99Micros }) => [
        name,
        whole(count),
        ...[medianMicros, p99Micros].map(figure),
      ]),
    ),
  ].join("\n");
}

/** Formats what commands take of large configurations as Markdown. */
export function formatAuthors({ sizes, commands }: AuthorsResults, at: Environment): string {
  const [, smaller] = sizes.toReversed();
  return [
    headline(at),
    ...table(
      `Processor time in seconds by the number of policies, each with five statements and a binding, and what is promised of
${whole(promisedPolicies)} while nothing else runs; the most memory:`,
      [
        ...["command", ...sizes.map(({ policies }) => whole(policies)), "promised"],
        ...[`times that of ${whole(smaller?.policies ?? 0)}`, "memory, MB", "promised"],
      ],
      commands.map((command) => [command.name, ...usageCells(command)]),
    ),
  ].join("\n");
}

function usageCells({ usages, promised }: CommandUsage): readonly string[] {
  const seconds = usages.map(({ cpuSeconds }) => cpuSeconds);
  return [
    ...[...seconds, promised.cpuSeconds].map(figure),
    times((seconds.at(-1) ?? Number.NaN) / (seconds.at(-2) ?? Number.NaN)),
    ...[usages.at(-1)?.peakMegabytes, promised.peakMegabytes].map(figure),
  ];
}

export function formatLocalConnect(
  { concurrency, rates, starts }: LocalConnectResults,
  at: Environment,
): string {
  return [
    headline(at),
    ...table(
      `Requests a second, ${concurrency} at a time; ${whole(promisedPerSecond)} are promised while nothing else runs:`,
      ["operation", "median", "slowest round", "times fewer than the server that does nothing"],
      rates.map(({ name, ...rate }) => [
        name,
        ...[rate.perSecond, rate.slowestPerSecond].map((value) => whole(Math.round(value))),
        times(rate.timesFewer),
      ]),
    ),
    ...table(
      `Ready, milliseconds after the start of the process; ${whole(promisedReadyMs)} are promised:`,
      ["program", "median", "slowest", "times the process that does nothing"],
      starts.map(({ name, ms, slowestMs, timesLonger }) => [
        name,
        ...[ms, slowestMs].map((value) => whole(Math.round(value))),
        times(timesLonger),
      ]),
    ),
  ].join("\n");
}

/** Pages with figures of a run, and the marks between which they are. */
const pages = {
  bench: { file: "explanation/bench.md", mark: "<!-- figures: written by `npm run bench -- --docs` -->" },
  scale: {
    file: "explanation/scale.md",
    mark: "<!-- figures: written by `npm run bench -- --scale --docs` -->",
  },
  localConnect: {
    file: "explanation/bench.md",
    mark: "<!-- figures: written by `npm run bench -- --local-connect --docs` -->",
  },
  authors: {
    file: "explanation/scale.md",
    mark: "<!-- figures: written by `npm run bench -- --authors --docs` -->",
  },
} as const;
const end = "<!-- end of figures -->";

/**
 * Writes the figures into their page.
 *
 * @throws Error when the page has lost its marks
 */
export function writePage(root: string, name: keyof typeof pages, figures: string): void {
  const { file, mark } = pages[name];
  const path = join(root, "docs", file);
  const page = readFileSync(path, "utf8");
  const from = page.indexOf(mark);
  const to = page.indexOf(end, from);
  if (from < 0 || to < from)
    throw new Error(`\`${file}\` has no place for figures; put \`${mark}\` and \`${end}\` in it`);
  writeFileSync(path, `${page.slice(0, from + mark.length)}\n\n${figures}\n${page.slice(to)}`);
}

function headline({ date, node, machine, cedar, casbin }: Environment): string {
  const others = cedar === undefined ? "" : `, Cedar ${cedar}, casbin ${casbin}`;
  return `${date}, Node.js ${node}${others}; ${machine}, shared with other work.\n`;
}

/** Formats a Markdown table with its title: columns padded, figures to the right. */
function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [title, "", line(head), line(rule), ...rows.map(line), ""];
}

const spreadHead = ["median", "fastest", "slowest"];

function spread({ medianMicros, fastestMicros, slowestMicros }: Timing): string[] {
  return [medianMicros, fastestMicros, slowestMicros].map(figure);
}

function startSpread(starts: readonly ColdStart[]): readonly string[] {
  const ms = starts.map((start) => start.ms);
  const peak = Math.max(...starts.map(({ peakMegabytes }) => peakMegabytes));
  return [median(ms), Math.min(...ms), Math.max(...ms), peak].map((value) => String(Math.round(value)));
}

function loadingRow({ statements, parseMs, compileMs }: LoadingPoint, note: string): string[] {
  return [`${whole(statements)}${note}`, figure(parseMs), figure(compileMs)];
}

/** Three digits that mean something: `0.934`, `12.3`, `1,230`. */
function figure(value = Number.NaN): string {
  if (!Number.isFinite(value)) return "–";
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumSignificantDigits: 3 });
}

function whole(value: number): string {
  return value.toLocaleString("en-US");
}

function times(ratio: number): string {
  return `${figure(ratio)}×`;
}

function percent(ratio: number): string {
  return `${figure(100 * ratio)} %`;
}
