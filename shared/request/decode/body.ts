/**
 * A request's body to values, refusing what other parsers would read differently: duplicate keys, deep nesting.
 */
import { InputError } from "../../errors.ts";
import { readJson } from "../../json-members.ts";
import { findDuplicateKey } from "./duplicate-key.ts";

const maxDepth = 64;
/** Limits for a body: several times what the largest call within Connect's own limits holds. */
const maxValues = 50_000;

/**
 * Parses a request's body.
 *
 * @throws InputError for malformed JSON (RFC 8259), an object with the same key twice (its section 4 leaves the
 *   meaning open), more than 64 levels, or more than 50,000 values
 */
export function parseJson(text: string): unknown {
  const read = readJson(text, maxDepth, maxValues);
  switch (read.kind) {
    case "value":
      return read.value;
    case "twins":
      throw new InputError(findDuplicateKey(text) ?? "", "is given more than once in the body");
    case "tooDeep":
      throw new InputError("", `the body nests deeper than ${maxDepth} levels`);
    case "tooMany":
      throw new InputError("", `the body holds more than ${maxValues} values`);
    case "malformed":
      throw new InputError("", "the body is not valid JSON", { cause: read.cause });
  }
}
