/**
 * Items of the table of principals. Each is read once and kept for a short time, as is the absence of an item.
 *
 * After a failure, no requests are sent for a while, for any caller: an outage must cost neither time nor a storm of
 * requests. It does not make items live longer.
 */
import { LruMap } from "../lru.ts";
import { isWithin } from "../time.ts";
import type { ItemLook } from "./item.ts";

/** Rejects when the table cannot be read. */
export type ItemReader = (key: string, signal: AbortSignal) => Promise<ItemLook>;

export interface ItemCacheOptions {
  /** How long an item, or its absence, is used; counted from the request. */
  readonly keepMs: number;
  /** For one read, including its second attempt. */
  readonly timeoutMs: number;
  readonly maxEntries: number;
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
}

interface Kept {
  readonly look: ItemLook;
  readonly askedAtMs: number;
}

interface Running {
  readonly look: Promise<ItemLook>;
  readonly askedAtMs: number;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;
const unreadable: ItemLook = { kind: "unreadable" };

export class ItemCache {
  readonly #read: ItemReader;
  readonly #options: ItemCacheOptions;
  readonly #kept: LruMap<string, Kept>;
  readonly #running = new Map<string, Running>();
  /** Since the last success. */
  #failures = 0;
  #failedAtMs = 0;

  constructor(read: ItemReader, options: ItemCacheOptions) {
    this.#read = read;
    this.#options = options;
    this.#kept = new LruMap({ maxEntries: options.maxEntries });
  }

  /** Never rejects. */
  async find(key: string): Promise<ItemLook> {
    const { keepMs, timeoutMs, now } = this.#options;
    const nowMs = now();
    const kept = this.#kept.get(key);
    if (kept && isWithin(nowMs - kept.askedAtMs, keepMs)) return kept.look;
    this.#kept.delete(key);
    const running = this.#running.get(key);
    // Does not join a request that was frozen with the container: its answer is old.
    if (running && isWithin(nowMs - running.askedAtMs, timeoutMs)) return running.look;
    if (this.#isPausing(nowMs)) return unreadable;
    return this.#ask(key, nowMs);
  }

  /** After a failure: pauses for a time that doubles, and then while one read tries again. */
  #isPausing(nowMs: number): boolean {
    if (this.#failures === 0) return false;
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#failures - 1), longestPauseMs);
    if (isWithin(nowMs - this.#failedAtMs, pauseMs)) return true;
    return [...this.#running.values()].some(({ askedAtMs }) =>
      isWithin(nowMs - askedAtMs, this.#options.timeoutMs),
    );
  }

  #ask(key: string, askedAtMs: number): Promise<ItemLook> {
    const look = this.#attempt(key, askedAtMs).finally(() => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    });
    const running: Running = { look, askedAtMs };
    this.#running.set(key, running);
    return look;
  }

  async #attempt(key: string, askedAtMs: number): Promise<ItemLook> {
    const { timeoutMs, onFailure } = this.#options;
    const controller = new AbortController();
    const timer = setTimeout(
      () => controller.abort(new Error(`the table did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    try {
      const look = await this.#read(key, controller.signal);
      this.#failures = 0;
      // A later read may have finished first: its result is newer.
      const newer = this.#kept.get(key);
      if (!newer || newer.askedAtMs <= askedAtMs) this.#kept.set(key, { look, askedAtMs });
      return look;
    } catch (error) {
      this.#countFailure(askedAtMs);
      onFailure(controller.signal.aborted ? controller.signal.reason : error);
      return unreadable;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Concurrent reads that fail count as one failure. */
  #countFailure(askedAtMs: number): void {
    if (this.#failures === 0 || askedAtMs > this.#failedAtMs) this.#failures += 1;
    this.#failedAtMs = this.#options.now();
  }
}
