/** What the page shows: one table, or one and what differs from an older one. */
import type { AccessCell } from "../../authoring/access/access-cell.ts";
import type { AccessColumn, AccessModel, AccessRow } from "../../authoring/access/access-model.ts";
import type { CellChange, ModelComparison } from "../../authoring/access/compare-models.ts";
import { counting } from "../../authoring/progress.ts";

export class View {
  readonly columns: readonly AccessColumn[];
  readonly rows: readonly AccessRow[];
  readonly comparison: ModelComparison | undefined;
  readonly #model: AccessModel;
  readonly #numbers = new Map<AccessCell, number>();

  constructor(model: AccessModel, comparison?: ModelComparison) {
    this.#model = model;
    this.comparison = comparison;
    this.columns = comparison?.columns ?? model.columns;
    this.rows = comparison?.rows ?? model.rows;
    // The long part of the work, which a terminal shows.
    for (const column of counting(this.columns, { doing: "reading", things: "bindings" }))
      for (const row of this.rows) this.numberOf(row, column);
  }

  cellOf(row: AccessRow, column: AccessColumn): AccessCell {
    return this.comparison?.cellOf(row, column) ?? this.#model.cell(row, column);
  }

  changeOf(row: AccessRow, column: AccessColumn): CellChange | undefined {
    return this.comparison?.changeOf(row, column);
  }

  /** Equal for cells that are shown alike. */
  numberOf(row: AccessRow, column: AccessColumn): string {
    const cell = this.cellOf(row, column);
    const number = this.#numbers.get(cell) ?? this.#numbers.size;
    this.#numbers.set(cell, number);
    const change = this.changeOf(row, column);
    return change ? `${number}${change.kind}${change.before.word}` : `${number}`;
  }
}
