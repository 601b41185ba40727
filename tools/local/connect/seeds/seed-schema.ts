/**
 * The JSON Schema of seeds, by which editors complete and check them: derived from the SDK's schemas as the reader is.
 *
 * What it refuses is refused by the reader, but not the other way about: references, names and quotas are beyond a schema.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { operations } from "../../../../shared/catalog/catalog.ts";
import { enumerationAt } from "../../../../shared/catalog/enumerations.ts";
import { requiredMembers } from "../../../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import type { Family } from "../families/families.ts";

import { contactSchema } from "./contacts.ts";
import { type EntryMember, entryMembers, seededFamilies } from "./entry-members.ts";
import { relativeForms } from "./relative-time.ts";

type Json = Readonly<Record<string, unknown>>;
/** Structures by their names. */
type Definitions = Map<string, Json>;

export function formatSeedSchema(): string {
  return `${JSON.stringify(createSeedSchema(), undefined, 1)}\n`;
}

export function createSeedSchema(): Json {
  const definitions: Definitions = new Map();
  const groups = [...seededFamilies()].map(([name, family]) => [
    name,
    listOf(entrySchema(family, definitions), family),
  ]);
  const contact = refTo(contactSchema(), definitions);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "a seed of the local Connect of connect-authorizer",
    description: "What each instance begins with. Resources refer to others by identifier or by name.",
    type: "object",
    properties: {
      ...Object.fromEntries(groups),
      Contacts: {
        description: `Contacts, as \`DescribeContact\` has them. A time may follow the clock: ${relativeForms}.`,
        type: "array",
        items: contact,
      },
      Calls: {
        description:
          "Calls that are made at last, in their order: an operation with its input, without `InstanceId`.",
        type: "array",
        items: {
          type: "object",
          properties: Object.fromEntries(operations().map(({ name }) => [name, { type: "object" }])),
          additionalProperties: false,
          minProperties: 1,
          maxProperties: 1,
        },
      },
    },
    additionalProperties: false,
    definitions: Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function listOf(items: Json, { operations: { create, describe } }: Family): Json {
  const words = describe === undefined ? `\`${create}\` has` : `\`${create}\` and \`${describe}\` have`;
  return { description: `Each with the members that ${words}.`, type: "array", items };
}

function entrySchema(family: Family, definitions: Definitions): Json {
  const members = entryMembers(family);
  const input = findOperationSchema(family.operations.create ?? "")?.input;
  const named = [...members.values()].filter(({ role }) => role === "part").map(({ name }) => name);
  // Where two names of a member are taken, either is enough.
  const required = [...(input ? requiredMembers(input) : [])].filter(
    (name) => named.indexOf(name) >= 0 && named.indexOf(name) === named.lastIndexOf(name),
  );
  return {
    type: "object",
    properties: Object.fromEntries(
      [...members].map(([name, member]) => [name, memberSchema(member, definitions)]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function memberSchema({ holder, member, role }: EntryMember, definitions: Definitions): Json {
  // What follows from others is read over, whatever it is.
  return role === "aside" ? {} : schemaOf(holder.getMemberSchema(member), { holder, member, definitions });
}

interface Place {
  readonly holder: NormalizedSchema;
  readonly member: string;
  readonly definitions: Definitions;
}

function schemaOf(schema: NormalizedSchema, place: Place): Json {
  if (schema.isStructSchema()) return refTo(schema, place.definitions);
  if (schema.isListSchema()) return { type: "array", items: schemaOf(schema.getValueSchema(), place) };
  if (schema.isMapSchema())
    return { type: "object", additionalProperties: schemaOf(schema.getValueSchema(), place) };
  if (schema.isTimestampSchema()) return { type: ["string", "number"] };
  if (schema.isNumericSchema()) return { type: "number" };
  if (schema.isBooleanSchema()) return { type: "boolean" };
  if (!schema.isStringSchema()) return {};
  const values = enumerationAt(`${place.holder.getName() ?? ""}.${place.member}`);
  return values ? { enum: values } : { type: "string" };
}

function refTo(schema: NormalizedSchema, definitions: Definitions): Json {
  const name = schema.getName() ?? "";
  if (!definitions.has(name)) {
    // A structure may hold itself.
    definitions.set(name, {});
    const members = [...schema.structIterator()].map(
      ([member, its]) => [member, schemaOf(its, { holder: schema, member, definitions })] as const,
    );
    const required = schema.isUnionSchema() ? [] : [...requiredMembers(schema)];
    definitions.set(name, {
      type: "object",
      properties: Object.fromEntries(members),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    });
  }
  return { $ref: `#/definitions/${name}` };
}
