/**
 * Reads typed elements out of JSON nodes, and remembers where each of them stands.
 */
import { lowerAscii } from "../../../shared/ascii.ts";
import type { Position } from "../../../shared/policy/model/document.ts";
import { quote } from "../../../shared/policy/model/quote.ts";
import type { IssueList } from "./issue-list.ts";
import type { JsonNode } from "./json-scanner.ts";
import type { SourceText } from "./source-text.ts";

/** Reads the elements of one document; what is wrong goes to its issues. */
export class DocumentReader {
  readonly positions = new Map<string, Position>();
  readonly #source: SourceText;
  readonly #issues: IssueList;

  constructor(source: SourceText, issues: IssueList) {
    this.#source = source;
    this.#issues = issues;
  }

  /** Remembers where an element stands. */
  locate(path: string, node: { readonly start: number }): Position {
    const position = this.#source.positionAt(node.start);
    this.positions.set(path, position);
    return position;
  }

  /** Returns the position of an offset. */
  positionAt(offset: number): Position {
    return this.#source.positionAt(offset);
  }

  /** Returns an object's members by name; a name that is not known is an error. */
  members(node: JsonNode, path: string, known: readonly string[]): ReadonlyMap<string, JsonNode> | undefined {
    if (node.kind !== "object") {
      this.wrongType("an object", node, path);
      return undefined;
    }
    const members = new Map<string, JsonNode>();
    for (const { key, keyStart, value } of node.members) {
      const memberPath = path === "" ? key : `${path}.${key}`;
      this.locate(memberPath, { start: keyStart });
      members.set(key, value);
      if (known.includes(key)) continue;
      const suggestion = known.find((name) => lowerAscii(name) === lowerAscii(key));
      const hint = suggestion === undefined ? "" : `; did you mean \`${suggestion}\``;
      const message = `unknown element ${quote(key)}${hint}`;
      this.#issues.add({ code: "unknownElement", path: memberPath, offset: keyStart, message });
    }
    return members;
  }

  /** Returns a string element; `undefined` if it is absent, or wrong, which is an error. */
  string(node: JsonNode | undefined, path: string): string | undefined {
    if (node === undefined) return undefined;
    if (node.kind === "string") return node.value;
    this.wrongType("a string", node, path);
    return undefined;
  }

  /**
   * Returns one string or a list; with `scalars`, numbers and booleans too, as their JSON text. An empty list is a warning
   * that tells what it comes to. Items are located at `path[i]`; an item of the wrong type is an error, and then nothing is
   * returned.
   */
  strings(node: JsonNode, path: string, emptyMeans: string, scalars = false): readonly string[] {
    const items = node.kind === "array" ? node.items : [node];
    if (items.length === 0) this.warn("emptyList", node, path, `list is empty; ${emptyMeans}`);
    const texts: string[] = [];
    for (const [i, item] of items.entries()) {
      this.locate(`${path}[${i}]`, item);
      if (item.kind === "string" || (scalars && (item.kind === "number" || item.kind === "boolean"))) {
        texts.push(item.value);
      } else {
        this.wrongType("a string", item, `${path}[${i}]`);
      }
    }
    return texts.length === items.length ? texts : [];
  }

  /** Reports an element of another type than expected. */
  wrongType(expected: string, node: JsonNode, path: string): void {
    this.error("wrongType", node, path, `expected ${expected}, found ${describe(node)}`);
  }

  /** Reports an error at a node. */
  error(code: string, node: { readonly start: number }, path: string, message: string): void {
    this.#issues.add({ code, path, offset: node.start, message });
  }

  /** Reports a warning at a node. */
  warn(code: string, node: { readonly start: number }, path: string, message: string): void {
    this.#issues.add({ severity: "warning", code, path, offset: node.start, message });
  }

  /** Reports an error at an element that was located. */
  errorAt(code: string, path: string, message: string): void {
    this.#issues.add({ code, path, offset: this.#offsetOf(path), message });
  }

  /** Reports a warning at an element that was located. */
  warnAt(code: string, path: string, message: string): void {
    this.#issues.add({ severity: "warning", code, path, offset: this.#offsetOf(path), message });
  }

  /** INVARIANT: the element was located. */
  #offsetOf(path: string): number {
    return (this.positions.get(path) as Position).offset;
  }
}

function describe(node: JsonNode): string {
  return node.kind === "array"
    ? "a list"
    : node.kind === "null"
      ? "null"
      : `${node.kind === "object" ? "an" : "a"} ${node.kind}`;
}
