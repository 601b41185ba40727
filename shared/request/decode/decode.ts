/** Decodes a routed HTTP request to the operation's whole input. It is strict: it refuses unknown parts by name. */

import type { NormalizedSchema } from "@smithy/core/schema";
import { lowerAscii } from "../../ascii.ts";
import type { InputMember, OperationRow } from "../../catalog/types.ts";
import { InputError } from "../../errors.ts";
import { addTo } from "../event/event-fields.ts";
import type { HttpCall, InputValue, OperationInput, RoutedCall } from "../types.ts";
import { parseBody } from "./body.ts";
import { decodeStructure, membersOf, unknownMember } from "./from-json.ts";
import { fillCustomInput } from "./from-template.ts";
import { readText } from "./from-text.ts";
import type { OperationSchema } from "./schemas.ts";

/** @throws InputError with the member's path */
export function decodeInput(call: HttpCall, routed: RoutedCall, schema: OperationSchema): OperationInput {
  assertHeaders(call, routed);
  const body = parseBody(call);
  if (routed.form === "rpc") {
    if (call.query.length > 0)
      throw new InputError("", "this form takes its whole input from the body, not the query");
    return decodeStructure(schema.input, body ?? {}, "");
  }
  if (routed.custom) {
    return decodeStructure(schema.input, fillCustomInput(call, routed.custom, schema.input, body), "");
  }
  const places = placesOf(routed.row, schema);
  const texts = bindTexts(call, routed, places);
  const wire: Record<string, unknown> = {};
  for (const [name, given] of texts) {
    const member = membersOf(schema.input).members.get(name);
    if (member) wire[name] = readTexts(member, given, name);
  }
  // In a query, an empty list is an absent parameter.
  for (const name of places.emptyLists) if (!texts.has(name)) wire[name] = [];
  for (const [name, value] of Object.entries(body ?? {})) {
    if (!places.body.has(name)) throw new InputError(name, unknownMember("body"));
    wire[name] = value;
  }
  return decodeStructure(schema.input, wire, "");
}

/** Where the members of an operation are in the request. */
interface Places {
  readonly body: ReadonlySet<string>;
  /** By the name in the query. */
  readonly query: ReadonlyMap<string, InputMember>;
  /** By the name of the header, in lower case. */
  readonly headers: ReadonlyMap<string, InputMember>;
  /** Required lists of the query. */
  readonly emptyLists: readonly string[];
}

const placesByRow = new WeakMap<OperationRow, Places>();

function placesOf(row: OperationRow, schema: OperationSchema): Places {
  const known = placesByRow.get(row);
  if (known) return known;
  const at = (wanted: InputMember["place"]) => row.members.filter(({ place }) => place === wanted);
  const isList = (name: string) => schema.input.getMemberSchema(name).isListSchema();
  const places = {
    body: new Set(at("body").map(({ name }) => name)),
    query: new Map(at("query").map((member) => [member.wireName, member])),
    headers: new Map(at("header").map((member) => [lowerAscii(member.wireName), member])),
    emptyLists: at("query").flatMap(({ name, required }) => (required && isList(name) ? [name] : [])),
  };
  placesByRow.set(row, places);
  return places;
}

/** Collects the texts of path, query and header members, by member name. */
function bindTexts(call: HttpCall, routed: RoutedCall, places: Places): Map<string, readonly string[]> {
  const texts = new Map<string, string[]>();
  for (const [name, value] of routed.labels) texts.set(name, [value]);
  for (const [header, { name }] of places.headers) {
    const values = call.headers.get(header);
    if (values) texts.set(name, [...values]);
  }
  for (const [key, value] of call.query) {
    const member = places.query.get(key);
    if (!member) throw new InputError(key, "is not a query parameter of this operation");
    addTo(texts, member.name, value);
  }
  return texts;
}

/** Turns the texts of one member into the JSON value that it would be in a body. */
function readTexts(schema: NormalizedSchema, texts: readonly string[], path: string): InputValue {
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    return texts.map((text, index) => readText(element, text, `${path}[${index}]`));
  }
  const [text] = texts;
  if (text === undefined || texts.length > 1) throw new InputError(path, "is given more than once");
  return readText(schema, text, path);
}

/**
 * Headers that signatures, SDKs and AWS's own front ends add to any request: those of Signature Version 4 and 4A, the
 * user agent of SDKs in browsers, the version that some SDKs name, the request ids of CloudFront and API Gateway.
 */
const ofEveryRequest: ReadonlySet<string> = new Set([
  "x-amz-api-version",
  "x-amz-apigw-id",
  "x-amz-cf-id",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-id-2",
  "x-amz-region-set",
  "x-amz-request-id",
  "x-amz-security-token",
  "x-amz-user-agent",
]);

/**
 * Refuses a header that looks like a member but is not one of this operation. Connect has bound members to headers
 * named `x-amz-…` in three operations, and a newer client may know more: this version must not overlook one.
 */
function assertHeaders(call: HttpCall, routed: RoutedCall): void {
  for (const name of call.headers.keys()) {
    if (!name.startsWith("x-amz-") || ofEveryRequest.has(name)) continue;
    const isMember =
      routed.form === "rest" &&
      routed.row.members.some(({ place, wireName }) => place === "header" && lowerAscii(wireName) === name);
    if (!isMember) throw new InputError(name, "is not a header of this operation");
  }
}
