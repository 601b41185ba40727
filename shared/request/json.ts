/**
 * A request's body to values, refusing what other parsers would read differently: duplicate keys, deep nesting.
 */
import { InputError } from "../errors.ts";
import { readJson } from "../json-members.ts";
import { findDuplicateKey } from "./duplicate-key.ts";

const maxDepth = 64;

/**
 * Parses a request's body.
 *
 * @throws InputError for malformed JSON (RFC 8259), an object with the same key twice (its section 4 leaves the
 *   meaning open), or more than 64 levels
 */
export function parseJson(text: string): unknown {
  const read = readJson(text, maxDepth);
  switch (read.kind) {
    case "value":
      return read.value;
    case "twins":
      throw new InputError(findDuplicateKey(text) ?? "", "is given more than once in the body");
    case "tooDeep":
      throw new InputError("", `the body nests deeper than ${maxDepth} levels`);
    case "malformed":
      throw new InputError("", "the body is not valid JSON", { cause: read.cause });
  }
}
