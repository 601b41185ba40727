/**
 * The resources of one family in one instance: identifiers, ARNs, tags, and the order of their creation.
 *
 * Rows are immutable and replaced whole, so that an answer once given never changes under its reader.
 */
import type { ConnectInstance } from "../../../../shared/request/types.ts";
import { ServiceFault } from "../service-fault.ts";

/** Tags by key. Keys come from outside: read them with `Object.entries` or `Object.hasOwn` only. */
export type Tags = Readonly<Record<string, string>>;

/** The members of a record, by the names that its describe operation has. */
export type Members = Readonly<Record<string, unknown>>;

/** A resource. `Shape` has the members of its family. */
export interface Row<Shape> {
  readonly id: string;
  readonly arn: string;
  /** Identifiers of what it belongs to, in the order of the family's `parents`. */
  readonly parents: readonly string[];
  readonly tags: Tags;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  /** Grows with each creation in the table; the cursor of lists. */
  readonly sequence: number;
  /** 1 when it is created; grows with each change. */
  readonly revision: number;
  readonly shape: Shape;
}

/** A row that is new or replaced, one that is gone, or the last number that a table gave. */
export type RowChange =
  | { readonly row: Row<unknown> }
  | { readonly removed: Pick<Row<unknown>, "id" | "parents"> }
  | { readonly last: number };

/** A new resource; without `id` it gets one of the world's. */
interface NewRow<Shape> {
  readonly id?: string;
  readonly parents?: readonly string[];
  readonly tags?: Tags | undefined;
  readonly shape: Shape;
}

interface TableSource {
  /** In messages: `queue`. */
  readonly label: string;
  readonly now: () => Date;
  readonly newId: () => string;
  /** @param parents identifiers of what it belongs to */
  readonly arnOf: (id: string, parents: readonly string[]) => string;
  readonly onChange: (change: RowChange) => void;
}

/** The tables of an instance, as what is computed from a record sees them. */
export interface Tables {
  readonly configured: ConnectInstance;
  table(family: string): ResourceTable<Members>;
}

/** A table of resources; every lookup is exact and case-sensitive. */
export class ResourceTable<Shape> {
  readonly #source: TableSource;
  readonly #rows = new Map<string, Row<Shape>>();
  #sequence = 0;

  constructor(source: TableSource) {
    this.#source = source;
  }

  get size(): number {
    return this.#rows.size;
  }

  find(id: string, parents: readonly string[] = []): Row<Shape> | undefined {
    return this.#rows.get(keyOf(id, parents));
  }

  /** Gets a row by its identifier. @throws ServiceFault `ResourceNotFoundException` */
  get(id: string): Row<Shape> {
    const row = this.find(id);
    if (row) return row;
    throw new ServiceFault("ResourceNotFoundException", `${this.#source.label} \`${id}\` does not exist`);
  }

  all(): readonly Row<Shape>[] {
    return [...this.#rows.values()];
  }

  /** Adds a row. The caller has made sure that its identifier is free. */
  add(entry: NewRow<Shape>): Row<Shape> {
    const now = this.#source.now();
    const id = entry.id ?? this.#source.newId();
    const parents = entry.parents ?? [];
    const row: Row<Shape> = {
      id,
      arn: this.#source.arnOf(id, parents),
      parents,
      tags: entry.tags ?? {},
      createdAt: now,
      modifiedAt: now,
      sequence: ++this.#sequence,
      revision: 1,
      shape: entry.shape,
    };
    this.#rows.set(keyOf(id, parents), row);
    this.#source.onChange({ row });
    return row;
  }

  /** Replaces parts of a row, which keeps its place in lists even under another identifier. */
  revise(row: Row<Shape>, change: Partial<Pick<Row<Shape>, "id" | "tags" | "shape">>): Row<Shape> {
    const changed = { ...row, ...change };
    const revised: Row<Shape> = {
      ...changed,
      arn: changed.id === row.id ? row.arn : this.#source.arnOf(changed.id, row.parents),
      modifiedAt: this.#source.now(),
      revision: row.revision + 1,
    };
    if (revised.id !== row.id) this.remove(row);
    this.#put(revised);
    this.#source.onChange({ row: revised });
    return revised;
  }

  remove({ id, parents }: Pick<Row<Shape>, "id" | "parents">): void {
    if (this.#rows.delete(keyOf(id, parents))) this.#source.onChange({ removed: { id, parents } });
  }

  /** Changes that make the table as it is. */
  changes(): readonly RowChange[] {
    const rows = this.all().map((row) => ({ row }));
    return this.#sequence > (this.all().at(-1)?.sequence ?? 0) ? [...rows, { last: this.#sequence }] : rows;
  }

  /** Applies a change that a table of this family reported. */
  restore(change: RowChange): void {
    if ("removed" in change) this.#rows.delete(keyOf(change.removed.id, change.removed.parents));
    // INVARIANT: a table gets back what it reported, which has its own shape.
    else if ("row" in change) this.#put(change.row as Row<Shape>);
    else this.#sequence = Math.max(this.#sequence, change.last);
  }

  #put(row: Row<Shape>): void {
    const isInPlace = row.sequence > this.#sequence || this.find(row.id, row.parents) !== undefined;
    this.#rows.set(keyOf(row.id, row.parents), row);
    this.#sequence = Math.max(this.#sequence, row.sequence);
    if (isInPlace) return;
    const rows = this.all().toSorted((a, b) => a.sequence - b.sequence);
    this.#rows.clear();
    for (const each of rows) this.#rows.set(keyOf(each.id, each.parents), each);
  }
}

function keyOf(id: string, parents: readonly string[]): string {
  return parents.length === 0 ? id : JSON.stringify([...parents, id]);
}
