/**
 * The time that a call has, and its end: one clock for attempts, waits and sessions, so that nothing goes on after the
 * answer was given.
 */

import { CallSignal } from "./call-signal.ts";

/** Why a call ended before its answer came. */
export type AbortKind = "deadline" | "cancelled";

/** What whoever waits for a call is rejected with when it is ended. */
export class CallEnded extends Error {
  override readonly name = "CallEnded";
  readonly kind: AbortKind;

  constructor(kind: AbortKind) {
    super(kind === "deadline" ? "the call timed out" : "the client disconnected");
    this.kind = kind;
  }
}

/** The time that is left for a call. */
export interface Deadline {
  /** Aborted, with a {@link CallEnded} as reason, when time is over or the caller has gone. */
  readonly signal: CallSignal;
  remainingMs(): number;
  /** Settles as the promise does, or rejects with {@link CallEnded} as soon as the call is ended. */
  race<Value>(promise: Promise<Value>): Promise<Value>;
  /** Stops the clock of a call of which nothing is under way any more, for less than {@link close} costs. */
  settle(): void;
  /** Ends the call and its timer: whatever is still under way is aborted. */
  close(): void;
}

/** The reason of every call that is closed with something under way: nobody asks where, and a stack is dear. */
const closed = new CallEnded("cancelled");

const deadlines = new WeakMap<CallSignal, Deadline>();

/** Finds the deadline that a signal belongs to: the SDK's middleware is handed the signal alone. */
export function deadlineOf(signal: unknown): Deadline | undefined {
  return signal instanceof CallSignal ? deadlines.get(signal) : undefined;
}

/**
 * Starts the clock.
 *
 * @param parent ends the call earlier, when its caller has gone
 */
export function createDeadline(timeoutMs: number, parent?: CallSignal | AbortSignal): Deadline {
  const signal = new CallSignal();
  const endsAtMs = performance.now() + timeoutMs;
  const end = (kind: AbortKind) => signal.abort(new CallEnded(kind));
  const timer = setTimeout(end, Math.max(0, Math.floor(timeoutMs)), "deadline");
  // A call within a call ends as that does.
  const leave = () => end(parent?.reason instanceof CallEnded ? parent.reason.kind : "cancelled");
  if (timeoutMs <= 0) end("deadline");
  else if (parent?.aborted) leave();
  else parent?.addEventListener("abort", leave);
  let isSettled = false;
  const settle = () => {
    isSettled = true;
    clearTimeout(timer);
    parent?.removeEventListener("abort", leave);
  };
  const deadline: Deadline = {
    signal,
    remainingMs: () => Math.max(0, endsAtMs - performance.now()),
    race: (promise) => race(promise, signal),
    settle,
    close() {
      if (isSettled) return;
      settle();
      signal.abort(closed);
    },
  };
  deadlines.set(signal, deadline);
  return deadline;
}

/** Settles as the promise does, or rejects with the signal's reason once that is aborted. */
function race<Value>(promise: Promise<Value>, signal: CallSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
