/**
 * Schemas as API Gateway's models take them: JSON Schema draft 4 without `additionalProperties`, with one type each
 * ("Amazon API Gateway important notes for REST APIs"). A model that contains itself ends where it begins again.
 */
import type { JsonSchema } from "../../../shared/request/decode/json-schema.ts";
import { isPlainObject } from "../../../shared/shape.ts";

const prefix = "#/components/schemas/";
const kept = new Set(["type", "properties", "items", "required", "enum", "format", "minLength", "$ref"]);

/** @param schemas of a document of OpenAPI 3.1, by name */
export function modelsOf(schemas: Readonly<Record<string, object>>): Readonly<Record<string, JsonSchema>> {
  const models = Object.entries(schemas).map(([name, schema]) => {
    const isCircle = (other: string) => reaches(schemas, other, name);
    return [name, modelOf(schema, isCircle)] as const;
  });
  return Object.fromEntries(models);
}

/** @param isCircle whether a model that is referred to contains the one that refers to it; default: never */
export function modelOf(schema: object, isCircle: (name: string) => boolean = () => false): JsonSchema {
  const reference: unknown = Reflect.get(schema, "$ref");
  if (typeof reference === "string" && isCircle(reference.slice(prefix.length))) return { type: "object" };
  const entries = Object.entries(schema).filter(([keyword]) => kept.has(keyword));
  return Object.fromEntries(
    entries.map(([keyword, value]): readonly [string, unknown] => {
      if (keyword === "type") return [keyword, Array.isArray(value) ? value[0] : value];
      if (keyword === "items") return [keyword, modelOf(Object(value), isCircle)];
      if (keyword !== "properties") return [keyword, value];
      const members = Object.entries(Object(value)).map(([name, of]) => [
        name,
        modelOf(Object(of), isCircle),
      ]);
      return [keyword, Object.fromEntries(members)];
    }),
  );
}

/** Whether a schema contains another, however deep. */
function reaches(schemas: Readonly<Record<string, object>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const next = [from];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    next.push(...referencesIn(schemas[name]));
  }
  return false;
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isPlainObject(value)) return [];
  const { $ref: reference } = value;
  const own = typeof reference === "string" ? [reference.slice(prefix.length)] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}
