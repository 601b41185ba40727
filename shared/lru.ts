/** A map that evicts the least recently used entry. */

export interface LruOptions<Key, Value> {
  readonly maxEntries: number;
  /** Limit for the weight of all values; default: unlimited. The newest value is kept even if it weighs more. */
  readonly maxWeight?: number;
  /** Default: 0. */
  readonly weightOf?: (value: Value) => number;
  /** Called with each evicted value, not with deleted ones. */
  readonly onDrop?: (key: Key, value: Value) => void;
}

export class LruMap<Key, Value> {
  readonly #options: LruOptions<Key, Value>;
  readonly #entries = new Map<Key, { readonly value: Value; readonly weight: number }>();
  #weight = 0;

  constructor(options: LruOptions<Key, Value>) {
    this.#options = options;
  }

  /** Counts as a use of the value. */
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
