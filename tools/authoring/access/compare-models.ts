/**
 * What differs between two access tables: a git revision and the working copy, two environments, what is deployed and a candidate.
 * Words are compared cell by cell. Where both say `sometimes` by other statements, the difference in access (`../diff`) says which
 * way it goes.
 */
import type { Bundle } from "../../../shared/bundle/types.ts";
import { accessWords } from "../../../shared/reach/operation-reach.ts";
import { findDifferences } from "../diff/compare-access.ts";
import { type AccessDifference, groupBy } from "../diff/merge-differences.ts";
import { findSubjects, type Subject } from "../diff/subjects.ts";
import type { AccessCell } from "./access-cell.ts";
import type { AccessColumn, AccessModel, AccessRow } from "./access-model.ts";

/** `changed`: other conditions, neither stricter nor looser for certain. It may add access. */
export type CellChangeKind = "gained" | "lost" | "changed";

export interface CellChange {
  readonly kind: CellChangeKind;
  readonly row: AccessRow;
  /** Of the newer table; of the older one for a binding that is gone. */
  readonly column: AccessColumn;
  readonly before: AccessCell;
  readonly after: AccessCell;
  /** Why to look at it first; absent for what is lost, and for what does not escalate. */
  readonly escalates?: string;
}

export interface ModelComparison {
  /** All columns of the newer table, then the bindings that are gone. */
  readonly columns: readonly AccessColumn[];
  readonly newColumns: ReadonlySet<AccessColumn>;
  readonly goneColumns: ReadonlySet<AccessColumn>;
  /** Rows of the newer table, then the routes that are gone. */
  readonly rows: readonly AccessRow[];
  /** What escalates first, then what is gained, changed and lost; else in the order of columns and rows. */
  readonly changes: readonly CellChange[];
  /** The cell of the newer table, also of a binding or route that is gone. */
  cellOf(row: AccessRow, column: AccessColumn): AccessCell;
  /** `undefined`: the same access. */
  changeOf(row: AccessRow, column: AccessColumn): CellChange | undefined;
}

/** A table, and the bundle that it is made of. */
export interface ComparedSide {
  readonly model: AccessModel;
  readonly bundle: Bundle;
}

export function compareModels(older: ComparedSide, newer: ComparedSide): ModelComparison {
  const before = new Set(older.model.columns.map(({ name }) => name));
  const now = new Set(newer.model.columns.map(({ name }) => name));
  const gone = older.model.columns.filter(({ name }) => !now.has(name));
  const rowNames = new Set(newer.model.rows.map(({ name }) => name));
  const columns = [...newer.model.columns, ...gone];
  const rows = [...newer.model.rows, ...older.model.rows.filter(({ name }) => !rowNames.has(name))];
  const findKind = createKindFinder(older, newer);
  const found = new Map<AccessColumn, Map<AccessRow, CellChange>>();
  for (const column of columns) {
    const ofColumn = new Map<AccessRow, CellChange>();
    found.set(column, ofColumn);
    for (const row of rows) {
      const cells = { before: cellOf(older.model, row, column), after: cellOf(newer.model, row, column) };
      const kind = findKind(row, column, cells);
      if (kind === undefined) continue;
      const escalates = kind === "lost" ? undefined : row.escalates;
      ofColumn.set(row, { kind, row, column, ...cells, ...(escalates === undefined ? {} : { escalates }) });
    }
  }
  const changes = [...found.values()].flatMap((ofColumn) => [...ofColumn.values()]);
  return {
    columns,
    newColumns: new Set(newer.model.columns.filter(({ name }) => !before.has(name))),
    goneColumns: new Set(gone),
    rows,
    changes: changes.toSorted((one, other) => rankOf(one) - rankOf(other)),
    cellOf: (row, column) => cellOf(newer.model, row, column),
    changeOf: (row, column) => found.get(column)?.get(row),
  };
}

const ranks = { gained: 1, changed: 2, lost: 3 } as const satisfies Record<CellChangeKind, number>;

function rankOf({ kind, escalates }: CellChange): number {
  return escalates === undefined ? ranks[kind] : 0;
}

