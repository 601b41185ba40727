/**
 * The JSON Schemas of `authorizer.yaml` and of environments, by which editors complete, explain and check it while it is written.
 *
 * What the schema refuses is refused when the file is loaded, but not the other way about: names of policies, twins and
 * routes that overlap are beyond a schema. A test holds each against the other.
 */
import * as z from "zod";
import { writtenConfiguration } from "./read/configuration.ts";
import { writtenEnvironment } from "./read/environment.ts";

/** A JSON Schema, draft 7, which editors support best for YAML. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Makes a JSON Schema of what goes into a zod schema, or of what comes out of it. */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  return z.toJSONSchema(schema, {
    target: "draft-7",
    io,
    override({ jsonSchema }) {
      const { description, propertyNames: _, ...others } = jsonSchema;
      for (const name of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, name);
      Object.assign(jsonSchema, description === undefined ? {} : { description }, others);
      // What zod writes where it accepts any member.
      if (JSON.stringify(others.additionalProperties) === "{}") delete jsonSchema.additionalProperties;
    },
  });
}

export function createConfigurationSchema(): JsonSchema {
  const { $schema, ...schema } = jsonSchemaOf(writtenConfiguration, "input");
  return { $schema, title: "authorizer.yaml of connect-authorizer", ...schema };
}

/** Of a file in `environments/`. */
export function createEnvironmentSchema(): JsonSchema {
  const { $schema, ...schema } = jsonSchemaOf(writtenEnvironment, "input");
  return { $schema, title: "environments/NAME.yaml of connect-authorizer", ...schema };
}

export function formatSchema(schema: JsonSchema): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
