/**
 * Reads JSON (RFC 8259) into nodes that know where they stand. Tolerates comments, trailing commas and a byte order
 * mark, each with a warning, since AWS's own examples have them; everything else that is not JSON is an error, and
 * so are duplicate keys, of which `JSON.parse` would silently keep one.
 */

import { quote } from "../../../shared/policy/model/quote.ts";
import type { IssueList } from "./issue-list.ts";
import { scanString } from "./json-string.ts";

interface NodeBase {
  readonly start: number;
  /** Just after the last character. */
  readonly end: number;
}

/** A member of an object. */
export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly value: JsonNode;
}

/** A JSON value in its source. */
export type JsonNode =
  | (NodeBase & { readonly kind: "object"; readonly members: readonly JsonMember[] })
  | (NodeBase & { readonly kind: "array"; readonly items: readonly JsonNode[] })
  | (NodeBase & { readonly kind: "string"; readonly value: string })
  /** `value` is the source text. */
  | (NodeBase & { readonly kind: "number" | "boolean" | "null"; readonly value: string });

/** Stops the scan at the first thing after which the structure cannot be trusted; never leaves this file. */
class SyntaxStop extends Error {}

/** Scans a whole text; `undefined` when it is not JSON, which is then among the issues. */
export function scanJson(text: string, maxDepth: number, issues: IssueList): JsonNode | undefined {
  try {
    return new Scanner(text, maxDepth, issues).scanDocument();
  } catch (error) {
    // Whatever else it is, a stack that is full for one: a document that cannot be read is refused.
    if (!(error instanceof SyntaxStop)) {
      issues.add({ code: "unreadable", path: "", offset: 0, message: "document is too deep to be read" });
    }
    return undefined;
  }
}

class Scanner {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #issues: IssueList;
  #at = 0;

  constructor(text: string, maxDepth: number, issues: IssueList) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#issues = issues;
  }

  scanDocument(): JsonNode {
    if (this.#text.startsWith("\ufeff")) {
      this.#warn("byteOrderMark", 0, "document begins with a byte order mark; save it without");
      this.#at = 1;
    }
    this.#skipSpace();
    const node = this.#scanValue(1);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#stop("there is more text after the document");
    return node;
  }

  #scanValue(depth: number): JsonNode {
    const first = this.#text[this.#at];
    if (first === "{" || first === "[") {
      if (depth > this.#maxDepth) {
        this.#stop(`nested deeper than ${this.#maxDepth} levels`, "tooDeep");
      }
      return first === "{" ? this.#scanObject(depth) : this.#scanArray(depth);
    }
    if (first === '"') return this.#scanString();
    return this.#scanWord();
  }

  #scanObject(depth: number): JsonNode {
    const start = this.#at++;
    const members: JsonMember[] = [];
    const seen = new Set<string>();
    this.#scanList("}", () => {
      if (this.#text[this.#at] !== '"') this.#stop("expected a key in double quotes or `}`");
      const { value: key, start: keyStart } = this.#scanString();
      if (seen.has(key)) this.#error("duplicateKey", keyStart, `key ${quote(key)} stands here twice`);
      seen.add(key);
      this.#skipSpace();
      if (this.#text[this.#at] !== ":") this.#stop(`expected \`:\` after key ${quote(key)}`);
      this.#at++;
      this.#skipSpace();
      members.push({ key, keyStart, value: this.#scanValue(depth + 1) });
    });
    return { kind: "object", start, end: this.#at, members };
  }

  #scanArray(depth: number): JsonNode {
    const start = this.#at++;
    const items: JsonNode[] = [];
    this.#scanList("]", () => items.push(this.#scanValue(depth + 1)));
    return { kind: "array", start, end: this.#at, items };
  }

  /** Scans what stands between the opening bracket and the closing one, and that one. */
  #scanList(close: "}" | "]", scanItem: () => void): void {
    this.#skipSpace();
    let comma = -1;
    while (this.#text[this.#at] !== close) {
      scanItem();
      this.#skipSpace();
      comma = -1;
      if (this.#text[this.#at] === close) break;
      if (this.#text[this.#at] !== ",") this.#stop(`expected \`,\` or \`${close}\``);
      comma = this.#at++;
      this.#skipSpace();
    }
    if (comma >= 0) this.#warn("trailingComma", comma, `comma before \`${close}\` is not JSON; remove it`);
    this.#at++;
  }

  #scanString(): JsonNode & { kind: "string" } {
    const start = this.#at;
    const { value, end, problems } = scanString(this.#text, start);
    for (const { offset, message } of problems) this.#error("badString", offset, message);
    if (end < 0) this.#stop("string is not closed");
    this.#at = end;
    return { kind: "string", start, end, value };
  }

  #scanWord(): JsonNode {
    const start = this.#at;
    const end = this.#endOf(/[A-Za-z0-9+.-]*/y, start);
    const value = this.#text.slice(start, end);
    const kind = kindOfWord(value);
    if (kind === undefined) {
      this.#stop(value === "" ? "expected a value" : `${quote(value)} is not a JSON value`);
    }
    this.#at = end;
    return { kind, start, end: this.#at, value };
  }

  /** Finds where a run of characters ends; the pattern is sticky and also matches none. */
  #endOf(run: RegExp, start: number): number {
    run.lastIndex = start;
    run.test(this.#text);
    return run.lastIndex;
  }

  #skipSpace(): void {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === " " || character === "\n" || character === "\r" || character === "\t") this.#at++;
      else if (character === "/") this.#skipComment();
      else return;
    }
  }

  #skipComment(): void {
    const start = this.#at;
    const second = this.#text[start + 1];
    if (second === "/") {
      this.#at = this.#endOf(/[^\r\n]*/y, start);
    } else if (second === "*") {
      const close = this.#text.indexOf("*/", start + 2);
      if (close < 0) this.#stop("comment is not closed");
      this.#at = close + 2;
    } else {
      this.#stop("expected a value, found `/`");
    }
    this.#warn("comment", start, "comments are not JSON; IAM itself refuses them");
  }

  #warn(code: string, offset: number, message: string): void {
    this.#issues.add({ severity: "warning", code, path: "", offset, message });
  }

  #error(code: string, offset: number, message: string): void {
    this.#issues.add({ code, path: "", offset, message });
  }

  #stop(message: string, code = "badJson"): never {
    this.#error(code, this.#at, message);
    throw new SyntaxStop();
  }
}

function kindOfWord(word: string): "number" | "boolean" | "null" | undefined {
  if (word === "true" || word === "false") return "boolean";
  if (word === "null") return "null";
  return /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(word) ? "number" : undefined;
}
