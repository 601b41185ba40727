/**
 * A document as a validator reads it: typed access to each node, and every issue at its line and column. It reads the
 * nodes of `yaml`, which `parseYaml` and `parseJson` make.
 *
 * Author side only: the Lambdas never load this file or `yaml`.
 */
import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from "yaml";
import type { Issue } from "../../../shared/errors.ts";
import type { Position } from "../../../shared/policy/model/document.ts";
import type { IssueSink } from "./issue-sink.ts";

interface LanguageWords {
  readonly mapping: string;
  readonly text: string;
  readonly nothing: string;
  /** Names a scalar that is neither text nor null. */
  readonly other: (value: unknown) => string;
  readonly join: (path: string, key: string) => string;
}

const YAML_WORDS: LanguageWords = {
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

interface NodePlace {
  readonly path: string;
  /** Offset of an issue when the value itself takes no room in the text. */
  readonly offset: number;
  readonly words?: LanguageWords;
}

export class DocumentNode {
  readonly path: string;
  readonly #sink: IssueSink;
  readonly #value: Node | null;
  readonly #fallback: number;
  readonly #words: LanguageWords;
  #entries: ReadonlyMap<string, DocumentNode> | undefined;

  constructor(sink: IssueSink, value: Node | null, { path, offset, words = YAML_WORDS }: NodePlace) {
    this.#sink = sink;
    this.#value = value;
    this.path = path;
    this.#fallback = offset;
    this.#words = words;
  }

  get start(): Position {
    return this.#sink.positionAt(this.#offset());
  }

  /** Just after the value's last character. */
  get end(): Position {
    return this.#sink.positionAt(this.#value?.range?.[1] ?? this.#fallback);
  }

  get isMapping(): boolean {
    return isMap(this.#value);
  }

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

  /** Finds the node at a path in this one, or the nearest existing node around it. */
  at([key, ...rest]: readonly PropertyKey[]): DocumentNode {
    const inner = key === undefined ? undefined : this.#childAt(String(key));
    return inner?.at(rest) ?? this;
  }

  /** Makes one child alone: a list may have thousands. */
  #childAt(key: string): DocumentNode | undefined {
    if (this.#entries || !isSeq(this.#value)) return this.entries().get(key);
    const index = Number(key);
    const isThere = index < this.#value.items.length && String(index) === key;
    return isThere ? this.#item(this.#value.items[index], index) : undefined;
  }

  /** Returns the members of a mapping, or the items of a list, by their keys, in order. Another value has none. */
  entries(): ReadonlyMap<string, DocumentNode> {
    if (isSeq(this.#value)) this.#entries ??= new Map(this.items().map((item, index) => [`${index}`, item]));
    this.#entries ??= new Map(isMap(this.#value) ? this.members() : []);
    return this.#entries;
  }

  /**
   * Reads a mapping's members, in order; a key may be repeated, which its parser has reported.
   * @param advice what to do about another value, with its semicolon
   */
  members(advice = ""): readonly (readonly [string, DocumentNode])[] | undefined {
    const value = this.#value;
    if (!isMap(value)) return this.wrongType(this.#words.mapping, advice);
    return value.items.flatMap((pair) => {
      const key = this.#key(pair);
      if (!key) return [];
      const path = this.#words.join(this.path, key.name);
      return [[key.name, this.#child(pair.value, path, key.offset)]];
    });
  }

  /** Reads one value or a list of them; a single value is `path[0]`. */
  items(): readonly DocumentNode[] {
    const values = isSeq(this.#value) ? this.#value.items : [this.#value];
    return values.map((value, index) => this.#item(value, index));
  }

  #item(value: unknown, index: number): DocumentNode {
    return this.#child(value, `${this.path}[${index}]`, offsetOf(value) ?? this.#offset());
  }

  /** Returns a text, which may be empty; anything else is an issue. */
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

  /** Whether a key or a text here or within fulfils a test, or a key is no text. Makes no nodes, unlike {@link entries}. */
  some(isKey: (key: string) => boolean, isText: (text: string) => boolean): boolean {
    return someOf(this.#value, isKey, isText);
  }

  plain(): unknown {
    if (!this.some(never, never)) return plainOf(this.#value);
    const members = [...this.entries()].map(([key, node]) => [key, node.plain()] as const);
    if (isMap(this.#value)) return Object.fromEntries(members);
    return isSeq(this.#value) ? members.map(([, value]) => value) : (this.scalar() ?? null);
  }

  /** @param advice what to do, with its semicolon */
  wrongType(expected: string, advice = ""): undefined {
    const isNothing = !isMap(this.#value) && !isSeq(this.#value) && (this.scalar() ?? null) === null;
    const todo = this.#adviseFunction() ?? (advice || (isNothing ? "; write one, or leave it out" : ""));
    this.report("wrongType", `expected ${expected}, found ${this.#describe()}${todo}`);
    return undefined;
  }

  scalar(): unknown {
    return isScalar(this.#value) ? this.#value.value : undefined;
  }

  /** What CloudFormation would put a value in the place of. */
  #adviseFunction(): string | undefined {
    if (!isMap(this.#value)) return undefined;
    const name = [...this.entries().keys()].find((key) => /^(?:Fn::\w+|Ref)$/.test(key));
    return name && `; \`${name}\` is CloudFormation's, so write what it stands for`;
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
    this.#sink.addPlace(path, offset);
    return new DocumentNode(this.#sink, node, { path, offset, words: this.#words });
  }

  #offset(): number {
    return offsetOf(this.#value) ?? this.#fallback;
  }
}

function never(): boolean {
  return false;
}

function someOf(value: unknown, isKey: (key: string) => boolean, isText: (text: string) => boolean): boolean {
  if (isMap(value))
    return value.items.some(({ key, value: inner }) => {
      const name = isScalar(key) ? key.value : undefined;
      return typeof name !== "string" || isKey(name) || someOf(inner, isKey, isText);
    });
  if (isSeq(value)) return value.items.some((item) => someOf(item, isKey, isText));
  return isScalar(value) && typeof value.value === "string" && isText(value.value);
}

/** The value of a node in which all keys are texts. */
function plainOf(value: unknown): unknown {
  if (isMap<Scalar<string>>(value))
    return Object.fromEntries(value.items.map(({ key, value: inner }) => [key.value, plainOf(inner)]));
  if (isSeq(value)) return value.items.map(plainOf);
  return isScalar(value) ? (value.value ?? null) : null;
}

/** Where a node begins in the text; `undefined` when it takes no room there, like a missing value. */
function offsetOf(node: unknown): number | undefined {
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return undefined;
  const [start, end] = node.range ?? [];
  return start === undefined || start === end ? undefined : start;
}
