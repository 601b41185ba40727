/**
 * Tells whoever works for a call that it has ended. What the platform's `AbortSignal` is to a fetch, with as much of it as
 * the SDK and this room use: each call makes one and listens to it several times, and the platform's costs as much as a
 * decision does.
 */

/** Called once, without arguments, when the call ends. */
export type AbortListener = () => void;

/** The SDK's own `AbortSignal` interface, by the members that it reads. */
export class CallSignal {
  aborted = false;
  /** Why the call ended; `undefined` until then. */
  reason: unknown = undefined;
  /** Where the SDK would put a listener if there were no `addEventListener`. */
  onabort = null;
  readonly #listeners = new Set<AbortListener>();

  /** Listens for the only event that there is; what is added after it is never called, as with the platform's. */
  addEventListener(_type: "abort", listener: AbortListener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: AbortListener): void {
    this.#listeners.delete(listener);
  }

  /** Ends the call; the first reason stands. A listener that throws keeps the others from nothing. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
