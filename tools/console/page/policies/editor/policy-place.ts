/** Where in a policy a place of its text is: in which member, and in which string. */
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

/** In a string of JSON. */
export interface PolicyPlace {
  /** A member's name, not a value. */
  readonly isName: boolean;
  /** The members that it is in, from the outside in: `Statement`, `Condition`, `StringEquals`. */
  readonly path: readonly string[];
  /** Within the quotation marks. */
  readonly from: number;
  readonly to: number;
}

type Node = ReturnType<ReturnType<typeof syntaxTree>["resolveInner"]>;

/** @param side of the place that is looked at: −1 before it, as after typing */
export function placeIn(state: EditorState, at: number, side: -1 | 1 = -1): PolicyPlace | undefined {
  const node = syntaxTree(state).resolveInner(at, side);
  const isName = node.name === "PropertyName";
  if (!isName && node.name !== "String") return undefined;
  const isClosed = node.to - node.from > 1 && state.sliceDoc(node.to - 1, node.to) === '"';
  const [from, to] = [node.from + 1, isClosed ? node.to - 1 : node.to];
  if (at < from || at > to) return undefined;
  return { isName, path: pathTo(state, isName ? node.parent : node), from, to };
}

function pathTo(state: EditorState, start: Node | null): readonly string[] {
  const path: string[] = [];
  for (let node = start?.parent ?? null; node !== null; node = node.parent) {
    const name = node.name === "Property" ? node.getChild("PropertyName") : null;
    if (name !== null) path.unshift(state.sliceDoc(name.from + 1, name.to - 1));
  }
  return path;
}
