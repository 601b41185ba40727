/** A call's time limit and its end: one clock for attempts, waits and sessions. Nothing continues after the answer. */
import { setMaxListeners } from "node:events";
import { untilAborted } from "../time.ts";

/** Why a call ended before its answer came. */
export type AbortKind = "deadline" | "cancelled";

/** The reason of a call's signal, and of everything that waited for it. */
export class CallEnded extends Error {
  override readonly name = "CallEnded";
  readonly kind: AbortKind;

  constructor(kind: AbortKind) {
    super(kind === "deadline" ? "the call timed out" : "the client disconnected");
    this.kind = kind;
  }
}

/** Shared by all calls that are closed with work in progress: its stack is not read and is slow to create. */
const closed = new CallEnded("cancelled");

const deadlines = new WeakMap<AbortSignal, Deadline>();

/** Finds the deadline that a signal belongs to: the SDK's middleware gets only the signal. */
export function deadlineOf(signal: unknown): Deadline | undefined {
  return signal instanceof AbortSignal ? deadlines.get(signal) : undefined;
}

export class Deadline {
  readonly #controller = new AbortController();
  readonly #endsAtMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #parent: AbortSignal | undefined;
  #isSettled = false;

  /** Starts the clock. The `parent` ends the call earlier, if its client disconnects. */
  constructor(timeoutMs: number, parent?: AbortSignal) {
    // A call may wait for many look-ups at a time. Node.js warns of a leak above ten listeners.
    setMaxListeners(0, this.signal);
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#parent = parent;
    this.#timer = setTimeout(() => this.#end("deadline"), Math.max(0, Math.floor(timeoutMs)));
    if (timeoutMs <= 0) this.#end("deadline");
    else if (parent?.aborted) this.#leave();
    else parent?.addEventListener("abort", this.#leave);
    deadlines.set(this.signal, this);
  }

  /** Aborted, with a {@link CallEnded} as reason, if the call timed out or its client disconnected. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  remainingMs(): number {
    return Math.max(0, this.#endsAtMs - performance.now());
  }

  /** Settles as the promise does, or rejects with {@link CallEnded} as soon as the call ends. */
  race<Value>(promise: Promise<Value>): Promise<Value> {
    return untilAborted(promise, this.signal);
  }

  /** Stops the clock of a call without work in progress; cheaper than {@link close}. */
  settle(): void {
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener("abort", this.#leave);
  }

  /** Ends the call and its timer, and aborts everything that is still in progress. */
  close(): void {
    if (this.#isSettled) return;
    this.settle();
    this.#controller.abort(closed);
  }

  #end(kind: AbortKind): void {
    this.#controller.abort(new CallEnded(kind));
  }

  /** A call within a call ends for the same reason. */
  readonly #leave = (): void => {
    const reason: unknown = this.#parent?.reason;
    this.#end(reason instanceof CallEnded ? reason.kind : "cancelled");
  };
}
