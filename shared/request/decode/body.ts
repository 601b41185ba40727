/** Reads a request's body. It refuses what another parser could read differently: repeated members, deep nesting. */
import { InputError } from "../../errors.ts";
import { findRepeatedMember, readJson } from "../../json-members.ts";
import type { HttpCall } from "../types.ts";

const maxDepth = 64;
/** Several times what the largest call within Connect's own limits holds. */
const maxValues = 50_000;

/** The body must be one JSON object. Returns `undefined` when there is none. */
export function parseBody(call: HttpCall): object | undefined {
  if (call.body === undefined || call.body === "") return undefined;
  if (!isJson(call.headers.get("content-type"))) {
    throw new InputError("", "the content-type must be `application/json`");
  }
  const body = parseJson(call.body);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new InputError("", "the body must be a JSON object");
  }
  return body;
}

function isJson(values: readonly string[] | undefined): boolean {
  if (values === undefined) return true;
  const [type] = (values[0] ?? "").split(";");
  return (
    values.length === 1 && type !== undefined && /^application\/(json|x-amz-json-1\.[01])$/i.test(type.trim())
  );
}

/**
 * @throws InputError for malformed JSON (RFC 8259), an object with the same key twice (its section 4 leaves the
 *   meaning open), more than 64 levels, or more than 50,000 values
 */
export function parseJson(text: string): unknown {
  const read = readJson(text, maxDepth, maxValues);
  switch (read.kind) {
    case "value":
      return read.value;
    case "twins":
      throw new InputError(findRepeatedMember(text) ?? "", "is given more than once in the body");
    case "tooDeep":
      throw new InputError("", `the body nests deeper than ${maxDepth} levels`);
    case "tooMany":
      throw new InputError("", `the body holds more than ${maxValues} values`);
    case "malformed":
      throw new InputError("", "the body is not valid JSON", { cause: read.cause });
  }
}
