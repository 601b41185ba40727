/**
 * A routed HTTP request to the operation's whole input, strictly: whatever is not understood is refused by name.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import type { InputMember } from "../catalog/types.ts";
import { InputError } from "../errors.ts";
import { assertHeaders } from "./amz-headers.ts";
import { fillCustomInput } from "./custom-input.ts";
import { decodeStructure } from "./decode-value.ts";
import { parseJson } from "./json.ts";
import type { OperationSchema } from "./schemas.ts";
import { readText } from "./text-value.ts";
import type { HttpCall, InputValue, OperationInput, RoutedCall } from "./types.ts";

/**
 * Decodes a request's input.
 *
 * @throws InputError with the member's path
 */
export function decodeInput(call: HttpCall, routed: RoutedCall, schema: OperationSchema): OperationInput {
  assertHeaders(call, routed);
  const body = readBody(call);
  if (routed.form === "rpc") {
    if (call.query.length > 0)
      throw new InputError("", "this form takes its whole input from the body, not the query");
    return decodeStructure(schema.input, body ?? {}, "");
  }
  if (routed.custom) {
    return decodeStructure(schema.input, fillCustomInput(call, routed.custom, schema.input, body), "");
  }
  const texts = bindTexts(call, routed);
  const emptyLists = new Set(
    routed.row.members
      .filter(({ name, place, required }) => place === "query" && required && isList(schema, name))
      .map(({ name }) => name),
  );
  const wire: Record<string, unknown> = {};
  for (const [name, member] of schema.input.structIterator()) {
    const text = texts.get(name);
    if (text !== undefined) wire[name] = readTexts(member, text, name);
    // A query has no other way to write an empty list than to leave the parameter out.
    else if (emptyLists.has(name)) wire[name] = [];
  }
  const bodyMembers = new Set(
    routed.row.members.filter((member) => member.place === "body").map((member) => member.name),
  );
  for (const [name, value] of Object.entries(body ?? {})) {
    if (!bodyMembers.has(name)) throw new InputError(name, "is not a member of this operation's body");
    wire[name] = value;
  }
  return decodeStructure(schema.input, wire, "");
}

function isList(schema: OperationSchema, member: string): boolean {
  return schema.input.getMemberSchema(member).isListSchema();
}

/** Reads the body as one JSON object; `undefined` when there is none. */
function readBody(call: HttpCall): object | undefined {
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

/** Collects the texts of path, query and header members, by member name. */
function bindTexts(call: HttpCall, routed: RoutedCall): Map<string, readonly string[]> {
  const texts = new Map<string, readonly string[]>();
  for (const [name, value] of routed.labels) texts.set(name, [value]);
  const byQuery = new Map<string, InputMember>();
  for (const member of routed.row.members) {
    if (member.place === "query") byQuery.set(member.wireName, member);
    const header = member.place === "header" ? call.headers.get(member.wireName.toLowerCase()) : undefined;
    if (header) texts.set(member.name, header);
  }
  for (const [key, value] of call.query) {
    const member = byQuery.get(key);
    if (!member) throw new InputError(key, "is not a query parameter of this operation");
    texts.set(member.name, [...(texts.get(member.name) ?? []), value]);
  }
  return texts;
}

/** Turns the texts of one member into the JSON value that the same member would be in a body. */
function readTexts(schema: NormalizedSchema, texts: readonly string[], path: string): InputValue {
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    return texts.map((text, index) => readText(element, text, `${path}[${index}]`));
  }
  const [text] = texts;
  if (text === undefined || texts.length > 1) throw new InputError(path, "is given more than once");
  return readText(schema, text, path);
}
