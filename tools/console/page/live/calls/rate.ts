/** How many calls were allowed and refused, over time. */
import { type Outcome, outcomeOf } from "./describe-call.ts";
import type { SeenRecord } from "./seen-record.ts";

export interface Bar {
  readonly allowed: number;
  readonly refused: number;
}

export const barCount = 60;
export const liveBarMs = 5_000;

/** Whether a record says what became of its call. The proxy has a record of a call too that the authorizer let pass. */
function isFinal({ type, stage, outcome }: SeenRecord): boolean {
  if (type !== "decision") return false;
  return stage !== "authorizer" || outcome === "deny" || outcome === "error";
}

function counted(bar: Bar | undefined, outcome: Outcome): Bar {
  const { allowed = 0, refused = 0 } = bar ?? {};
  return outcome === "allowed" ? { allowed: allowed + 1, refused } : { allowed, refused: refused + 1 };
}

/** Counts the calls of the last minutes, however many there are. */
export class LiveRate {
  /** By the number of their time; the last ones. */
  readonly #bars = new Map<number, Bar>();

  add(record: SeenRecord): void {
    if (!isFinal(record)) return;
    const place = Math.floor(record.time / liveBarMs);
    this.#bars.set(place, counted(this.#bars.get(place), outcomeOf(record)));
    if (this.#bars.size > 2 * barCount) {
      const kept = [...this.#bars.keys()].toSorted((one, other) => other - one).slice(0, barCount);
      for (const old of this.#bars.keys()) if (!kept.includes(old)) this.#bars.delete(old);
    }
  }

  /** The last bar is of now. */
  bars(now: number): readonly Bar[] {
    const last = Math.floor(now / liveBarMs);
    return Array.from(
      { length: barCount },
      (_, at) => this.#bars.get(last - barCount + 1 + at) ?? { allowed: 0, refused: 0 },
    );
  }

  clear(): void {
    this.#bars.clear();
  }
}

/** Divides the time of records into bars. */
export function barsOf(
  records: readonly SeenRecord[],
  { from, to }: { readonly from: number; readonly to: number },
): { readonly bars: readonly Bar[]; readonly barMs: number } {
  const barMs = Math.max(1_000, Math.ceil((to - from + 1) / barCount));
  const bars = Array.from({ length: barCount }, (): Bar => ({ allowed: 0, refused: 0 }));
  for (const record of records) {
    const place = Math.floor((record.time - from) / barMs);
    if (isFinal(record)) bars[place] = counted(bars[place], outcomeOf(record));
  }
  return { bars, barMs };
}
