/**
 * A YAML document as a validator wants it: typed looks at each node, and every complaint at its line and column.
 *
 * Author side only: the Lambdas never load this file or `yaml`.
 */
import { isMap, isScalar, isSeq, type LineCounter, type Node, type Pair } from "yaml";
import { nearestName } from "../../../shared/bundle/nearest-name.ts";
import type { Issue } from "../../../shared/errors.ts";
import { describeNode, joinPath, offsetOf, quoted } from "./node-words.ts";

/** Where issues of one file are collected. */
export interface IssueSink {
  /** The file as its author would name it. */
  readonly file: string;
  readonly lines: LineCounter;
  readonly issues: Issue[];
}

/** A member of the document: its value and where it stands. */
export class DocumentNode {
  readonly path: string;
  readonly #sink: IssueSink;
  readonly #value: Node | null;
  /** Offset to complain at when the value itself takes no room in the text. */
  readonly #fallback: number;

  constructor(
    sink: IssueSink,
    value: Node | null,
    place: { readonly path: string; readonly offset: number },
  ) {
    this.#sink = sink;
    this.#value = value;
    this.path = place.path;
    this.#fallback = place.offset;
  }

  /** Records an error (or a warning) about this node. */
  report(code: string, message: string, severity: Issue["severity"] = "error"): void {
    this.#reportAt(this.#offset(), { code, message, severity, path: this.path });
  }

  /**
   * Reads a mapping whose keys are closed: an unknown key or a missing required one is an issue.
   * Gives what is there even if something is missing, so that all issues are found in one pass.
   */
  mapping(keys: { readonly required: readonly string[]; readonly optional: readonly string[] }) {
    const known = [...keys.required, ...keys.optional];
    const members = this.entries();
    if (!members) return undefined;
    for (const [key, node] of members) {
      if (known.includes(key)) continue;
      const nearest = nearestName(key, known);
      const hint = nearest ? `did you mean \`${nearest}\`` : `known here are ${quoted(known)}`;
      node.#reportAt(node.#fallback, {
        code: "unknownKey",
        message: `unknown key \`${key}\`; ${hint}`,
        severity: "error",
        path: node.path,
      });
    }
    for (const key of keys.required) {
      if (!members.has(key)) this.report("missingKey", `the key \`${key}\` is missing here`);
    }
    return members;
  }

  /** Reads a mapping with keys of the author's choice, in order. */
  entries(): ReadonlyMap<string, DocumentNode> | undefined {
    const value = this.#value;
    if (!isMap(value)) return this.#wrongType("a mapping");
    const members = new Map<string, DocumentNode>();
    for (const pair of value.items) {
      const key = this.#key(pair);
      if (key) members.set(key.name, this.#child(pair.value, joinPath(this.path, key.name), key.offset));
    }
    return members;
  }

  /** Reads a list. */
  list(): readonly DocumentNode[] | undefined {
    const value = this.#value;
    if (!isSeq(value)) return this.#wrongType("a list");
    return value.items.map((item, index) => this.#child(item, `${this.path}[${index}]`, this.#offset()));
  }

  /** Reads a text that is not empty. */
  text(): string | undefined {
    const value = this.#scalar();
    if (typeof value !== "string") return this.#wrongType("a text");
    if (value === "") {
      this.report("emptyText", "the text must not be empty");
      return undefined;
    }
    return value;
  }

  /** Reads a text for people: blanks alone say nothing. */
  words(): string | undefined {
    const text = this.text();
    if (text === undefined || text.trim() !== "") return text;
    this.report("emptyText", "the text must not be blank");
    return undefined;
  }

  /** Reads a whole number within bounds, both included. */
  wholeNumber(min: number, max: number): number | undefined {
    const value = this.#scalar();
    if (typeof value !== "number") return this.#wrongType("a number");
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.report("outOfRange", `\`${value}\` is not a whole number from ${min} to ${max}`);
    return undefined;
  }

  /** Whether the value is a single text, where a list would do as well. */
  isText(): boolean {
    return typeof this.#scalar() === "string";
  }

  /** Whether the value is a mapping, where a text would do as well. */
  isMapping(): boolean {
    return isMap(this.#value);
  }

  /** Gives the node as plain JSON data, for members that this product hands on as they are. */
  plain(): unknown {
    if (isMap(this.#value)) {
      const members = this.entries() ?? new Map<string, DocumentNode>();
      return Object.fromEntries([...members].map(([key, node]) => [key, node.plain()]));
    }
    if (isSeq(this.#value)) return this.list()?.map((node) => node.plain());
    const value = this.#scalar() ?? null;
    if (typeof value === "number" && !Number.isFinite(value)) this.#wrongType("a number that JSON can hold");
    return value;
  }

  #scalar(): unknown {
    return isScalar(this.#value) ? this.#value.value : undefined;
  }

  #key(pair: Pair<unknown, unknown>): { readonly name: string; readonly offset: number } | undefined {
    const key = pair.key;
    const offset = offsetOf(key) ?? this.#offset();
    if (isScalar(key) && typeof key.value === "string") return { name: key.value, offset };
    const message = "a key must be a text; put it in quotes";
    this.#reportAt(offset, { code: "wrongType", message, severity: "error", path: this.path });
    return undefined;
  }

  #child(value: unknown, path: string, offset: number): DocumentNode {
    const node = isMap(value) || isSeq(value) || isScalar(value) ? value : null;
    return new DocumentNode(this.#sink, node, { path, offset });
  }

  #wrongType(expected: string): undefined {
    this.report("wrongType", `expected ${expected}, found ${describeNode(this.#value)}`);
    return undefined;
  }

  #offset(): number {
    return offsetOf(this.#value) ?? this.#fallback;
  }

  #reportAt(offset: number, issue: Omit<Issue, "file" | "line" | "column">): void {
    const { line, col } = this.#sink.lines.linePos(offset);
    this.#sink.issues.push({ ...issue, file: this.#sink.file, line, column: col });
  }
}
