/**
 * Copies an SDK input at once, so that a change by its owner, a getter or a proxy cannot make what is sent differ from
 * what was decided.
 */
import { types } from "node:util";
import { InputError } from "../../shared/errors.ts";
import { decodeStructure } from "../../shared/request/decode/from-json.ts";
import type { OperationSchema } from "../../shared/request/decode/schemas.ts";
import type { OperationInput } from "../../shared/request/types.ts";

/** As for the body of a request. */
const maxDepth = 64;
const maxValues = 50_000;

/** A copy that nobody else has, of plain objects, lists, texts, numbers and booleans; a `Date` is seconds. */
export type InputCopy = { readonly copy: unknown } | { readonly error: InputError };

/** Reads each member once. Never throws: the reader of the copy does. */
export function copyInput(input: unknown): InputCopy {
  let values = 0;
  const copy = (value: unknown, depth: number): unknown => {
    if (++values > maxValues) throw new InputError("", `the input holds more than ${maxValues} values`);
    // The wire does not distinguish the two zeros.
    if (typeof value === "number") return value === 0 ? 0 : value;
    if (typeof value !== "object" || value === null) return value;
    if (depth > maxDepth) throw new InputError("", `the input nests deeper than ${maxDepth} levels`);
    if (types.isDate(value)) return value.getTime() / 1000;
    if (Array.isArray(value)) return Array.from(value, (inner: unknown) => copy(inner, depth + 1));
    if (ArrayBuffer.isView(value))
      throw new InputError("", "the input holds bytes, which no operation takes");
    const members: Record<string, unknown> = Object.create(null);
    for (const name of Object.keys(value)) members[name] = copy(Reflect.get(value, name), depth + 1);
    return members;
  };
  try {
    return { copy: copy(input, 0) };
  } catch (cause) {
    if (cause instanceof InputError) return { error: cause };
    return { error: new InputError("", "the input cannot be read", { cause }) };
  }
}

/** Checks a copy against the operation's schema. @throws InputError with the member's path */
export function readInput(copied: InputCopy, schema: OperationSchema): OperationInput {
  if ("error" in copied) throw copied.error;
  return decodeStructure(schema.input, copied.copy, "");
}

/** A deep copy of a decided input, which its receiver may change. */
export function inputToSend(input: OperationInput): Record<string, unknown> {
  return structuredClone(input) as Record<string, unknown>;
}
