/**
 * A radix tree over texts: finds everything filed under a prefix of a given text, in one walk along it and without
 * allocating.
 */

/** A node; its label is what it adds to its parent's text. */
export interface PrefixNode<Item> {
  label: string;
  /** By the first UTF-16 unit of their labels. */
  readonly children: Map<number, PrefixNode<Item>>;
  /** Filed for every text that begins with this node's. */
  open: Item | undefined;
  /** Filed for exactly this node's text. */
  exact: Item | undefined;
}

/** Makes an empty tree, or a node. */
export function createPrefixNode<Item>(label = ""): PrefixNode<Item> {
  return { label, children: new Map(), open: undefined, exact: undefined };
}

/** Finds the node of a text, adding it where needed. */
export function growNode<Item>(root: PrefixNode<Item>, text: string): PrefixNode<Item> {
  let node = root;
  let at = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    const child = node.children.get(unit);
    if (child === undefined) {
      const leaf = createPrefixNode<Item>(text.slice(at));
      node.children.set(unit, leaf);
      return leaf;
    }
    const shared = sharedLength(child.label, text, at);
    node = shared === child.label.length ? child : split(node, child, shared);
    at += shared;
  }
  return node;
}

function sharedLength(label: string, text: string, at: number): number {
  let length = 1;
  while (length < label.length && label.charCodeAt(length) === text.charCodeAt(at + length)) length++;
  return length;
}

/** Puts a node in the middle of a child's label. */
function split<Item>(parent: PrefixNode<Item>, child: PrefixNode<Item>, at: number): PrefixNode<Item> {
  const middle = createPrefixNode<Item>(child.label.slice(0, at));
  parent.children.set(child.label.charCodeAt(0), middle);
  child.label = child.label.slice(at);
  middle.children.set(child.label.charCodeAt(0), child);
  return middle;
}

/** Steps from a node to the child that the text goes on with after `at` characters, if it does. */
export function stepNode<Item>(
  node: PrefixNode<Item>,
  text: string,
  at: number,
): PrefixNode<Item> | undefined {
  if (at >= text.length) return undefined;
  const child = node.children.get(text.charCodeAt(at));
  return child !== undefined && text.startsWith(child.label, at) ? child : undefined;
}
