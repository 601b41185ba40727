/**
 * How many calls are under way to one Amazon Connect instance at a time. What comes beyond waits its turn, for a
 * moment and in a queue that ends: so that one instance's trouble does not take the sockets and the memory of all.
 *
 * A caller gets at most half of the places and of the queue, and a free place goes to the caller with the fewest, so that
 * one caller's many slow calls do not keep the others out.
 */
import type { Deadline } from "../deadline.ts";

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

/** Where a call wants a place. */
export interface LimitedPlace {
  readonly key: string;
  readonly maxConcurrent: number;
  /** The caller; absent if places are not shared. */
  readonly caller?: string;
}

/** Runs a job once there is a place among those of its key. */
export type Limiter = <Value>(
  place: LimitedPlace,
  deadline: Deadline,
  job: () => Promise<Value>,
) => Promise<Value>;

/** What one caller has of an instance. */
interface Share {
  running: number;
  readonly most: number;
  /** Whoever waits, the longest first; called when a place is handed over. */
  readonly waiting: Set<() => void>;
}

interface Line {
  running: number;
  waiting: number;
  /** By caller; the caller who got a place last is last. */
  readonly shares: Map<string | undefined, Share>;
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

  return async ({ key, maxConcurrent, caller }, deadline, job) => {
    const line = lines.get(key) ?? { running: 0, waiting: 0, shares: new Map<string | undefined, Share>() };
    lines.set(key, line);
    const partOf = (whole: number) => (caller === undefined ? whole : Math.ceil(whole / 2));
    const share = line.shares.get(caller) ?? { running: 0, most: partOf(maxConcurrent), waiting: new Set() };
    line.shares.set(caller, share);
    if (line.running < maxConcurrent && share.running < share.most) enter(line, share, caller);
    else {
      if (line.waiting >= maxWaiting || share.waiting.size >= partOf(maxWaiting)) throw new TooManyCalls();
      line.waiting++;
      try {
        await waitForPlace(share, deadline, maxWaitMs);
      } catch (error) {
        leave(line, caller, share);
        throw error;
      } finally {
        line.waiting--;
      }
    }
    try {
      return await job();
    } finally {
      line.running--;
      share.running--;
      toEnd(line, share, caller);
      if (line.running < maxConcurrent) handOver(line);
      leave(line, caller, share);
      if (line.shares.size === 0) lines.delete(key);
    }
  };
}

function enter(line: Line, share: Share, caller: string | undefined): void {
  line.running++;
  share.running++;
  toEnd(line, share, caller);
}

function toEnd({ shares }: Line, share: Share, caller: string | undefined): void {
  shares.delete(caller);
  shares.set(caller, share);
}

/** Gives a free place to the caller with the fewest places; among several, to the one who got a place longest ago. */
function handOver(line: Line): void {
  let next: readonly [string | undefined, Share] | undefined;
  for (const entry of line.shares) {
    const [, { waiting, running, most }] = entry;
    if (waiting.size > 0 && running < most && (!next || running < next[1].running)) next = entry;
  }
  if (!next) return;
  const [caller, share] = next;
  const [first] = share.waiting;
  enter(line, share, caller);
  first?.();
}

/** Forgets a caller who has nothing of the instance any more. */
function leave(line: Line, caller: string | undefined, { running, waiting }: Share): void {
  if (running === 0 && waiting.size === 0) line.shares.delete(caller);
}

function waitForPlace({ waiting }: Share, { signal }: Deadline, maxWaitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopWaiting = () => {
      waiting.delete(enter);
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    const enter = () => {
      stopWaiting();
      resolve();
    };
    const giveUp = () => {
      stopWaiting();
      reject(new TooManyCalls());
    };
    const onAbort = () => {
      stopWaiting();
      reject(signal.reason);
    };
    const timer = setTimeout(giveUp, maxWaitMs);
    if (signal.aborted) onAbort();
    else {
      signal.addEventListener("abort", onAbort);
      waiting.add(enter);
    }
  });
}
