/**
 * The inputs of custom routes against the SDK's own schemas of their operations: what could never be decoded is found when
 * the configuration is loaded, not at the first call.
 *
 * Author side only, and imported on demand: it needs the SDK. `shared/bundle/rules/routes.ts` checks the members of the first level.
 */

import type { NormalizedSchema } from "@smithy/core/schema";
import { InputError } from "../../../shared/errors.ts";
import { decodeValue, requiredMembers } from "../../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../../shared/request/decode/schemas.ts";
import { parseTemplate } from "../../../shared/request/route/custom-template.ts";
import { isPlainObject } from "../../../shared/shape.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { nearestName } from "../nearest-name.ts";

/** Checks the values in every route's input; every issue goes to the document's sink. */
export function checkRouteValues(routes: DocumentNode): void {
  for (const route of routes.entries().values()) {
    const operation = route.at(["operation"]).plain();
    const schema = typeof operation === "string" ? findOperationSchema(operation)?.input : undefined;
    const input = route.entries().get("input");
    if (!schema || !input || !isPlainObject(input.plain())) continue;
    const known = membersOf(schema);
    for (const [name, node] of input.entries()) {
      const member = known.get(name);
      if (member) checkValue(member, node, name);
    }
  }
}

/** @param path the member's, for messages: `PhoneConfig.PhoneType` */
function checkValue(schema: NormalizedSchema, node: DocumentNode, path: string): void {
  const value = node.plain();
  const reference = typeof value === "string" ? parseTemplate(value) : undefined;
  if (reference) {
    const { source } = reference;
    const element = source === "query" && schema.isListSchema() ? schema.getValueSchema() : schema;
    if (source !== "body" && isNested(element)) {
      const what = source === "label" ? "a label" : "a query parameter";
      node.report("wrongType", `\`${path}\` cannot be taken from ${what}, which is one text`);
    }
  } else if (schema.isStructSchema() && isPlainObject(value)) checkStructure(schema, node, path);
  else if (schema.isListSchema() && Array.isArray(value)) {
    const element = schema.getValueSchema();
    for (const [index, inner] of node.entries()) checkValue(element, inner, `${path}[${index}]`);
  } else if (schema.isMapSchema() && isPlainObject(value)) {
    const element = schema.getValueSchema();
    for (const [key, inner] of node.entries()) checkValue(element, inner, `${path}.${key}`);
  } else checkConstant(schema, node, path);
}

function checkStructure(schema: NormalizedSchema, node: DocumentNode, path: string): void {
  const known = membersOf(schema);
  const given = node.entries();
  for (const [name, inner] of given) {
    const member = known.get(name);
    if (member) checkValue(member, inner, `${path}.${name}`);
    else {
      const nearest = nearestName(name, [...known.keys()]);
      const hint = nearest ? `; did you mean \`${nearest}\`` : "";
      inner.report("unknownMember", `\`${path}\` has no member \`${name}\`${hint}`);
    }
  }
  for (const name of requiredMembers(schema))
    if (!given.has(name)) node.report("missingMember", `\`${path}\` requires \`${name}\``);
  if (schema.isUnionSchema() && given.size !== 1)
    node.report("wrongType", `\`${path}\` must have exactly one member`);
}

function checkConstant(schema: NormalizedSchema, node: DocumentNode, path: string): void {
  try {
    decodeValue(schema, node.plain(), path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    node.report("wrongType", error.message);
  }
}

function membersOf(schema: NormalizedSchema): ReadonlyMap<string, NormalizedSchema> {
  return new Map(schema.structIterator());
}

function isNested(schema: NormalizedSchema): boolean {
  return schema.isStructSchema() || schema.isListSchema() || schema.isMapSchema();
}
