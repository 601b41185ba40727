/** What the request of a custom route holds: the parts of path, query and body that the route's input refers to. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { isPlainObject } from "../../shape.ts";
import { membersOf } from "../decode/from-json.ts";
import type { JsonSchema, JsonSchemaWriter } from "../decode/json-schema.ts";
import { parseTemplate } from "./custom-template.ts";

export interface RouteArgument {
  readonly part: "path" | "query" | "body";
  /** Of the label, the query parameter or the member of the body. */
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

const partOf = { label: "path", query: "query", body: "body" } as const;

/** Where a template is in the operation's input. */
interface Position {
  readonly schema: NormalizedSchema;
  /** Structure and member. */
  readonly place: string;
  readonly isRequired: boolean;
}

/** Lists each once, although a route may refer to it more often. @param schema of the operation's input */
export function argumentsOfRoute(
  input: Readonly<Record<string, unknown>>,
  schema: NormalizedSchema,
  writer: JsonSchemaWriter,
): readonly RouteArgument[] {
  const found = referencesIn(input, { schema, place: "", isRequired: true }, writer);
  return [...new Map(found.map((each) => [`${each.part} ${each.name}`, each])).values()];
}

function referencesIn(template: unknown, at: Position, writer: JsonSchemaWriter): readonly RouteArgument[] {
  const { schema, place } = at;
  if (Array.isArray(template)) {
    const item = schema.isListSchema() ? schema.getValueSchema() : schema;
    return template.flatMap((each) => referencesIn(each, { schema: item, place, isRequired: false }, writer));
  }
  if (isPlainObject(template))
    return Object.entries(template).flatMap(([name, each]) => referencesIn(each, within(at, name), writer));
  const reference = typeof template === "string" ? parseTemplate(template) : undefined;
  if (!reference) return [];
  const part = partOf[reference.source];
  const isRequired = part === "path" || at.isRequired;
  const written = part === "path" ? { type: "string", minLength: 1 } : writer.write(schema, place);
  return [{ part, name: reference.name, schema: written, isRequired }];
}

function within({ schema, place, isRequired }: Position, name: string): Position {
  if (schema.isMapSchema()) return { schema: schema.getValueSchema(), place: "", isRequired: false };
  if (!schema.isStructSchema()) return { schema, place, isRequired: false };
  const { members, required } = membersOf(schema);
  return {
    schema: members.get(name) ?? schema,
    place: `${schema.getName() ?? ""}.${name}`,
    isRequired: isRequired && required.has(name),
  };
}
