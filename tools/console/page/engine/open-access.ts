/** A configuration that is opened for the access table: its outline, columns, and the statements behind a cell. */
import { BoundPolicies } from "../../../../shared/bundle/binding-layers.ts";
import { accessWords } from "../../../../shared/reach/operation-reach.ts";
import { AccessModel } from "../../../authoring/access/access-model.ts";
import type { GivenConfiguration } from "../../api.ts";
import type { AccessOutline, CellAnswer, ColumnNews } from "./protocol.ts";
import { showStatement } from "./show-statement.ts";

export class OpenAccess {
  readonly #given: GivenConfiguration;
  readonly #model: AccessModel;

  /** @throws DocumentError for a bundle that cannot be opened */
  constructor(given: GivenConfiguration) {
    this.#given = given;
    this.#model = new AccessModel(given.bundle.config, new BoundPolicies(given.bundle));
  }

  get outline(): AccessOutline {
    const { rows, columns } = this.#model;
    return {
      rows: rows.map(({ name, area, escalates }) => ({ name, area, ...(escalates ? { escalates } : {}) })),
      columns: columns.map(({ name }) => name),
      words: accessWords,
    };
  }

  /** Computes all cells of a column. */
  column(place: number): Pick<ColumnNews, "words" | "shorts"> {
    const { rows, columns } = this.#model;
    const column = columns[place];
    const words = new Uint8Array(rows.length);
    const shorts = new Map<number, string>();
    if (column === undefined) return { words, shorts };
    for (const [at, row] of rows.entries()) {
      const cell = this.#model.cell(row, column);
      words[at] = accessWords.indexOf(cell.word);
      if (cell.word === "sometimes") shorts.set(at, cell.details.short);
    }
    return { words, shorts };
  }

  /** @throws RangeError for a cell that is not in the table */
  cell(rowPlace: number, columnPlace: number): CellAnswer {
    const [row, column] = [this.#model.rows[rowPlace], this.#model.columns[columnPlace]];
    if (row === undefined || column === undefined) throw new RangeError("the table has no such cell");
    const { word, details } = this.#model.cell(row, column);
    const { reason, refusal, keys, statements, callers = [] } = details;
    return {
      word,
      reason,
      ...(refusal ? { refusal } : {}),
      keys,
      statements: statements.map((statement) => showStatement(statement, this.#given)),
      callers: callers.map(({ label, cell }) => ({ label, word: cell.word, reason: cell.details.reason })),
    };
  }
}
