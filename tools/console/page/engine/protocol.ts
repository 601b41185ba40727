/** What the page and its worker say to each other. The worker judges, so that the page never waits. */

import type { Bundle } from "../../../../shared/bundle/types.ts";
import type { Issue } from "../../../../shared/errors.ts";
import type { AccessWord } from "../../../../shared/reach/operation-reach.ts";
import type { CellStatement, Refusal } from "../../../authoring/access/access-cell.ts";
import type { CellChangeKind } from "../../../authoring/access/compare-models.ts";
import type { GivenConfiguration, SourceFile } from "../../api.ts";

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

/** Something that an editor offers, with what it is in words. */
export interface Hint {
  readonly name: string;
  readonly about: string;
}

export interface ActionHint extends Hint {
  /** Absent for an action that no operation needs. */
  readonly area?: string;
  readonly keys: readonly string[];
  /** Why to look at it first. */
  readonly escalates?: string;
}

/** What an editor of policies offers and explains. */
export interface Hints {
  readonly actions: readonly ActionHint[];
  readonly resources: readonly Hint[];
  readonly operators: readonly Hint[];
  /** Those with an open end end in `/` or `:`. */
  readonly keys: readonly Hint[];
}

/** The configuration's folder as it is saved. */
export interface DraftBase {
  readonly files: readonly SourceFile[];
  /** The one that the gateway was started with. */
  readonly environment?: string | undefined;
  readonly decides: Bundle;
}

export interface DraftFindings {
  /** Whether the gateway could use it. */
  readonly isUsable: boolean;
  /** As `validate` says them; their files are paths in the folder. */
  readonly issues: readonly Issue[];
}

export type DraftChanges =
  | { readonly kind: "known"; readonly changes: readonly ShownChange[] }
  /** More bindings than can be compared while somebody types. */
  | { readonly kind: "tooMany"; readonly bindings: number }
  | { readonly kind: "unusable" };

/** A test of the configuration, with what came instead of what it expects. */
export interface ShownTest {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly holds: boolean;
  /** As `test` says it; empty if it holds. */
  readonly why: readonly string[];
  /** What a test that holds should still say. */
  readonly note?: string;
}

/** What `test` says of the drafts, apart from the access snapshot. */
export type DraftTests =
  | { readonly kind: "run"; readonly tests: readonly ShownTest[] }
  /** The files of tests cannot be used. */
  | { readonly kind: "wrong"; readonly issues: readonly Issue[] }
  | { readonly kind: "none" }
  | { readonly kind: "unusable" };

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
  /** Begins with what is saved; a worker of its own is asked about drafts. */
  readonly draftBase: { readonly asks: DraftBase; readonly answer: Hints };
  /** The changed files, and new ones. */
  readonly draft: { readonly asks: readonly SourceFile[]; readonly answer: DraftFindings };
  /** Of the last ones. */
  readonly draftChanges: { readonly asks: null; readonly answer: DraftChanges };
  /** Of the last ones; nothing if others came before all tests were run. */
  readonly draftTests: { readonly asks: null; readonly answer: DraftTests | undefined };
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
