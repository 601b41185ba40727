/** The columns of one area's table: bindings whose cells are the same there share a column. */
import type { AccessColumn, AccessRow } from "../../authoring/access/access-model.ts";
import { groupBy } from "../../authoring/diff/merge-differences.ts";
import type { View } from "./view.ts";

/** Wider tables nobody reads. */
const maxColumns = 24;

export interface ColumnGroups {
  readonly groups: readonly (readonly AccessColumn[])[];
  /** Whether only the words are the same within a column, since there would be too many others. */
  readonly isByWord: boolean;
}

export function groupColumns(rows: readonly AccessRow[], view: View): ColumnGroups {
  const exact = groupBy(view.columns, (column) => rows.map((row) => view.numberOf(row, column)).join());
  if (exact.length <= maxColumns) return { groups: exact, isByWord: false };
  return { groups: groupBy(view.columns, (column) => wordsOf(rows, column, view)), isByWord: true };
}

function wordsOf(rows: readonly AccessRow[], column: AccessColumn, view: View): string {
  return rows
    .map((row) => {
      const change = view.changeOf(row, column);
      return `${view.cellOf(row, column).word}${change ? `${change.kind}${change.before.word}` : ""}`;
    })
    .join();
}
