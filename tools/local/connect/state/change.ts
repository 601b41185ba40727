/** Changes of an instance as data. Applied in their order to an empty instance, they make the same state again. */
import type { Members, RowChange, Tags } from "../records/resource-table.ts";

export type Change =
  | ({ readonly table: string } & RowChange)
  /** Without `value`, it is deleted. */
  | { readonly setting: string; readonly value?: Members }
  | { readonly answered: string; readonly value?: object }
  | { readonly tags: Tags }
  | { readonly createdAt: Date };

/** A map that tells each of its changes, also those that are restored. */
export class ToldMap<Value> extends Map<string, Value> {
  readonly #tell: (key: string, value?: Value) => void;

  constructor(tell: (key: string, value?: Value) => void) {
    super();
    this.#tell = tell;
  }

  override set(key: string, value: Value): this {
    super.set(key, value);
    this.#tell(key, value);
    return this;
  }

  override delete(key: string): boolean {
    const wasThere = super.delete(key);
    if (wasThere) this.#tell(key);
    return wasThere;
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }
}
