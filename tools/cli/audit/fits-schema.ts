/**
 * Whether a value fits a schema of records: as much of JSON Schema as these use, since what validates is no dependency of the
 * packed program. Members that the schema does not know are let pass: later versions may add some.
 */
import type { JsonSchema } from "../../authoring/configuration/configuration-schema.ts";

type Members = Readonly<Record<string, JsonSchema>>;

/** Tells it. @param definitions that `$ref` names */
export function fitsSchema(value: unknown, schema: JsonSchema, definitions: Members): boolean {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const named = definitions[reference.replace("#/definitions/", "")];
    return named !== undefined && fitsSchema(value, named, definitions);
  }
  if (Object.hasOwn(schema, "const") && value !== schema["const"]) return false;
  const choices = schema["enum"];
  if (Array.isArray(choices) && !choices.includes(value)) return false;
  switch (schema["type"]) {
    case "string":
      return typeof value === "string" && new RegExp(String(schema["pattern"] ?? "")).test(value);
    case "integer":
    case "number":
      return fitsNumber(value, schema);
    case "array":
      return (
        Array.isArray(value) &&
        value.length >= Number(schema["minItems"] ?? 0) &&
        value.every((item) => fitsSchema(item, schema["items"] as JsonSchema, definitions))
      );
    case "object":
      return fitsObject(value, schema, definitions);
    default:
      return true;
  }
}

function fitsNumber(value: unknown, { type, minimum, maximum }: JsonSchema): boolean {
  if (typeof value !== "number" || (type === "integer" && !Number.isInteger(value))) return false;
  return value >= Number(minimum ?? -Infinity) && value <= Number(maximum ?? Infinity);
}

function fitsObject(value: unknown, schema: JsonSchema, definitions: Members): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const required = (schema["required"] ?? []) as readonly string[];
  const properties = Object.entries((schema["properties"] ?? {}) as Members);
  return (
    required.every((name) => Object.hasOwn(value, name)) &&
    properties.every(
      ([name, inner]) =>
        !Object.hasOwn(value, name) || fitsSchema(Reflect.get(value, name), inner, definitions),
    )
  );
}
