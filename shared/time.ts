/**
 * Waiting with a limit, and ages by a clock that may be set.
 */

/** Waits for work to settle, for a limited time. Tells whether it did. Never rejects. */
export function settlesWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), limitMs);
    const settled = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(settled, settled);
  });
}

/** Settles as the work does, or rejects with the signal's reason as soon as that is aborted, whether the work heeds it or not. */
export function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abandoned = () => reject(signal.reason);
    if (signal.aborted) abandoned();
    signal.addEventListener("abort", abandoned, { once: true });
    work
      .then(resolve, (error: unknown) => reject(signal.aborted ? signal.reason : error))
      .finally(() => signal.removeEventListener("abort", abandoned));
  });
}

/** Whether an age is below a limit. A clock that was set back makes every age doubtful: a negative one is not. */
export function isWithin(ageMs: number, limitMs: number): boolean {
  return ageMs >= 0 && ageMs < limitMs;
}
