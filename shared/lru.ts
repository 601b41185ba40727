/**
 * A map that keeps what is used and drops what was unused for longest.
 */

export interface LruOptions<Key, Value> {
  readonly maxEntries: number;
  /** Most that all values may weigh together; default: unlimited. The newest value is kept even if it weighs more. */
  readonly maxWeight?: number;
  /** What a value weighs; default: nothing. */
  readonly weightOf?: (value: Value) => number;
  /** Called with each value that is dropped for want of room, not with one that is deleted. */
  readonly onDrop?: (key: Key, value: Value) => void;
}

export class LruMap<Key, Value> {
  readonly #options: LruOptions<Key, Value>;
  readonly #entries = new Map<Key, { readonly value: Value; readonly weight: number }>();
  #weight = 0;

  constructor(options: LruOptions<Key, Value>) {
    this.#options = options;
  }

  /** Gives a value and counts as a use of it. */
  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: Key, value: Value): void {
    this.delete(key);
    const weight = this.#options.weightOf?.(value) ?? 0;
    this.#entries.set(key, { value, weight });
    this.#weight += weight;
    const { maxEntries, maxWeight = Number.POSITIVE_INFINITY, onDrop } = this.#options;
    for (const [oldest, entry] of this.#entries) {
      if (oldest === key || (this.#entries.size <= maxEntries && this.#weight <= maxWeight)) break;
      this.delete(oldest);
      onDrop?.(oldest, entry.value);
    }
  }

  delete(key: Key): void {
    this.#weight -= this.#entries.get(key)?.weight ?? 0;
    this.#entries.delete(key);
  }

  get size(): number {
    return this.#entries.size;
  }

  get weight(): number {
    return this.#weight;
  }
}
