/**
 * Line charts with two logarithmic axes, as SVG text that follows the reader's light or dark scheme.
 */
import { createLogScale, formatTick, type LogScale } from "./scale.ts";

/** One line of a chart. */
export interface ChartSeries {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A chart. */
export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly ChartSeries[];
}

const width = 760;
const plot = { left: 84, right: 736, top: 52, bottom: 372 };
const legendTop = 446;
const legendStep = 22;

/** Lines differ by colour, dash and mark, so that they can be told apart without colours too. */
const dashes = ["", "6 4", "2 3", "10 4 2 4", "1 5"];
const lightColours = ["#0a5ec2", "#b3400e", "#1a7a3c", "#7d3fb8", "#8a6d00"];
const darkColours = ["#79b8ff", "#ff9e64", "#6fdd8b", "#cfa4ff", "#e5c454"];

/** Draws a chart. */
export function renderChart({ title, xLabel, yLabel, series }: Chart): string {
  const points = series.flatMap((line) => line.points);
  const x = createLogScale(
    points.map((point) => point.x),
    plot.left,
    plot.right,
  );
  const y = createLogScale(
    points.map((point) => point.y),
    plot.bottom,
    plot.top,
  );
  const height = legendTop + series.length * legendStep;
  const middle = (plot.top + plot.bottom) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<style>${styleSheet()}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="${plot.left}" y="28">${escapeXml(title)}</text>`,
    ...x.ticks.map((value) => verticalTick(x, value)),
    ...y.ticks.map((value) => horizontalTick(y, value)),
    `<text x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 46}" text-anchor="middle">${escapeXml(xLabel)}</text>`,
    `<text x="20" y="${middle}" text-anchor="middle" transform="rotate(-90 20 ${middle})">${escapeXml(yLabel)}</text>`,
    ...series.flatMap((line, i) => [...renderLine(line, i, { x, y }), ...renderLegend(line, i)]),
    "</svg>",
    "",
  ].join("\n");
}

function styleSheet(): string {
  const colours = (list: readonly string[]) =>
    list.map((colour, i) => `.s${i}{stroke:${colour};fill:${colour}}`).join("");
  return [
    "text{font:13px system-ui,sans-serif;fill:#1f2328}",
    ".title{font-size:15px;font-weight:600}.paper{fill:#fff}",
    ".grid{stroke:#d1d9e0}.line{fill:none;stroke-width:2}",
    colours(lightColours),
    "@media (prefers-color-scheme:dark){",
    "text{fill:#e6edf3}.paper{fill:#0d1117}.grid{stroke:#30363d}",
    colours(darkColours),
    "}.line{fill:none}",
  ].join("");
}

function verticalTick(scale: LogScale, value: number): string {
  const at = round(scale.at(value));
  return `<path class="grid" d="M${at} ${plot.top}V${plot.bottom}"/><text x="${at}" y="${plot.bottom + 20}" text-anchor="middle">${formatTick(value)}</text>`;
}

function horizontalTick(scale: LogScale, value: number): string {
  const at = round(scale.at(value));
  return `<path class="grid" d="M${plot.left} ${at}H${plot.right}"/><text x="${plot.left - 8}" y="${at + 4}" text-anchor="end">${formatTick(value)}</text>`;
}

function renderLine(line: ChartSeries, i: number, { x, y }: { readonly x: LogScale; readonly y: LogScale }) {
  const places = line.points.map((point) => ({ px: round(x.at(point.x)), py: round(y.at(point.y)) }));
  const path = places.map(({ px, py }, at) => `${at === 0 ? "M" : "L"}${px} ${py}`).join("");
  const marks = places.map(({ px, py }) => `<circle class="s${i}" cx="${px}" cy="${py}" r="3.5"/>`);
  return [`<path class="line s${i}" stroke-dasharray="${dashes[i] ?? ""}" d="${path}"/>`, ...marks];
}

function renderLegend({ name }: ChartSeries, i: number): string[] {
  const y = legendTop + i * legendStep;
  return [
    `<path class="line s${i}" stroke-dasharray="${dashes[i] ?? ""}" d="M${plot.left} ${y - 4}h36"/>`,
    `<text x="${plot.left + 46}" y="${y}">${escapeXml(name)}</text>`,
  ];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
