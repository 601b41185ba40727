/** What happens at the gateway, for pages that ask again and again. A request waits until there is something to tell. */
import type { ConsoleEvent, EventsAnswer } from "../api.ts";

/** A page that was away for longer than these reads everything anew. */
const kept = 1_000;

const longestWaitMs = 20_000;

/** What follows within this time is told along: decisions come many at a time. */
const gatherMs = 50;

export class Feed {
  #events: ConsoleEvent[] = [];
  /** How many events there were before the first one that is kept. */
  #dropped = 0;
  #waiting = new Set<() => void>();
  #isOpen = true;

  publish(event: ConsoleEvent): void {
    this.#events.push(event);
    if (this.#events.length > kept) {
      this.#dropped += this.#events.length - kept;
      this.#events = this.#events.slice(-kept);
    }
    for (const wake of this.#waiting) wake();
  }

  /** Tells what happened after a moment. Waits if nothing did. @param after what an answer called `next`; at first `undefined` */
  async read(after: number | undefined): Promise<EventsAnswer> {
    if (after === undefined) return { next: this.#next, events: [] };
    if (after >= this.#next && this.#isOpen) await this.#something();
    const events = this.#events.slice(Math.max(0, after - this.#dropped));
    return { next: this.#next, events };
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
