/** What happens at the gateway, for pages that ask again and again. A request waits until there is something to tell. */
import type { ConsoleEvent, EventsAnswer } from "../api.ts";

/** A page that was away for longer than these learns how many it missed. */
const kept = 1_000;

/** Long records push out earlier ones. */
const keptCharacters = 8_000_000;

/** A page asks again at once for what is left, as soon as it has shown these. */
const mostAtOnce = 500;

const longestWaitMs = 20_000;

/** What follows within this time is sent along: decisions come many at a time. */
const gatherMs = 50;

export class Feed {
  #events: ConsoleEvent[] = [];
  #characters = 0;
  /** How many events there were before the first one that is kept. */
  #dropped = 0;
  #waiting = new Set<() => void>();
  #isOpen = true;

  publish(event: ConsoleEvent): void {
    this.#events.push(event);
    this.#characters += sizeOf(event);
    while (this.#events.length > kept || this.#characters > keptCharacters) {
      const first = this.#events.shift();
      if (first === undefined) break;
      this.#characters -= sizeOf(first);
      this.#dropped++;
    }
    for (const wake of this.#waiting) wake();
  }

  /**
   * Tells what happened after a moment. Waits if nothing did.
   * @param after what an answer called `next`; `undefined` at first, which tells at once all that is kept
   */
  async read(after: number | undefined): Promise<EventsAnswer> {
    if (after !== undefined && after >= this.#next && this.#isOpen) await this.#something();
    const from = Math.max(0, (after ?? 0) - this.#dropped);
    const events = this.#events.slice(from, from + mostAtOnce);
    const missed = after === undefined ? 0 : Math.max(0, this.#dropped - after);
    return {
      next: events.length === 0 ? this.#next : this.#dropped + from + events.length,
      events,
      ...(missed > 0 ? { missed } : {}),
    };
  }

  /** Ends all waiting: the gateway stops. */
  close(): void {
    this.#isOpen = false;
    for (const wake of this.#waiting) wake();
  }

  get #next(): number {
    return this.#dropped + this.#events.length;
  }

  #something(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        this.#waiting.delete(wake);
        clearTimeout(timer);
        resolve();
      };
      const wake = () => {
        clearTimeout(timer);
        if (!this.#isOpen) end();
        else timer = setTimeout(end, gatherMs);
      };
      let timer = setTimeout(end, longestWaitMs);
      this.#waiting.add(wake);
    });
  }
}

function sizeOf(event: ConsoleEvent): number {
  return event.kind === "record" ? event.line.length : 100;
}
