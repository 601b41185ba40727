/**
 * How nodes of a YAML document are named in issues: their place, their path, what they are. Author side only.
 */
import { isMap, isScalar, isSeq, type Node } from "yaml";

/** Names a list of keys in a message. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

/** Where a node begins in the text; `undefined` when it takes no room there, like a value left out. */
export function offsetOf(node: unknown): number | undefined {
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return undefined;
  const [start, end] = node.range ?? [];
  return start === undefined || start === end ? undefined : start;
}

/** Appends a key to a member's path. */
export function joinPath(path: string, key: string): string {
  const simple = /^[\w-]+$/.test(key);
  if (!simple) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** Says what a node is, in the words of a message. */
export function describeNode(value: Node | null): string {
  if (isMap(value)) return "a mapping";
  if (isSeq(value)) return "a list";
  if (!isScalar(value) || value.value === null || value.value === undefined) return "nothing";
  if (typeof value.value === "string") return "a text";
  return `the ${typeof value.value} \`${String(value.value)}\`; put it in quotes if it is a text`;
}
