/**
 * How many calls are under way to one Amazon Connect instance at a time. What comes beyond waits its turn, for a
 * moment and in a queue that ends: so that one instance's trouble does not take the sockets and the memory of all.
 */
import type { Deadline } from "./deadline.ts";

/** Thrown when a call found no place in time; nothing of it was sent. */
export class TooManyCalls extends Error {
  override readonly name = "TooManyCalls";
}

export interface LimiterOptions {
  /** Longest wait for a place. */
  readonly maxWaitMs?: number;
  /** Longest queue, of each instance. */
  readonly maxWaiting?: number;
}

/** Runs a job once there is a place among those of its key. */
export type Limiter = <Value>(
  place: { readonly key: string; readonly maxConcurrent: number },
  deadline: Deadline,
  job: () => Promise<Value>,
) => Promise<Value>;

interface Line {
  running: number;
  /** Whoever waits, the longest first; called when a place is handed over. */
  readonly waiting: Set<() => void>;
}

/**
 * Creates the limiter.
 *
 * Its runs reject with {@link TooManyCalls} when there is no place in time, with the deadline's reason when that ends
 * first, and as the job does.
 */
export function createLimiter(options: LimiterOptions = {}): Limiter {
  const { maxWaitMs = 2_000, maxWaiting = 1_000 } = options;
  const lines = new Map<string, Line>();

  return async ({ key, maxConcurrent }, deadline, job) => {
    const line = lines.get(key) ?? { running: 0, waiting: new Set() };
    lines.set(key, line);
    if (line.running < maxConcurrent) line.running++;
    else {
      if (line.waiting.size >= maxWaiting) throw new TooManyCalls();
      await waitForPlace(line, deadline, maxWaitMs);
    }
    try {
      return await job();
    } finally {
      // The place goes to the one that has waited longest, and stays taken.
      const [next] = line.waiting;
      if (next) next();
      else if (--line.running === 0) lines.delete(key);
    }
  };
}

function waitForPlace(line: Line, { signal }: Deadline, maxWaitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      line.waiting.delete(enter);
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    const enter = () => {
      leave();
      resolve();
    };
    const giveUp = () => {
      leave();
      reject(new TooManyCalls());
    };
    const onAbort = () => {
      leave();
      reject(signal.reason);
    };
    const timer = setTimeout(giveUp, maxWaitMs);
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener("abort", onAbort);
      line.waiting.add(enter);
    }
  });
}
