/** Chance that a seed decides: the same seed gives the same numbers in the same order. */
export interface Chance {
  /** A whole number from 0 to below the limit. */
  below(limit: number): number;
  /** How long something takes that happens on average once in this many milliseconds (exponential), whole and at least 1. */
  wait(averageMs: number): number;
  /** `undefined` for an empty list. */
  oneOf<Item>(items: readonly Item[]): Item | undefined;
}

/** Mulberry32, a public-domain generator of 32 bits: good enough for a simulation, and for nothing secret. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    wait: (averageMs) => Math.max(1, Math.round(-Math.log(1 - next()) * averageMs)),
    oneOf: (items) => items[below(items.length)],
  };
}
