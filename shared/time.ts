/** Waits with a limit, and ages by a clock that may be set back. */

/** Resolves to whether the work settled in time. Never rejects. */
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

/** Settles as the work does, or rejects with the signal's reason as soon as it is aborted. */
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

/** Whether an age is below a limit. If the clock was set back, every age is doubtful: a negative age is not below. */
export function isWithin(ageMs: number, limitMs: number): boolean {
  return ageMs >= 0 && ageMs < limitMs;
}
