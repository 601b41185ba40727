/**
 * Limits the concurrent calls to each Amazon Connect instance. Further calls wait briefly in a queue of limited length.
 * So one slow instance cannot use up the sockets and the memory of all.
 *
 * A caller gets at most half of the places and of the queue, and a free place goes to the caller with the fewest
 * places. So many slow calls of one caller do not block the others.
 */
import type { Deadline } from "../deadline.ts";

/** Thrown if a call got no place in time; it was not sent. */
export class TooManyCalls extends Error {
  override readonly name = "TooManyCalls";
}

export interface LimiterOptions {
  readonly maxWaitMs?: number;
  /** Of each instance. */
  readonly maxWaiting?: number;
}

export interface LimitedPlace {
  readonly key: string;
  readonly maxConcurrent: number;
  /** Absent if places are not shared. */
  readonly caller?: string | undefined;
}

/** Runs a job as soon as its instance has a free place. */
export type Limiter = <Value>(
  place: LimitedPlace,
  deadline: Deadline,
  job: () => Promise<Value>,
) => Promise<Value>;

/** One caller's part of an instance's places. */
interface Share {
  running: number;
  /** The waiting calls, the oldest first; each is called when it gets a place. */
  readonly waiting: Set<() => void>;
}

interface Line {
  running: number;
  waiting: number;
  /** By caller; the caller who last got a place is last. */
  readonly shares: Map<string | undefined, Share>;
}

/** Runs reject with {@link TooManyCalls} without a place in time, with the deadline's reason, or as the job does. */
export function createLimiter(options: LimiterOptions = {}): Limiter {
  const { maxWaitMs = 2_000, maxWaiting = 1_000 } = options;
  const lines = new Map<string, Line>();

  return async ({ key, maxConcurrent, caller }, deadline, job) => {
    const line = lines.get(key) ?? { running: 0, waiting: 0, shares: new Map<string | undefined, Share>() };
    lines.set(key, line);
    const share = line.shares.get(caller) ?? { running: 0, waiting: new Set() };
    line.shares.set(caller, share);
    if (line.running < maxConcurrent && share.running < partOf(maxConcurrent, caller))
      enter(line, share, caller);
    else {
      if (line.waiting >= maxWaiting || share.waiting.size >= partOf(maxWaiting, caller))
        throw new TooManyCalls();
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
      // More than one is free where a newer configuration allows more.
      while (line.running < maxConcurrent && handOver(line, maxConcurrent));
      leave(line, caller, share);
      if (line.shares.size === 0) lines.delete(key);
    }
  };
}

/** One caller's part of the places, or of the queue. */
function partOf(whole: number, caller: string | undefined): number {
  return caller === undefined ? whole : Math.ceil(whole / 2);
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

/**
 * To the caller with the fewest places or, among several, the one who got a place longest ago.
 *
 * @returns whether anyone waits who may have one
 */
function handOver(line: Line, maxConcurrent: number): boolean {
  let next: readonly [string | undefined, Share] | undefined;
  for (const entry of line.shares) {
    const [each, { waiting, running }] = entry;
    const isOpen = waiting.size > 0 && running < partOf(maxConcurrent, each);
    if (isOpen && (!next || running < next[1].running)) next = entry;
  }
  if (!next) return false;
  const [caller, share] = next;
  const [first] = share.waiting;
  enter(line, share, caller);
  first?.();
  return true;
}

/** Forgets a caller without running or waiting calls. */
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
