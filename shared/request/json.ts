/**
 * JSON text to values, refusing what other parsers would read differently: duplicate keys, deep nesting.
 */
import { InputError } from "../errors.ts";
import { findDuplicateKey } from "./duplicate-key.ts";

const maxDepth = 64;

/**
 * Parses a request's body.
 *
 * @throws InputError for malformed JSON (RFC 8259), an object with the same key twice (its section 4 leaves the
 *   meaning open), or more than 64 levels
 */
export function parseJson(text: string): unknown {
  const keys = countKeys(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError("", "the body is not valid JSON", { cause });
  }
  if (keys !== countParsedKeys(value))
    throw new InputError(findDuplicateKey(text) ?? "", "is given more than once in the body");
  return value;
}

/** Counts `"…":` in the text without building anything; what is not JSON is left for `JSON.parse` to refuse. */
function countKeys(text: string): number {
  let keys = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
      if (isFollowedByColon(text, at + 1)) keys++;
    } else if (char === "{" || char === "[") {
      if (++depth > maxDepth) throw new InputError("", `the body nests deeper than ${maxDepth} levels`);
    } else if (char === "}" || char === "]") depth--;
  }
  return keys;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return text[at] === ":";
}

function countParsedKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let keys = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const inner of Object.values(value)) keys += countParsedKeys(inner);
  return keys;
}
