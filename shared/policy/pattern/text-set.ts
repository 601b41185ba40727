/**
 * A set of texts that costs little when it is small, as most lists in policies are.
 */

export interface TextSet {
  readonly size: number;
  has(text: string): boolean;
}

/** Up to this size a linear search is faster than hashing. */
const MAX_SMALL = 8;

class SmallTextSet implements TextSet {
  readonly #texts: readonly string[];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  get size(): number {
    return this.#texts.length;
  }

  has(text: string): boolean {
    for (const one of this.#texts) {
      if (one === text) return true;
    }
    return false;
  }
}

const EMPTY: TextSet = new SmallTextSet([]);

/** Makes a set of texts, which may be repeated. */
export function createTextSet(texts: readonly string[]): TextSet {
  if (texts.length === 0) return EMPTY;
  return texts.length <= MAX_SMALL ? new SmallTextSet(texts) : new Set(texts);
}
