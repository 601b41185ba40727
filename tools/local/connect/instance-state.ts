/** Everything that the local Connect remembers of one instance: a table for each family of resources. */
import { makeArn } from "../../../shared/catalog/resource-arn.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import type { ContactShape } from "./by-hand/contacts/contact-shape.ts";
import { familyNamed, familyOfKey } from "./families/families.ts";
import { kebab } from "./families/words.ts";
import { type Members, ResourceTable, type Tags } from "./records/resource-table.ts";

/** What the instances of one local Connect share. A test may give a clock that it moves and ids that it knows. */
export interface Source {
  readonly now: () => Date;
  readonly newId: () => string;
}

export class InstanceState {
  readonly configured: ConnectInstance;
  /** Unique among the instances of one local Connect. */
  readonly alias: string;
  readonly createdAt: Date;
  /** Position among the instances, from 1; the cursor of `ListInstances`. */
  readonly sequence: number;
  tags: Tags = {};
  readonly contacts: ResourceTable<ContactShape>;
  /** Idempotency token of an operation → the output that its first call gave. */
  readonly answered = new Map<string, object>();
  /** What is set for the whole instance, or beside its resources, by a name that its writer chooses. */
  readonly settings = new Map<string, Members>();
  readonly #tables = new Map<string, ResourceTable<Members>>();
  readonly #source: Source;

  constructor(configured: ConnectInstance, sequence: number, source: Source) {
    this.configured = configured;
    this.alias = `local-${sequence}`;
    this.createdAt = source.now();
    this.sequence = sequence;
    this.#source = source;
    this.contacts = new ResourceTable<ContactShape>({
      ...source,
      label: "contact",
      arnOf: (id) => `${configured.arn}/contact/${id}`,
    });
  }

  /** The table of a family: `Queue`. */
  table(family: string): ResourceTable<Members> {
    let table = this.#tables.get(family);
    if (!table) {
      table = new ResourceTable<Members>({
        ...this.#source,
        label: familyNamed(family).label,
        arnOf: (id, parents) => this.arnOf(family, id, parents),
      });
      this.#tables.set(family, table);
    }
    return table;
  }

  /** Tables that hold something, with the names of their families. */
  tables(): readonly (readonly [family: string, table: ResourceTable<Members>])[] {
    return [...this.#tables];
  }

  /** Makes a resource's ARN, by the catalogue's form where it has one. A version's is its parent's, qualified. */
  arnOf(name: string, id: string, parents: readonly string[]): string {
    const family = familyNamed(name);
    if (family.special.copiesParent) {
      const parent = familyOfKey(family.parents[0] ?? "");
      return `${parent ? this.arnOf(parent.name, parents[0] ?? "", []) : this.configured.arn}:${id}`;
    }
    if (family.type !== undefined && family.natural === undefined)
      return makeArn(family.type, id, this.configured, family.key);
    return `${this.configured.arn}/${kebab(name)}/${id}`;
  }
}

export function lastModified(instance: InstanceState, row: { readonly modifiedAt: Date }) {
  return { LastModifiedTime: row.modifiedAt, LastModifiedRegion: instance.configured.region };
}
