/**
 * The arguments of a tool as JSON Schema: the whole input of an operation, or what the input of a route refers to.
 */
import type { OperationRow } from "../../../shared/catalog/types.ts";
import type { Served } from "../../../shared/reach/served.ts";
import { type JsonSchema, JsonSchemaWriter } from "../../../shared/request/decode/json-schema.ts";
import { findOperationSchema } from "../../../shared/request/decode/schemas.ts";
import { argumentsOfRoute, type RouteArgument } from "../../../shared/request/route/route-arguments.ts";
import type { CustomRoute } from "../../../shared/request/types.ts";

/** Arguments are always an object. */
export interface ArgumentSchema extends JsonSchema {
  readonly type: "object";
}

/** @throws TypeError for an operation without schema: the catalogue and the SDK have the same */
export function schemaOfOperation({ operation, instances }: Served): ArgumentSchema {
  const schema = findOperationSchema(operation.name);
  if (!schema) throw new TypeError(`no schema of \`${operation.name}\``);
  const writer = new JsonSchemaWriter({ side: "input" });
  const written = writer.write(schema.input);
  const named = resourcesNamedBy(operation);
  const here = instances.map(({ id }) => `\`${id}\``).join(", ");
  const properties = Object.entries(Object(written["properties"])).map(([member, of]) => {
    const types = [...(named.get(member) ?? [])];
    const text =
      member === "InstanceId"
        ? `Id or ARN of the instance: ${here}.`
        : types.length > 0
          ? `Id or ARN: ${types.join(", ")}.`
          : undefined;
    return [member, text === undefined ? of : { ...Object(of), description: text }];
  });
  return {
    ...written,
    type: "object",
    properties: Object.fromEntries(properties),
    ...definitionsOf(writer),
  };
}

function definitionsOf({ definitions }: JsonSchemaWriter): JsonSchema {
  return definitions.size > 0 ? { $defs: Object.fromEntries(definitions) } : {};
}

/** Types of the resources that a member of the input names: `UserId` → `user`. */
function resourcesNamedBy({ targets, extraActions }: OperationRow): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map<string, Set<string>>();
  for (const { source, type } of [...targets, ...extraActions.flatMap((extra) => extra.targets)]) {
    const member = source.replace(/\[\]$/, "");
    if (!/^\w+$/.test(member) || type === "*" || type === "arn") continue;
    named.set(member, (named.get(member) ?? new Set()).add(type));
  }
  return named;
}

const parts = ["path", "query", "body"] as const;

/** `{path, query, body}`, only with parts that the route has. @throws TypeError as {@link schemaOfOperation} does */
export function schemaOfRoute({ input, operation }: CustomRoute): ArgumentSchema {
  const schema = findOperationSchema(operation);
  if (!schema) throw new TypeError(`no schema of \`${operation}\``);
  const writer = new JsonSchemaWriter({ side: "input" });
  const referred = argumentsOfRoute(input, schema.input, writer);
  const properties = parts.flatMap((part): readonly (readonly [RouteArgument["part"], ArgumentSchema])[] => {
    const own = referred.filter((each) => each.part === part);
    return own.length === 0 ? [] : [[part, objectOf(own)]];
  });
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: properties.flatMap(([part, of]) => (of["required"] ? [part] : [])),
    additionalProperties: false,
    ...definitionsOf(writer),
  };
}

function objectOf(own: readonly RouteArgument[]): ArgumentSchema {
  const required = own.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}
