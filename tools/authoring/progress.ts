/** How far long work is. Loops say what they count; who started the work may listen, like a terminal. Nothing is counted if nobody does. */
import { AsyncLocalStorage } from "node:async_hooks";

/** `checking 3,200 of 10,000 policies`. */
export interface Work {
  readonly doing: string;
  readonly things: string;
  readonly total: number;
}

interface Listener {
  /** Is called after each one, so that it must be fast. */
  onStep(work: Work, done: number): void;
  /** The work is done, or has failed. */
  onEnd(): void;
}

const listeners = new AsyncLocalStorage<Listener>();

/** Does work and tells the listener how far it is. */
export function withProgress<Result>(listener: Listener, work: () => Result): Result {
  return listeners.run(listener, work);
}

/** Gives the items one by one, and counts those that are done. */
export function* counting<Item>(
  items: readonly Item[],
  work: Pick<Work, "doing" | "things">,
): Generator<Item, void> {
  const listener = listeners.getStore();
  if (!listener) {
    yield* items;
    return;
  }
  const { length: total } = items;
  try {
    for (const [index, item] of items.entries()) {
      yield item;
      listener.onStep({ ...work, total }, index + 1);
    }
  } finally {
    listener.onEnd();
  }
}
