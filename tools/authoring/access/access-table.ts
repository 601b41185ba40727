/**
 * Who may use which operation, as one table of words: a column for each kind of caller that the bindings name, a row for each
 * operation or route. It is the model, read whole, for the snapshot.
 */
import { type OpenedBundle, openBundle } from "../../../shared/bundle/bundle.ts";
import type { Bundle } from "../../../shared/bundle/types.ts";
import type { AccessWord } from "../../../shared/reach/operation-reach.ts";
import type { CellStatement } from "./access-cell.ts";
import { AccessModel, SharedCells } from "./access-model.ts";

/** Role → word. A role that is absent may never use it. */
export type AccessRow = ReadonlyMap<string, AccessWord>;

export interface AccessTable {
  /** The roles, in the order of the bindings. */
  readonly roles: readonly string[];
  /** Area → name of the operation or route → row; all that there are. */
  readonly areas: ReadonlyMap<string, ReadonlyMap<string, AccessRow>>;
}

/** Makes the table of a configuration, and finds the statements behind a cell. */
export class Access {
  readonly table: AccessTable;
  readonly #model: AccessModel;

  /**
   * @param bundle one that can be opened: a configuration that was loaded without errors
   * @param shared cells of an earlier version of it
   */
  constructor(
    bundle: Bundle,
    opened: OpenedBundle = openBundle(bundle, [], { place: "candidate" }),
    shared = new SharedCells(),
  ) {
    this.#model = new AccessModel(bundle.config, opened, shared);
    const { columns, rows } = this.#model;
    const areas = new Map<string, Map<string, AccessRow>>();
    for (const row of rows) {
      const words = columns.map((column) => [column.name, this.#model.cell(row, column).word] as const);
      const area = areas.get(row.narrowArea) ?? new Map<string, AccessRow>();
      areas.set(row.narrowArea, area.set(row.name, new Map(words)));
    }
    this.table = { roles: columns.map(({ name }) => name), areas };
  }

  /** Lists the statements that may decide about a cell, the Denies first. */
  statementsOf(name: string, role: string): readonly CellStatement[] {
    const row = this.#model.rowOf(name);
    const column = this.#model.columns.find((each) => each.name === role);
    return row && column ? this.#model.cell(row, column).details.statements : [];
  }
}
