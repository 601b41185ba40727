/**
 * The results' place in the documentation: the charts, and the figures between two marks of docs/bench.md.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderChart } from "./chart.ts";
import { type BenchResults, formatResults } from "./report.ts";

const begin = "<!-- figures: written by `npm run bench -- --docs` -->";
const beginScale = "<!-- figures: written by `npm run bench -- --scale --docs` -->";
const end = "<!-- end of figures -->";

/** Draws the charts, by file name. */
export function renderCharts({ decisions, loading }: BenchResults): ReadonlyMap<string, string> {
  const decisionChart = renderChart({
    title: "What a decision costs, by the number of statements",
    xLabel: "statements in the policy set",
    yLabel: "microseconds a decision (median)",
    series: decisions.map(({ name, points }) => ({
      name,
      points: points.map(({ statements, micros }) => ({ x: statements, y: micros })),
    })),
  });
  const loadingChart = renderChart({
    title: "What loading costs, by the number of statements",
    xLabel: "statements in the policy set",
    yLabel: "milliseconds (median)",
    series: [
      {
        name: "read and check the authors' JSON (when the bundle is built)",
        points: loading.map(({ statements, parseMs }) => ({ x: statements, y: parseMs })),
      },
      {
        name: "compile (when a Lambda starts)",
        points: loading.map(({ statements, compileMs }) => ({ x: statements, y: compileMs })),
      },
    ],
  });
  return new Map([
    ["decisions.svg", decisionChart],
    ["loading.svg", loadingChart],
  ]);
}

/**
 * Puts figures into the page's text.
 *
 * @throws Error when the page has lost the marks between which they stand
 */
export function replaceFigures(page: string, figures: string, mark = begin): string {
  const from = page.indexOf(mark);
  const to = page.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`the page has no place for figures; put \`${mark}\` and \`${end}\` in it`);
  return `${page.slice(0, from + mark.length)}\n\n${figures}\n${page.slice(to)}`;
}

/** Writes docs/bench.md's figures and docs/bench/*.svg. */
export function writeDocuments(root: string, results: BenchResults): void {
  const page = join(root, "docs", "bench.md");
  writeFileSync(page, replaceFigures(readFileSync(page, "utf8"), formatResults(results)));
  const folder = join(root, "docs", "bench");
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of renderCharts(results)) writeFileSync(join(folder, name), svg);
}

/** Writes docs/scale.md's figures. */
export function writeScale(root: string, figures: string): void {
  const page = join(root, "docs", "scale.md");
  writeFileSync(page, replaceFigures(readFileSync(page, "utf8"), figures, beginScale));
}
