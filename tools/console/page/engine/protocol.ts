/** What the page and its worker say to each other. The worker judges, so that the page never waits. */

import type { AccessWord, CellStatement, Refusal } from "../../../authoring/access/access-cell.ts";
import type { CellChangeKind } from "../../../authoring/access/compare-models.ts";
import type { GivenConfiguration } from "../../api.ts";

/** The rows and columns of the access table. Their places are what cells are asked for by. */
export interface AccessOutline {
  readonly rows: readonly OutlineRow[];
  /** The names of the columns: what a binding asks for. */
  readonly columns: readonly string[];
  /** What a cell may say. */
  readonly words: readonly AccessWord[];
}

export interface OutlineRow {
  readonly name: string;
  readonly area: string;
  /** Why to look at it first. */
  readonly escalates?: string;
}

/** All cells of a column. */
export interface ColumnNews {
  readonly kind: "column";
  /** Which opening it belongs to: the answer of `open` has the same. */
  readonly opening: number;
  readonly column: number;
  /** For each row the place of its word in the outline's. */
  readonly words: Uint8Array;
  /** What `sometimes` depends on, in a word or two, by row. */
  readonly shorts: ReadonlyMap<number, string>;
}

/** Those that are computed, by their places. */
export type KnownColumns = ReadonlyMap<number, Pick<ColumnNews, "words" | "shorts">>;

export interface CellAnswer {
  readonly word: AccessWord;
  readonly reason: string;
  readonly refusal?: Refusal;
  readonly keys: readonly string[];
  readonly statements: readonly ShownStatement[];
  /** If the callers of a column differ. */
  readonly callers: readonly { readonly label: string; readonly word: AccessWord; readonly reason: string }[];
}

export interface ShownStatement extends Omit<CellStatement, "start" | "end"> {
  /** Its text in its file, or, if only a bundle is known, as the bundle has it. */
  readonly lines: readonly ShownLine[];
  readonly isFromFile: boolean;
}

export interface ShownLine {
  readonly number: number;
  readonly text: string;
  /** The part that is the statement's, as places in `text`. */
  readonly from: number;
  readonly to: number;
}

/** A cell that two configurations answer differently. */
export interface ShownChange {
  readonly kind: CellChangeKind;
  readonly operation: string;
  /** The name of the column. */
  readonly binding: string;
  readonly before: AccessWord;
  readonly after: AccessWord;
  /** Why to look at it first; absent for what is lost. */
  readonly escalates?: string;
}

/** What the page asks, and what it is answered. */
export interface Questions {
  readonly open: { readonly asks: GivenConfiguration; readonly answer: AccessOutline & { opening: number } };
  /** Columns to compute first. The others follow when there is time. */
  readonly want: { readonly asks: readonly number[]; readonly answer: null };
  /** Takes long for large ones: a worker of its own is asked. What escalates comes first. */
  readonly compare: {
    readonly asks: { readonly older: GivenConfiguration; readonly newer: GivenConfiguration };
    readonly answer: readonly ShownChange[];
  };
  readonly cell: {
    readonly asks: { readonly row: number; readonly column: number };
    readonly answer: CellAnswer;
  };
}

export type Question = {
  readonly [Kind in keyof Questions]: { readonly kind: Kind; readonly asks: Questions[Kind]["asks"] };
}[keyof Questions];

export type ToWorker = Question & { readonly id: number };

export type FromWorker =
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly message: string }
  | ColumnNews;
