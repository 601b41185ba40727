/**
 * How far long work is. Loops say what they count; who started the work may listen, like a terminal. Nothing is counted if nobody
 * does, as in a browser: it has no `AsyncLocalStorage`, so the command line brings its own.
 */

/** `checking 3,200 of 10,000 policies`. */
export interface Work {
  readonly doing: string;
  readonly things: string;
  readonly total: number;
}

export interface Listener {
  /** Is called after each one, so that it must be fast. */
  onStep(work: Work, done: number): void;
  /** The work is done, or has failed. */
  onEnd(): void;
}

let findListener: () => Listener | undefined = () => undefined;

/** Says how the listener of the work that is being done is found. */
export function listenBy(find: () => Listener | undefined): void {
  findListener = find;
}

/** Tells the listener of work that is begun; `undefined` if nobody listens. */
export function startWork(work: Work): { step(done: number): void; end(): void } | undefined {
  const listener = findListener();
  return listener && { step: (done) => listener.onStep(work, done), end: () => listener.onEnd() };
}

type Counted = Pick<Work, "doing" | "things">;

/** Gives the items one by one, and counts those that are done. */
export function* counting<Item>(items: readonly Item[], counted: Counted): Generator<Item, void> {
  const work = startWork({ ...counted, total: items.length });
  if (!work) {
    yield* items;
    return;
  }
  try {
    for (const [index, item] of items.entries()) {
      yield item;
      work.step(index + 1);
    }
  } finally {
    work.end();
  }
}

/** Like `flatMap`, and counts the items that are done. */
export function flatMapCounting<Item, Result>(
  items: readonly Item[],
  counted: Counted,
  map: (item: Item) => readonly Result[],
): readonly Result[] {
  const results: (readonly Result[])[] = [];
  for (const item of counting(items, counted)) results.push(map(item));
  return results.flat();
}
