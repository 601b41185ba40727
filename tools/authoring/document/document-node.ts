/**
 * A document as a validator reads it: typed access to each node, and every issue at its line and column. It reads the
 * nodes of `yaml`, which `parseYaml` and `parseJson` make.
 *
 * Author side only: the Lambdas never load this file or `yaml`.
 */
import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Issue } from "../../../shared/errors.ts";
import type { Position } from "../../../shared/policy/model/document.ts";
import { nearestName } from "../nearest-name.ts";
import type { IssueSink } from "./issue-sink.ts";

/** How issues name what a language has. */
export interface LanguageWords {
  readonly mapping: string;
  readonly text: string;
  readonly nothing: string;
  /** Names a scalar that is neither a text nor nothing. */
  readonly other: (value: unknown) => string;
  /** Appends a key to a member's path. */
  readonly join: (path: string, key: string) => string;
}

export const YAML_WORDS: LanguageWords = {
  mapping: "a mapping",
  text: "a text",
  nothing: "nothing",
  other: (value) => `the ${typeof value} \`${String(value)}\`; put it in quotes if it is a text`,
  join: (path, key) => (/^[\w-]+$/.test(key) ? joined(path, key) : `${path}[${JSON.stringify(key)}]`),
};

export const JSON_WORDS: LanguageWords = {
  mapping: "an object",
  text: "a string",
  nothing: "null",
  other: (value) => `a ${typeof value}`,
  join: joined,
};

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** Where a node is. */
interface NodePlace {
  readonly path: string;
  /** Offset to complain at when the value itself takes no room in the text. */
  readonly offset: number;
  readonly words?: LanguageWords;
}

/** A value of the document and its place in the text. */
export class DocumentNode {
  readonly path: string;
  readonly #sink: IssueSink;
  readonly #value: Node | null;
  readonly #fallback: number;
  readonly #words: LanguageWords;

  constructor(sink: IssueSink, value: Node | null, { path, offset, words = YAML_WORDS }: NodePlace) {
    this.#sink = sink;
    this.#value = value;
    this.path = path;
    this.#fallback = offset;
    this.#words = words;
  }

  /** Where the value begins. */
  get start(): Position {
    return this.#sink.positionAt(this.#offset());
  }

  /** Just after the value's last character. */
  get end(): Position {
    return this.#sink.positionAt(this.#value?.range?.[1] ?? this.#fallback);
  }

  /** Where the key of this member begins. */
  get keyStart(): Position {
    return this.#sink.positionAt(this.#fallback);
  }

  /** Records an error (or a warning) about this node. */
  report(code: string, message: string, severity: Issue["severity"] = "error"): void {
    this.#sink.add(this.#offset(), { code, message, severity, path: this.path });
  }

  /** Records an error about the key of this member. */
  reportKey(code: string, message: string): void {
    this.#sink.add(this.#fallback, { code, message, path: this.path });
  }

  /**
   * Reads a mapping whose keys are closed: an unknown key or a missing required one is an issue.
   * Returns what is there even if something is missing, so that all issues are found in one pass.
   */
  mapping(keys: { readonly required: readonly string[]; readonly optional: readonly string[] }) {
    const known = [...keys.required, ...keys.optional];
    const members = this.entries();
    if (!members) return undefined;
    for (const [key, node] of members) {
      if (known.includes(key)) continue;
      const nearest = nearestName(key, known);
      const names = known.map((name) => `\`${name}\``).join(", ");
      const hint = nearest ? `did you mean \`${nearest}\`` : `known here are ${names}`;
      node.reportKey("unknownKey", `unknown key \`${key}\`; ${hint}`);
    }
    for (const key of keys.required) {
      if (!members.has(key)) this.report("missingKey", `the key \`${key}\` is missing here`);
    }
    return members;
  }

  /** Reads a mapping with keys of the author's choice, in order. */
  entries(): ReadonlyMap<string, DocumentNode> | undefined {
    const members = this.members();
    return members && new Map(members);
  }

