/** One line on a terminal that says how far long work is: `checking 3,200 of 10,000 policies, 4 s left`. It is gone at the end. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Writable } from "node:stream";
import { type Listener, listenBy, type Work } from "../../authoring/progress.ts";
import { counted } from "./lay-out.ts";

/** What is done by then needs no line. */
const quietMs = 1000;
const betweenMs = 100;
/** Less says too little about the rest. */
const measuredMs = 500;

const listeners = new AsyncLocalStorage<Listener>();

/** Does work and tells the listener how far it is. */
export function withProgress<Result>(listener: Listener, work: () => Result): Result {
  listenBy(() => listeners.getStore());
  return listeners.run(listener, work);
}

const eraseLine = "\r\u001b[K";

/**
 * Shows the progress of a command. It is silent for the command's first second.
 * @param now milliseconds of a clock that never goes back
 */
export class ProgressLine {
  readonly #out: Writable;
  readonly #columns: number;
  readonly #now: () => number;
  readonly #startedMs: number;
  #workStartedMs: number | undefined;
  #nextMs: number;
  #isShown = false;

  constructor(out: Writable, columns: number, now = () => performance.now()) {
    this.#out = out;
    this.#columns = columns;
    this.#now = now;
    this.#startedMs = now();
    this.#nextMs = this.#startedMs + quietMs;
  }

  onStep(work: Work, done: number): void {
    const nowMs = this.#now();
    // The first step is taken for the start: the work before it is not measured.
    this.#workStartedMs ??= nowMs;
    if (nowMs < this.#nextMs || done === work.total) return;
    this.#nextMs = nowMs + betweenMs;
    this.#isShown = true;
    const text = `${describe(work, done)}${describeRest(work, done, nowMs - this.#workStartedMs)}`;
    this.#out.write(`${eraseLine}${text.slice(0, this.#columns - 1)}`);
  }

  onEnd(): void {
    this.#workStartedMs = undefined;
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#out.write(eraseLine);
  }
}

function describe({ doing, things, total }: Work, done: number): string {
  return `${doing} ${done.toLocaleString("en-US")} of ${counted(total, things, things)}`;
}

function describeRest({ total }: Work, done: number, elapsedMs: number): string {
  if (elapsedMs < measuredMs || done < 2) return "";
  const seconds = Math.ceil(((elapsedMs / (done - 1)) * (total - done)) / 1000);
  return seconds < 120 ? `, ${seconds} s left` : `, ${Math.round(seconds / 60)} min left`;
}
