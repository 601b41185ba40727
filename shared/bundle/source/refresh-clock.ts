/**
 * When a newer bundle is looked for: in the background when that is nearly due, before the next decision when it is
 * overdue.
 *
 * A container that is called often never makes a call wait, and one that slept never decides by what it knew before.
 */

export interface RefreshClock {
  /** Whether to look: not yet, in the background, or before anything is decided. */
  need(nowMs: number): "none" | "soon" | "now";
  /**
   * Notes a check, whatever came of it.
   *
   * @param startedAtMs when it began: what it found is not older than that
   * @param pauseMs how long the store wants to be left alone, counted from then
   */
  checked(startedAtMs: number, pauseMs: number): void;
}

/** The background check begins after this part of the interval, more or less: fleets must not look all at once. */
const earliest = 0.75;
const spread = 0.15;

/**
 * Creates the clock.
 *
 * @param refreshMs age at which a decision has to wait; 0 makes each of them wait
 * @param random from 0 up to 1
 */
export function createRefreshClock(refreshMs: number, random: () => number): RefreshClock {
  let checkedAtMs = Number.NEGATIVE_INFINITY;
  let soonMs = 0;
  let dueMs = refreshMs;
  return {
    need(nowMs) {
      const age = nowMs - checkedAtMs;
      // A clock that was set back makes every age doubtful.
      if (age < 0 || age >= dueMs) return "now";
      return age >= soonMs ? "soon" : "none";
    },
    checked(startedAtMs, pauseMs) {
      checkedAtMs = startedAtMs;
      soonMs = Math.max(refreshMs * (earliest + spread * random()), pauseMs);
      dueMs = Math.max(refreshMs, pauseMs);
    },
  };
}
