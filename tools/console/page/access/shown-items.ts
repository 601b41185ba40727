/** Which rows and columns of the table are shown: what a person looks for, by area, without the areas that are closed. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import type { AccessOutline, KnownColumns } from "../engine/protocol.ts";

/** Which operations are shown, by what the bindings that are shown may do. */
export const choices = {
  all: "all operations",
  someone: "allowed to someone",
  nobody: "allowed to nobody",
  differ: "different between bindings",
  escalating: "that can lead to more access",
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

export function shownItems(
  { rows, words: all }: AccessOutline,
  wanted: Wanted,
  cells: { readonly known: KnownColumns; readonly columns: readonly number[] },
): readonly Item[] {
  const words = wordsOf(wanted.operation);
  const shown = [...rows.keys()].filter((at) => {
    const row = rows[at];
    if (row === undefined || !hasAll(`${row.name} ${row.area}`, words)) return false;
    return wanted.choice === "escalating"
      ? row.escalates !== undefined
      : isChosen(at, wanted.choice, { ...cells, never: all.indexOf("never") });
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
function isChosen(
  row: number,
  choice: Exclude<Choice, "escalating">,
  {
    known,
    columns,
    never,
  }: { readonly known: KnownColumns; readonly columns: readonly number[]; readonly never: number },
): boolean {
  if (choice === "all") return true;
  const words = columns.flatMap((column) => known.get(column)?.words[row] ?? []);
  if (choice === "differ") return new Set(words).size > 1;
  const isReached = words.some((word) => word !== never);
  return choice === "someone" ? isReached : !isReached;
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
