/**
 * Fills in a custom route's input from a request: templates become JSON, in the form of an RPC body.
 *
 * A template is a whole text, so a caller's text is never joined to other text. A query parameter or body member that
 * the route does not use is refused.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { InputError } from "../../errors.ts";
import { addTo } from "../event/event-fields.ts";
import { parseTemplate } from "../route/custom-template.ts";
import type { HttpCall, RoutedCall } from "../types.ts";
import { readText } from "./from-text.ts";

interface Filling {
  readonly labels: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly body: object;
  readonly used: Set<string>;
}

/**
 * @param schema of the operation's input
 * @param body the request's JSON object, or `undefined`
 * @throws InputError for a query parameter or body member that the route does not use, and for text of another type
 */
export function fillCustomInput(
  call: HttpCall,
  custom: NonNullable<RoutedCall["custom"]>,
  schema: NormalizedSchema,
  body: object | undefined,
): Record<string, unknown> {
  const query = new Map<string, string[]>();
  for (const [name, value] of call.query) addTo(query, name, value);
  const filling: Filling = { labels: custom.labels, query, body: body ?? {}, used: new Set() };
  const input: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const template = Object.hasOwn(custom.input, name) ? custom.input[name] : undefined;
    const value = fill(template, member, filling);
    if (value !== undefined) input[name] = value;
  }
  const [unused] = [
    ...[...query.keys()].map((name) => `query.${name}`),
    ...Object.keys(filling.body).map((name) => `body.${name}`),
  ].filter((name) => !filling.used.has(name));
  if (unused !== undefined) throw new InputError(unused, "is not used by this route");
  return input;
}

function fill(template: unknown, schema: NormalizedSchema, filling: Filling): unknown {
  if (Array.isArray(template)) {
    const element = schema.isListSchema() ? schema.getValueSchema() : schema;
    return template.map((item: unknown) => fill(item, element, filling)).filter((item) => item !== undefined);
  }
  if (typeof template === "object" && template !== null) {
    const members = Object.entries(template).map(
      ([name, inner]) => [name, fill(inner, schemaOf(name, schema), filling)] as const,
    );
    return Object.fromEntries(members.filter(([, value]) => value !== undefined));
  }
  const reference = typeof template === "string" ? parseTemplate(template) : undefined;
  if (!reference) return template;
  const { source, name } = reference;
  if (source === "label") return textValue(schema, filling.labels.get(name) ?? "", name);
  filling.used.add(`${source}.${name}`);
  if (source === "body")
    return Object.hasOwn(filling.body, name) ? Reflect.get(filling.body, name) : undefined;
  const texts = filling.query.get(name);
  if (!texts) return undefined;
  if (schema.isListSchema())
    return texts.map((text) => textValue(schema.getValueSchema(), text, `query.${name}`));
  const [text, second] = texts;
  if (second !== undefined) throw new InputError(`query.${name}`, "is given more than once");
  return textValue(schema, text ?? "", `query.${name}`);
}

function schemaOf(name: string, schema: NormalizedSchema): NormalizedSchema {
  if (schema.isMapSchema()) return schema.getValueSchema();
  const found = schema.isStructSchema()
    ? [...schema.structIterator()].find(([member]) => member === name)
    : undefined;
  return found ? found[1] : schema;
}

/** A time stays text, which the decoder reads as RFC 3339: people write that form, not the one of AWS's headers. */
function textValue(schema: NormalizedSchema, text: string, path: string): unknown {
  return schema.isTimestampSchema() ? text : readText(schema, text, path);
}
