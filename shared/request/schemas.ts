/**
 * The SDK's own schemas of each operation: the one description of the wire that requests are decoded by,
 * answers are encoded by, and the client sends by.
 */
import * as connect from "@aws-sdk/client-connect";
import { NormalizedSchema } from "@smithy/core/schema";

/** An operation as the SDK describes it. */
export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** HTTP status of success. */
  readonly status: number;
  /** The SDK's static schema, for building a command. */
  readonly source: StaticOperation;
}

/** `[9, namespace, name, traits, input, output]`, as `@smithy/types` lays it out. */
export type StaticOperation = typeof connect.CreateUser$;

const operationTag = 9;
const sources = new Map<string, StaticOperation>();
for (const value of Object.values(connect)) {
  if (Array.isArray(value) && value[0] === operationTag)
    sources.set(String(value[2]), value as StaticOperation);
}

const schemas = new Map<string, OperationSchema>();

/** Finds an operation's schema by its exact name; compiled on first use, since all of them cost some 40 ms. */
export function findOperationSchema(name: string): OperationSchema | undefined {
  const known = schemas.get(name);
  if (known) return known;
  const source = sources.get(name);
  if (!source) return undefined;
  const [, , , traits, input, output] = source;
  const http: unknown = typeof traits === "object" ? Reflect.get(traits, "http") : undefined;
  const status: unknown = Array.isArray(http) ? http[2] : undefined;
  const schema: OperationSchema = {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    status: typeof status === "number" ? status : 200,
    source,
  };
  schemas.set(name, schema);
  return schema;
}

/** Finds the schema of one of Connect's modelled exceptions (`AccessDeniedException`). */
export function findErrorSchema(name: string): NormalizedSchema | undefined {
  const value: unknown = Object.hasOwn(connect, `${name}$`) ? Reflect.get(connect, `${name}$`) : undefined;
  const errorTag = -3;
  return Array.isArray(value) && value[0] === errorTag
    ? NormalizedSchema.of(value as unknown as StaticOperation)
    : undefined;
}
