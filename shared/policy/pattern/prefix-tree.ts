/** A radix tree: finds everything filed under a prefix of a text, in one walk and without allocations. */

/** Its label is what it adds to its parent's text. */
export interface PrefixNode<Item> {
  label: string;
  /** By the first UTF-16 unit of their labels. */
  children: Map<number, PrefixNode<Item>> | undefined;
  /** Filed for every text that begins with this node's text. */
  item: Item | undefined;
}

export function createPrefixNode<Item>(label = ""): PrefixNode<Item> {
  return { label, children: undefined, item: undefined };
}

/** Finds or adds the node of a text. */
export function growNode<Item>(root: PrefixNode<Item>, text: string): PrefixNode<Item> {
  let node = root;
  let at = 0;
  while (at < text.length) {
    const child = node.children?.get(text.charCodeAt(at));
    if (child === undefined) return adopt(node, createPrefixNode<Item>(text.slice(at)));
    const shared = sharedLength(child.label, text, at);
    if (shared < child.label.length) {
      const middle = adopt(node, createPrefixNode<Item>(child.label.slice(0, shared)));
      child.label = child.label.slice(shared);
      adopt(middle, child);
      node = middle;
    } else {
      node = child;
    }
    at += shared;
  }
  return node;
}

function adopt<Item>(parent: PrefixNode<Item>, child: PrefixNode<Item>): PrefixNode<Item> {
  parent.children ??= new Map();
  parent.children.set(child.label.charCodeAt(0), child);
  return child;
}

function sharedLength(label: string, text: string, at: number): number {
  let length = 1;
  while (length < label.length && label.charCodeAt(length) === text.charCodeAt(at + length)) length++;
  return length;
}

/** Returns the child that matches the text from `at` on, if there is one. */
export function stepNode<Item>(
  node: PrefixNode<Item>,
  text: string,
  at: number,
): PrefixNode<Item> | undefined {
  if (node.children === undefined || at >= text.length) return undefined;
  const child = node.children.get(text.charCodeAt(at));
  return child !== undefined && text.startsWith(child.label, at) ? child : undefined;
}