const noCell: AccessCell = {
  word: "never",
  details: {
    ...{ answer: "never", short: "not there", reason: "there is no such route" },
    ...{ keys: [], statements: [] },
  },
};

/** Callers who have what the column's binding asks for, also in a configuration without this binding. */
function cellOf(model: AccessModel, row: AccessRow, column: AccessColumn): AccessCell {
  const own = model.rowOf(row.name);
  if (!own) return noCell;
  return model.cell(own, column.match ? model.columnOf(column.match) : column);
}

interface Cells {
  readonly before: AccessCell;
  readonly after: AccessCell;
}

type KindFinder = (row: AccessRow, column: AccessColumn, cells: Cells) => CellChangeKind | undefined;

function createKindFinder(older: ComparedSide, newer: ComparedSide): KindFinder {
  const kindsOf = createDifferenceFinder(older.bundle, newer.bundle);
  return (row, column, { before, after }) => {
    // From `never` to `always`, an access grows.
    const [was, is] = [before, after].map(({ word }) => -accessWords.indexOf(word));
    if (was !== is) return (is ?? 0) > (was ?? 0) ? "gained" : "lost";
    if (after.word !== "sometimes") return undefined;
    const kinds = kindsOf(column, row);
    if (kinds.size === 0) return undefined;
    const [only] = kinds;
    return kinds.size > 1 || only === "changes" ? "changed" : only === "gains" ? "gained" : "lost";
  };
}

type Kinds = ReadonlySet<AccessDifference["change"]>;

const nothing: Kinds = new Set();

/** Finds which ways the access of a column's callers to an operation differs. All differences are found when the first is needed. */
function createDifferenceFinder(
  older: Bundle,
  newer: Bundle,
): (column: AccessColumn, row: AccessRow) => Kinds {
  const configurations = [older.config, newer.config];
  let subjects: ReadonlyMap<string, readonly Subject[]> | undefined;
  let bySubject: ReadonlyMap<string, readonly AccessDifference[]> | undefined;
  const ofColumns = new Map<AccessColumn, ReadonlyMap<string, Kinds>>();
  const subjectsOf = ({ match }: AccessColumn): readonly Subject[] => {
    subjects ??= groupsOf(findSubjects(configurations), keyOf);
    const asked = match ? findSubjects([{ ...newer.config, bindings: [{ match, policies: [] }] }]) : [];
    return asked.flatMap((subject) =>
      (subjects?.get(keyOf(subject)) ?? []).filter((each) => isAlike(each, subject)),
    );
  };
  const kindsOf = (column: AccessColumn): ReadonlyMap<string, Kinds> => {
    bySubject ??= groupsOf(findDifferences(older, newer).filter(isOwn), ({ subject }) => subject);
    const found = bySubject;
    const kinds = new Map<string, Set<AccessDifference["change"]>>();
    const labels = new Set(subjectsOf(column).map(({ label }) => label));
    for (const { change, actions } of [...labels].flatMap((label) => found.get(label) ?? []))
      for (const action of actions) kinds.set(action, (kinds.get(action) ?? new Set()).add(change));
    return kinds;
  };
  return (column, { actions }) => {
    if (older.version === newer.version) return nothing;
    const kinds = ofColumns.get(column) ?? kindsOf(column);
    ofColumns.set(column, kinds);
    return new Set(actions.flatMap((action) => [...(kinds.get(action) ?? nothing)]));
  };
}

/** What others also allow differs only for callers with more bindings. */
function isOwn({ isWithOthers }: AccessDifference): boolean {
  return !isWithOthers;
}

function groupsOf<Item>(
  items: readonly Item[],
  keyOfItem: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  return new Map(groupBy(items, keyOfItem).map((group) => [group.map(keyOfItem)[0] ?? "", group]));
}

function keyOf({ group, principal, claims }: Subject): string {
  const { iss: _iss, ...others } = claims;
  return JSON.stringify([group ?? null, principal ?? null, Object.entries(others).sort()]);
}

/** A subject of one binding has no issuer where one of many has the only one. */
function isAlike({ issuer }: Subject, other: Subject): boolean {
  return issuer === undefined || other.issuer === undefined || issuer === other.issuer;
}
