/**
 * Reads JSON whose objects have no repeated members.
 *
 * If a member is repeated, `JSON.parse` keeps the last and other parsers keep the first (RFC 8259 section 4 leaves the
 * meaning open). Such a text could mean one thing where it is checked and another where it is used. So everything that
 * security depends on is read here: requests, tokens, bundles, key sets, answers of AWS stores.
 */

/** The value, or what is wrong with the text. */
export type ReadJson =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "malformed"; readonly cause: unknown }
  | { readonly kind: "tooDeep" }
  | { readonly kind: "tooMany" }
  | { readonly kind: "twins" };

const quotationMark = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;
/** `[` and `]` are the braces less one bit. */
const braceBit = 0x20;
const openingBrace = 0x7b;
const closingBrace = 0x7d;
const spaces = new Set([0x20, 0x0a, 0x0d, 0x09]);

/**
 * Compares the number of keys in the text and in the value: a repeated member has one key less in the value. Both
 * counts are faster than a parser of our own, which would slow down cold starts with large bundles.
 *
 * @param maxValues objects, lists, members and elements in all: building one costs more than the character that writes
 * it
 */
export function readJson(text: string, maxDepth: number, maxValues = Number.POSITIVE_INFINITY): ReadJson {
  const keys = countKeys(text, maxDepth, maxValues);
  if (typeof keys === "string") return { kind: keys };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return { kind: "malformed", cause };
  }
  return keys === countParsedKeys(value) ? { kind: "value", value } : { kind: "twins" };
}

/** Deeper than any bundle, key set or answer of AWS. */
const maxDepthOfBytes = 100;

/**
 * Parses UTF-8 without a byte order mark.
 *
 * @throws SyntaxError that quotes nothing: the content does not belong in a log
 */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("it is not UTF-8 text", { cause });
  }
  return parseJsonText(text);
}

/** @throws SyntaxError that quotes nothing */
export function parseJsonText(text: string): unknown {
  const read = readJson(text, maxDepthOfBytes);
  switch (read.kind) {
    case "value":
      return read.value;
    case "twins":
      throw new SyntaxError("it gives a member of an object twice");
    case "tooDeep":
    case "tooMany":
      throw new SyntaxError("it is nested too deeply");
    case "malformed":
      throw new SyntaxError("it is not JSON", { cause: read.cause });
  }
}

/** Counts `"…":` in the text without building anything; `JSON.parse` refuses what is not JSON. */
function countKeys(text: string, maxDepth: number, maxValues: number): number | "tooDeep" | "tooMany" {
  let keys = 0;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quotationMark) {
      at = endOfString(text, at);
      if (isFollowedByColon(text, at + 1)) keys++;
    } else if ((code | braceBit) === openingBrace) {
      if (++depth > maxDepth) return "tooDeep";
      values++;
    } else if ((code | braceBit) === closingBrace) depth--;
    else if (code === comma && ++values > maxValues) return "tooMany";
  }
  return keys;
}

function endOfString(text: string, start: number): number {
  // The engine's own search is fast for long, plain texts.
  const quote = text.indexOf('"', start + 1);
  if (quote > start && text.charCodeAt(quote - 1) !== backslash) return quote;
  let at = start + 1;
  for (let code = text.charCodeAt(at); at < text.length && code !== quotationMark; code = text.charCodeAt(at))
    at += code === backslash ? 2 : 1;
  return at;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (spaces.has(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === colon;
}

function countParsedKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + countParsedKeys(each), 0);
  let keys = 0;
  for (const inner of Object.values(value)) keys += 1 + countParsedKeys(inner);
  return keys;
}

/** An open object or list: where it is, and what it holds so far. */
interface Open {
  readonly path: string;
  /** Keys of an object; absent for a list. */
  readonly keys?: Set<string>;
  /** Index in a list. */
  index: number;
  /** The key whose value comes next. */
  key: string;
}

/** Path of the first repeated member of valid JSON (`Tags.a`, `Rules[2].Name`); keys are compared unescaped. */
export function findRepeatedMember(json: string): string | undefined {
  const open: Open[] = [];
  let expectsKey = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    const inner = open.at(-1);
    if (char === '"') {
      const end = endOfString(json, at);
      if (expectsKey && inner?.keys) {
        const key = String(JSON.parse(json.slice(at, end + 1)));
        if (inner.keys.has(key)) return join(inner.path, key);
        inner.keys.add(key);
        inner.key = key;
        expectsKey = false;
      }
      at = end;
    } else if (char === "{" || char === "[") {
      const path = inner ? pathWithin(inner) : "";
      open.push({ path, index: 0, key: "", ...(char === "{" ? { keys: new Set<string>() } : {}) });
      expectsKey = char === "{";
    } else if (char === "}" || char === "]") {
      open.pop();
      expectsKey = false;
    } else if (char === "," && inner) {
      inner.index++;
      expectsKey = inner.keys !== undefined;
    }
  }
  return undefined;
}

function pathWithin({ path, keys, index, key }: Open): string {
  return keys ? join(path, key) : `${path}[${index}]`;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
