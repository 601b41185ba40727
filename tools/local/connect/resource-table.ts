/**
 * The resources of one type in one instance: ids, ARNs, names, tags, and the order of their creation.
 *
 * Rows are immutable and replaced whole, so that an answer once given never changes under its reader.
 */
import { randomUUID } from "node:crypto";
import { ServiceFault } from "./service-fault.ts";

/** Tags by key. Keys come from outside: read them with `Object.entries` or `Object.hasOwn` only. */
export type Tags = Readonly<Record<string, string>>;

/** A resource. `Shape` has the members of its type. */
export interface Row<Shape> {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly tags: Tags;
  readonly modifiedAt: Date;
  /** Grows with each creation in the table; the cursor of lists. */
  readonly sequence: number;
  readonly shape: Shape;
}

interface ResourceKind {
  /** Its word in ARNs: `agent` for a user. */
  readonly arnWord: string;
  /** Its name in messages: `user`. */
  readonly label: string;
  /** Whether names must be unique (compared exactly, with letter case). */
  readonly uniqueNames: boolean;
}

/** A new resource; without `id` it gets a random UUID. */
interface NewRow<Shape> {
  readonly id?: string;
  readonly name: string;
  readonly tags?: Tags | undefined;
  readonly shape: Shape;
}

/** A table of resources; every lookup is exact and case-sensitive. */
export class ResourceTable<Shape> {
  readonly kind: ResourceKind;
  readonly #instanceArn: string;
  readonly #rows = new Map<string, Row<Shape>>();
  #sequence = 0;

  constructor(instanceArn: string, kind: ResourceKind) {
    this.#instanceArn = instanceArn;
    this.kind = kind;
  }

  find(id: string): Row<Shape> | undefined {
    return this.#rows.get(id);
  }

  /** Gets a row by id. @throws ServiceFault `ResourceNotFoundException` */
  get(id: string): Row<Shape> {
    const row = this.#rows.get(id);
    if (row) return row;
    throw new ServiceFault(
      "ResourceNotFoundException",
      `${this.kind.label} \`${id}\` does not exist in \`${this.#instanceArn}\``,
    );
  }

  all(): readonly Row<Shape>[] {
    return [...this.#rows.values()];
  }

  /** Adds a row. @throws ServiceFault `DuplicateResourceException` for a name that is taken */
  add(entry: NewRow<Shape>): Row<Shape> {
    this.#assertNameIsFree(entry.name);
    const id = entry.id ?? randomUUID();
    const row: Row<Shape> = {
      id,
      arn: `${this.#instanceArn}/${this.kind.arnWord}/${id}`,
      name: entry.name,
      tags: entry.tags ?? {},
      modifiedAt: new Date(),
      sequence: ++this.#sequence,
      shape: entry.shape,
    };
    this.#rows.set(id, row);
    return row;
  }

  /** Replaces parts of a row. @throws ServiceFault when there is no such row, or its new name is taken */
  revise(id: string, change: Partial<Pick<Row<Shape>, "name" | "tags" | "shape">>): Row<Shape> {
    const row = this.get(id);
    if (change.name !== undefined && change.name !== row.name) this.#assertNameIsFree(change.name);
    const revised = { ...row, ...change, modifiedAt: new Date() };
    this.#rows.set(id, revised);
    return revised;
  }

  /** Removes a row. @throws ServiceFault `ResourceNotFoundException` */
  remove(id: string): void {
    this.get(id);
    this.#rows.delete(id);
  }

  #assertNameIsFree(name: string): void {
    if (!this.kind.uniqueNames || !this.all().some((row) => row.name === name)) return;
    throw new ServiceFault(
      "DuplicateResourceException",
      `a ${this.kind.label} with the name \`${name}\` exists already in \`${this.#instanceArn}\``,
    );
  }
}
