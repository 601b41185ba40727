/**
 * Logarithmic axes: from values to positions, and the values that get a tick.
 */

/** A logarithmic axis over whole decades. */
export interface LogScale {
  /** Values of the ticks: each power of ten from end to end. */
  readonly ticks: readonly number[];
  /** Gives a value's position. */
  at(value: number): number;
}

/** Makes the axis that runs from position `from` to `to` and has room for all values, which must be above zero. */
export function createLogScale(values: readonly number[], from: number, to: number): LogScale {
  if (values.length === 0 || values.some((value) => !(value > 0) || !Number.isFinite(value))) {
    throw new RangeError("a logarithmic axis needs values above zero");
  }
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return { ticks, at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from) };
}

/** Formats a tick: `10,000`, `0.1`. */
export function formatTick(value: number): string {
  if (value >= 1) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.max(0, Math.round(-Math.log10(value))));
}
