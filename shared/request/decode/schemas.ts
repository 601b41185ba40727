/** The SDK's schema of each operation: it decodes requests, encodes answers, and the client sends by it. */
import { NormalizedSchema } from "@smithy/core/schema";
import { findStaticError, findStaticOperation } from "../../catalog/commands.ts";

export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** HTTP status of success. */
  readonly status: number;
}

const schemas = new Map<string, OperationSchema>();

/** Finds the schema by the operation's exact name. Compiled on first use: all of them take about 40 ms. */
export function findOperationSchema(name: string): OperationSchema | undefined {
  const known = schemas.get(name);
  if (known) return known;
  const source = findStaticOperation(name);
  if (!source) return undefined;
  const [, , , traits, input, output] = source;
  const http: unknown =
    typeof traits === "object" && traits !== null ? Reflect.get(traits, "http") : undefined;
  const status: unknown = Array.isArray(http) ? http[2] : undefined;
  const schema: OperationSchema = {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    status: typeof status === "number" ? status : 200,
  };
  schemas.set(name, schema);
  return schema;
}

/** @param name of one of Connect's modelled exceptions: `AccessDeniedException` */
export function findErrorSchema(name: string): NormalizedSchema | undefined {
  const source = findStaticError(name);
  return source && NormalizedSchema.of(source);
}
