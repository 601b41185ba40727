/** The rate of calls: what was allowed is above a line, what was refused below it. Its caption says the same in words. */
import type { Bar } from "./calls/rate.ts";

interface ChartProps {
  readonly bars: readonly Bar[];
  readonly barMs: number;
  /** The time that the bars are of. */
  readonly when: string;
}

const height = 48;

export function RateChart({ bars, barMs, when }: ChartProps) {
  const sum = (which: keyof Bar) => bars.reduce((total, bar) => total + bar[which], 0);
  const [allowed, refused] = [sum("allowed"), sum("refused")];
  const most = (which: keyof Bar) => bars.reduce((top, bar) => Math.max(top, bar[which]), 0);
  const [up, down] = [most("allowed"), most("refused")];
  const scale = (height - 2) / Math.max(1, up + down);
  const line = 1 + up * scale + (up + down === 0 ? height - 2 : 0);
  const rate = (Math.max(up, down) * 1_000) / barMs;
  const calls = allowed + refused;
  return (
    <figure class="rate">
      <svg viewBox={`0 0 ${bars.length} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map((bar, at) => (
          <g key={at}>
            <rect
              class="allowed"
              x={at + 0.12}
              width={0.76}
              y={line - bar.allowed * scale}
              height={bar.allowed * scale}
            />
            <rect class="refused" x={at + 0.12} width={0.76} y={line} height={bar.refused * scale} />
          </g>
        ))}
        <line x1={0} x2={bars.length} y1={line} y2={line} />
      </svg>
      <figcaption>
        {calls === 0
          ? `${when}: no calls`
          : `${when}: ${calls.toLocaleString("en")} call${calls === 1 ? "" : "s"}, ${allowed.toLocaleString("en")} allowed (above the line), ${refused.toLocaleString("en")} refused (below it), at most ${rateText(rate)} a second`}
      </figcaption>
    </figure>
  );
}

function rateText(rate: number): string {
  return rate.toLocaleString("en", { maximumSignificantDigits: 2 });
}
