/** A set of texts that is cheap when it is small, as most lists in policies are. */

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

/** @param texts may be repeated */
function createTextSet(texts: readonly string[]): TextSet {
  if (texts.length === 0) return EMPTY;
  return texts.length <= MAX_SMALL ? new SmallTextSet(texts) : new Set(texts);
}

const NONE: readonly never[] = [];

/** Separates items that match one literal text from the others. */
export function splitLiterals<Item>(
  items: readonly Item[],
  literalOf: (item: Item) => string | undefined,
): { readonly literals: TextSet; readonly others: readonly Item[] } {
  const literals: string[] = [];
  const others: Item[] = [];
  for (const item of items) {
    const literal = literalOf(item);
    if (literal === undefined) others.push(item);
    else literals.push(literal);
  }
  // Most elements have no others: they share one empty list, because sets can be large.
  return { literals: createTextSet(literals), others: others.length === 0 ? NONE : others };
}
