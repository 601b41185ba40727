/** Everything that the local Connect remembers of one instance: a table for each family of resources. */
import { makeArn } from "../../../shared/catalog/resource-arn.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";
import type { ContactShape } from "./by-hand/contacts/contact-shape.ts";
import { familyNamed, familyOfKey } from "./families/families.ts";
import { kebab } from "./families/words.ts";
import { type Members, ResourceTable, type RowChange, type Tags } from "./records/resource-table.ts";
import { type Change, ToldMap } from "./state/change.ts";

/** What the instances of one local Connect share. A test may give a clock that it moves and ids that it knows. */
export interface Source {
  readonly now: () => Date;
  readonly newId: () => string;
}

/** The name of the contacts' table, which is no family's. */
const contactTable = "contacts";

export class InstanceState {
  readonly configured: ConnectInstance;
  /** Unique among the instances of one local Connect. */
  readonly alias: string;
  createdAt: Date;
  /** Position among the instances, from 1; the cursor of `ListInstances`. */
  readonly sequence: number;
  /** Gets each change after it is made. */
  onChange: (change: Change) => void = () => undefined;
  readonly contacts: ResourceTable<ContactShape>;
  /** Idempotency token of an operation → the output that its first call gave. */
  readonly answered = new ToldMap<object>((answered, value) =>
    this.onChange(value ? { answered, value } : { answered }),
  );
  /** What is set for the whole instance, or beside its resources, by a name that its writer chooses. */
  readonly settings = new ToldMap<Members>((setting, value) =>
    this.onChange(value ? { setting, value } : { setting }),
  );
  #tags: Tags = {};
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
      onChange: (change) => this.onChange({ table: contactTable, ...change }),
    });
  }

  get tags(): Tags {
    return this.#tags;
  }

  set tags(tags: Tags) {
    this.#tags = tags;
    this.onChange({ tags });
  }

  /** The table of a family: `Queue`. */
  table(family: string): ResourceTable<Members> {
    let table = this.#tables.get(family);
    if (!table) {
      table = new ResourceTable<Members>({
        ...this.#source,
        label: familyNamed(family).label,
        arnOf: (id, parents) => this.arnOf(family, id, parents),
        onChange: (change) => this.onChange({ table: family, ...change }),
      });
      this.#tables.set(family, table);
    }
    return table;
  }

  /** Tables that hold something, with the names of their families. */
  tables(): readonly (readonly [family: string, table: ResourceTable<Members>])[] {
    return [...this.#tables];
  }

  /** Changes that make the instance as it is. Equal instances have equal changes. */
  changes(): readonly Change[] {
    const tables = [...this.#tables].sort(([a], [b]) => (a < b ? -1 : 1));
    const inTable = (table: string, changes: readonly RowChange[]) =>
      changes.map((change) => ({ table, ...change }));
    return [
      { createdAt: this.createdAt },
      { tags: this.tags },
      ...tables.flatMap(([name, table]) => inTable(name, table.changes())),
      ...inTable(contactTable, this.contacts.changes()),
      ...[...this.settings].map(([setting, value]) => ({ setting, value })),
      ...[...this.answered].map(([answered, value]) => ({ answered, value })),
    ];
  }

  /** Applies a change that an instance with the same ARN reported. */
  restore(change: Change): void {
    if ("createdAt" in change) this.createdAt = change.createdAt;
    else if ("tags" in change) this.tags = change.tags;
    else if ("setting" in change) put(this.settings, change.setting, change.value);
    else if ("answered" in change) put(this.answered, change.answered, change.value);
    else if (change.table === contactTable) this.contacts.restore(change);
    else this.table(change.table).restore(change);
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

function put<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

export function lastModified(instance: InstanceState, row: { readonly modifiedAt: Date }) {
  return { LastModifiedTime: row.modifiedAt, LastModifiedRegion: instance.configured.region };
}
