/**
 * Text → the nodes of a JSON document (RFC 8259), each with its range in the text; they are the nodes that YAML is read
 * into, so that one `DocumentNode` reads both languages.
 *
 * Comments, trailing commas and a byte order mark are tolerated, each with a warning, since AWS's own examples have them. A
 * comment to lint needs no warning: its author knows for whom it is.
 * Everything else that `JSON.parse` refuses is an error, and so are duplicate keys, of which it would keep the last.
 * `yaml` itself cannot be the reader: it accepts most texts that are not JSON (decision 0083).
 */
import { type Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { quote } from "../../../shared/policy/model/quote.ts";
import { DocumentNode, JSON_WORDS } from "./document-node.ts";
import type { IssueSink } from "./issue-sink.ts";
import { describeJsonProblem, type Expected } from "./json-errors.ts";

/** Stops at the first thing after which the structure cannot be trusted; never leaves this file. */
class SyntaxStop extends Error {}

/** Parses a whole text; `undefined` when it is not JSON, which is then among the issues. */
export function parseJson(text: string, maxDepth: number, sink: IssueSink): DocumentNode | undefined {
  try {
    const root = new Parser(text, maxDepth, sink).parseDocument();
    return new DocumentNode(sink, root, { path: "", offset: 0, words: JSON_WORDS });
  } catch (error) {
    // Any other error, for instance a full stack: a document that cannot be read is refused.
    if (!(error instanceof SyntaxStop))
      sink.add(0, { code: "unreadable", path: "", message: "document is nested too deeply" });
    return undefined;
  }
}

/** White space, a comment, a word (number, `true`, `false`, `null`), or one character. */
const TOKEN = /[ \t\r\n]+|\/\/[^\r\n]*|\/\*.*?\*\/|[A-Za-z0-9+.-]+|./sy;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
/** Parts of a string that cannot be copied: a good escape, a bad one, a control character. */
const SPECIAL = /(\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))|(\\.?)|[^ -\uffff]/gs;
const LONE_SURROGATE = /\p{Surrogate}/u;

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #sink: IssueSink;
  /** The token that comes next, and where it begins; empty at the end of the text. */
  #token = "";
  #start = 0;

  constructor(text: string, maxDepth: number, sink: IssueSink) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#sink = sink;
  }

  parseDocument(): Node {
    const hasMark = this.#text.startsWith("\ufeff");
    if (hasMark) this.#warn(0, "byteOrderMark", "document begins with a byte order mark; save it without");
    this.#moveTo(hasMark ? 1 : 0);
    const node = this.#parseValue(1);
    if (this.#token !== "") this.#stop("there is more text after the document", "end");
    return node;
  }

  #parseValue(depth: number): Node {
    const isMap = this.#sees("{");
    if (isMap || this.#sees("[")) {
      if (depth > this.#maxDepth) this.#stopAt(`nested deeper than ${this.#maxDepth} levels`, "tooDeep");
      return isMap ? this.#parseObject(depth) : this.#parseArray(depth);
    }
    return this.#sees('"') ? this.#parseString() : this.#parseWord();
  }

  #parseObject(depth: number): Node {
    const map = new YAMLMap<Scalar<string>, Node>();
    const keys = new Set<string>();
    return this.#parseList(map, "}", () => {
      if (!this.#sees('"')) this.#stop("expected a key in double quotes or `}`", "key");
      const start = this.#start;
      const key = this.#parseString();
      if (keys.has(key.value)) this.#error(start, "duplicateKey", `key ${quote(key.value)} is repeated`);
      keys.add(key.value);
      if (!this.#sees(":")) this.#stop(`expected \`:\` after key ${quote(key.value)}`, "colon");
      this.#moveOn();
      map.items.push(new Pair(key, this.#parseValue(depth + 1)));
    });
  }

  #parseArray(depth: number): Node {
    const list = new YAMLSeq<Node>();
    return this.#parseList(list, "]", () => list.items.push(this.#parseValue(depth + 1)));
  }

  /** Parses from the opening bracket to the closing one. */
  #parseList(node: Node, close: "}" | "]", parseItem: () => void): Node {
    const start = this.#start;
    this.#moveOn();
    while (!this.#sees(close)) {
      parseItem();
      if (this.#sees(close)) break;
      if (!this.#sees(",")) this.#stop(`expected \`,\` or \`${close}\``, "separator");
      const comma = this.#start;
      this.#moveOn();
      if (this.#sees(close))
        this.#warn(comma, "trailingComma", `comma before \`${close}\` is not JSON; remove it`);
    }
    return this.#finish(node, start, this.#start + 1);
  }

  #parseString(): Scalar<string> {
    const start = this.#start;
    const { end, isClosed } = this.#findStringEnd();
    let raw = this.#text.slice(start + 1, isClosed ? end - 1 : end);
    raw = raw.replace(SPECIAL, (special, good?: string, bad?: string, at = 0) => {
      if (good !== undefined) return good;
      const message =
        bad === undefined
          ? "a control character; escape it"
          : "an unknown escape; write `\\\\` for a backslash";
      this.#error(start + 1 + at, "badString", `string holds ${message}`);
      return bad === undefined ? JSON.stringify(special).slice(1, -1) : "";
    });
    if (!isClosed) this.#stopAt('string is not closed in its line; add the `"` that is missing');
    const value = raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
    if (LONE_SURROGATE.test(value))
      this.#error(start, "badString", "string holds half a surrogate pair, which is no character");
    return this.#finish(new Scalar(value), start, end);
  }

  /** Finds the end of the string that begins here, or of the line or text if it is not closed. */
  #findStringEnd(): { readonly end: number; readonly isClosed: boolean } {
    const stops = /["\\\r\n]/g;
    stops.lastIndex = this.#start + 1;
    for (;;) {
      const stop = stops.exec(this.#text);
      if (stop === null) return { end: this.#text.length, isClosed: false };
      if (stop[0] === '"') return { end: stop.index + 1, isClosed: true };
      if (stop[0] !== "\\") return { end: stop.index, isClosed: false };
      stops.lastIndex = stop.index + 2;
    }
  }

  #parseWord(): Node {
    const word = this.#token;
    const literal = LITERALS.get(word);
    const value = literal === undefined && NUMBER.test(word) ? Number(word) : literal;
    if (value === undefined) {
      const isWord = /^[A-Za-z0-9+.-]/.test(word);
      this.#stop(isWord ? `${quote(word)} is not a JSON value` : "expected a value", "value");
    }
    const scalar = new Scalar(value);
    scalar.source = word;
    return this.#finish(scalar, this.#start, this.#start + word.length);
  }

  #finish<Finished extends Node>(node: Finished, start: number, end: number): Finished {
    node.range = [start, end, end];
    this.#moveTo(end);
    return node;
  }

  #sees(token: string): boolean {
    return this.#token === token;
  }

  #moveOn(): void {
    this.#moveTo(this.#start + this.#token.length);
  }

  /** Moves to the first token at or after an offset, over white space and comments. */
  #moveTo(offset: number): void {
    this.#start = offset;
    for (;;) {
      TOKEN.lastIndex = this.#start;
      this.#token = TOKEN.exec(this.#text)?.[0] ?? "";
      if (this.#token.startsWith("/")) this.#passComment();
      else if (!/^[ \t\r\n]/.test(this.#token)) return;
      this.#start += this.#token.length;
    }
  }

  #passComment(): void {
    if (this.#token === "/") {
      const isOpen = this.#text[this.#start + 1] === "*";
      this.#stopAt(isOpen ? "comment is not closed" : "expected a value, found `/`");
    }
    if (!this.#sink.addComment(this.#start, this.#token))
      this.#warn(this.#start, "comment", "comments are not JSON; IAM itself refuses them");
  }

  #warn(offset: number, code: string, message: string): void {
    this.#sink.add(offset, { severity: "warning", code, path: "", message });
  }

  #error(offset: number, code: string, message: string): void {
    this.#sink.add(offset, { code, path: "", message });
  }

  #stop(message: string, expected: Expected): never {
    this.#stopAt(describeJsonProblem(message, expected, { text: this.#text, offset: this.#start }));
  }

  #stopAt(message: string, code = "badJson"): never {
    this.#error(this.#start, code, message);
    throw new SyntaxStop();
  }
}