  /** Reads a mapping's members, in order; a key may be repeated, which its parser has reported. */
  members(): readonly (readonly [string, DocumentNode])[] | undefined {
    const value = this.#value;
    if (!isMap(value)) return this.wrongType(this.#words.mapping);
    return value.items.flatMap((pair) => {
      const key = this.#key(pair);
      if (!key) return [];
      const path = this.#words.join(this.path, key.name);
      return [[key.name, this.#child(pair.value, path, key.offset)]];
    });
  }

  /** Reads a list. */
  list(): readonly DocumentNode[] | undefined {
    return isSeq(this.#value) ? this.items() : this.wrongType("a list");
  }

  /** Reads one value or a list of them; a single value is `path[0]`. */
  items(): readonly DocumentNode[] {
    const values = isSeq(this.#value) ? this.#value.items : [this.#value];
    return values.map((value, index) => {
      const path = `${this.path}[${index}]`;
      return this.#child(value, path, offsetOf(value) ?? this.#offset());
    });
  }

  /** Returns a text, a text without characters too; anything else is an issue. */
  string(): string | undefined {
    const value = this.scalar();
    return typeof value === "string" ? value : this.wrongType(this.#words.text);
  }

  /** Returns a number or boolean as it is written, a text as it is read. */
  written(): string | undefined {
    const value = this.scalar();
    const isOther = typeof value === "number" || typeof value === "boolean";
    return isOther && isScalar(this.#value) ? this.#value.source : this.string();
  }

  /** Reads a text that is not empty. */
  text(): string | undefined {
    const text = this.string();
    if (text !== "") return text;
    this.report("emptyText", "the text must not be empty");
    return undefined;
  }

  /** Reads a text for people, which must not be blank. */
  words(): string | undefined {
    const text = this.text();
    if (text === undefined || text.trim() !== "") return text;
    this.report("emptyText", "the text must not be blank");
    return undefined;
  }

  /** Reads a whole number within bounds, both included. */
  wholeNumber(min: number, max: number): number | undefined {
    const value = this.scalar();
    if (typeof value !== "number") return this.wrongType("a number");
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.report("outOfRange", `\`${value}\` is not a whole number from ${min} to ${max}`);
    return undefined;
  }

  /** Whether the value is a single text, where a list is possible too. */
  isText(): boolean {
    return typeof this.scalar() === "string";
  }

  /** Whether the value is a mapping, where a text is possible too. */
  isMapping(): boolean {
    return isMap(this.#value);
  }

  /** Returns the node as plain JSON data, for members that are passed on unchanged. */
  plain(): unknown {
    if (isMap(this.#value)) {
      const members = this.entries() ?? new Map<string, DocumentNode>();
      return Object.fromEntries([...members].map(([key, node]) => [key, node.plain()]));
    }
    if (isSeq(this.#value)) return this.list()?.map((node) => node.plain());
    const value = this.scalar() ?? null;
    if (typeof value === "number" && !Number.isFinite(value)) this.wrongType("a number that JSON can hold");
    return value;
  }

  /** Reports a value of another type than expected. */
  wrongType(expected: string): undefined {
    this.report("wrongType", `expected ${expected}, found ${this.#describe()}`);
    return undefined;
  }

  scalar(): unknown {
    return isScalar(this.#value) ? this.#value.value : undefined;
  }

  #describe(): string {
    if (isMap(this.#value)) return this.#words.mapping;
    if (isSeq(this.#value)) return "a list";
    const value = this.scalar() ?? null;
    if (value === null) return this.#words.nothing;
    return typeof value === "string" ? this.#words.text : this.#words.other(value);
  }

  #key({ key }: Pair<unknown, unknown>): { readonly name: string; readonly offset: number } | undefined {
    const offset = offsetOf(key) ?? this.#offset();
    if (isScalar(key) && typeof key.value === "string") return { name: key.value, offset };
    const message = "a key must be a text; put it in quotes";
    this.#sink.add(offset, { code: "wrongType", message, path: this.path });
    return undefined;
  }

  #child(value: unknown, path: string, offset: number): DocumentNode {
    const node = isMap(value) || isSeq(value) || isScalar(value) ? value : null;
    this.#sink.places.set(path, offset);
    return new DocumentNode(this.#sink, node, { path, offset, words: this.#words });
  }

  #offset(): number {
    return offsetOf(this.#value) ?? this.#fallback;
  }
}

/** Where a node begins in the text; `undefined` when it takes no room there, like a value left out. */
function offsetOf(node: unknown): number | undefined {
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return undefined;
  const [start, end] = node.range ?? [];
  return start === undefined || start === end ? undefined : start;
}
