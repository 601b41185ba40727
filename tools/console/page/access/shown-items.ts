/** Which rows and columns of the table are shown: what a person looks for, by area, without the areas that are closed. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { AccessOutline, KnownColumns, OutlineRow } from "../engine/protocol.ts";

/** Which operations are shown, by what the bindings that are shown may do. */
export const choices = {
  all: "all operations",
  someone: "allowed to someone",
  nobody: "allowed to nobody",
  differ: "different between bindings",
  escalating: "leading to more access",
  changed: "changed",
} as const;

export type Choice = keyof typeof choices;

export interface Wanted {
  /** Words, each of which the operation or its area has. */
  readonly operation: string;
  readonly binding: string;
  readonly choice: Choice;
  /** Areas whose rows are not shown. */
  readonly closed: ReadonlySet<string>;
}

/** A line of the table: the head of an area, or an operation by its place in the outline. */
export type Item =
  | { readonly kind: "area"; readonly name: string; readonly count: number; readonly isOpen: boolean }
  | { readonly kind: "row"; readonly row: number };

export function shownColumns({ columns }: AccessOutline, { binding }: Wanted): readonly number[] {
  const words = wordsOf(binding);
  return [...columns.keys()].filter((at) => hasAll(columns[at] ?? "", words));
}

interface Cells {
  readonly known: KnownColumns;
  /** Those that are shown. */
  readonly columns: readonly number[];
  /** The operations that a comparison changes. */
  readonly changed?: ReadonlySet<string>;
}

export function shownItems(outline: AccessOutline, wanted: Wanted, cells: Cells): readonly Item[] {
  const { rows } = outline;
  const words = wordsOf(wanted.operation);
  const isChosen = choiceOf(outline, wanted.choice, cells);
  const shown = [...rows.keys()].filter((at) => {
    const row = rows[at];
    return row !== undefined && hasAll(`${row.name} ${row.area}`, words) && isChosen(row, at);
  });
  const byArea = new Map<string, number[]>();
  for (const at of shown) {
    const area = rows[at]?.area ?? "";
    byArea.set(area, [...(byArea.get(area) ?? []), at]);
  }
  return [...byArea].flatMap(([name, own]): readonly Item[] => {
    const isOpen = !wanted.closed.has(name);
    const head: Item = { kind: "area", name, count: own.length, isOpen };
    return isOpen ? [head, ...own.map((row): Item => ({ kind: "row", row }))] : [head];
  });
}

/** A column that is not computed yet says nothing. */
function choiceOf(
  { words }: AccessOutline,
  choice: Choice,
  { known, columns, changed }: Cells,
): (row: OutlineRow, at: number) => boolean {
  const never = words.indexOf("never");
  const found = (at: number) => columns.flatMap((column) => known.get(column)?.words[at] ?? []);
  switch (choice) {
    case "all":
      return () => true;
    case "someone":
      return (_, at) => found(at).some((word) => word !== never);
    case "nobody":
      return (_, at) => found(at).every((word) => word === never);
    case "differ":
      return (_, at) => new Set(found(at)).size > 1;
    case "escalating":
      return ({ escalates }) => escalates !== undefined;
    case "changed":
      return ({ name }) => changed?.has(name) ?? false;
  }
}

function wordsOf(text: string): readonly string[] {
  return lowerAscii(text)
    .split(/\s+/)
    .filter((word) => word !== "");
}

function hasAll(text: string, words: readonly string[]): boolean {
  const lower = lowerAscii(text);
  return words.every((word) => lower.includes(word));
}
