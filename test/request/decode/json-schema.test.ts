import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { decodeStructure } from "../../../shared/request/decode/from-json.ts";
import { JsonSchemaWriter } from "../../../shared/request/decode/json-schema.ts";
import { findOperationSchema, type OperationSchema } from "../../../shared/request/decode/schemas.ts";
import { readSdkOperations, type SdkOperation } from "../../../tools/catalog/sdk-operations.ts";
import { makeWireInput } from "../../catalog/wire-input.ts";

type Json = Readonly<Record<string, unknown>>;

function schemaOf({ name }: Pick<SdkOperation, "name">): OperationSchema {
  const schema = findOperationSchema(name);
  if (!schema) throw new Error(`no schema of ${name}`);
  return schema;
}

function write(schema: OperationSchema, side: "input" | "output"): Json {
  const writer = new JsonSchemaWriter({ side });
  const written = writer.write(schema[side]);
  return { ...written, $defs: Object.fromEntries(writer.definitions) };
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const compiled = new Map<string, ValidateFunction>();

function accepts(operation: SdkOperation, input: unknown): boolean {
  const validate = compiled.get(operation.name) ?? ajv.compile(withoutEnumerations(operation));
  compiled.set(operation.name, validate);
  return validate(input);
}

/** The decoder passes on a value that is newer than the SDK. */
function withoutEnumerations(operation: SdkOperation): Json {
  const text = JSON.stringify(write(schemaOf(operation), "input"));
  return JSON.parse(text, (key, value: unknown) => (key === "enum" ? undefined : value)) as Json;
}

function decodes(operation: SdkOperation, input: unknown): boolean {
  try {
    decodeStructure(schemaOf(operation).input, input, "");
    return true;
  } catch {
    return false;
  }
}

/** Inputs that differ from a good one at one place: another type, no value, one member more. */
function mistakesIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return [{}, "text", ...mistakesIn(value[0]).map((each) => [each])];
  if (typeof value !== "object" || value === null)
    return [{}, [], null, typeof value === "boolean" ? 1 : true];
  const own = Object.entries(value);
  return [
    { ...value, unknownMember: 1 },
    "text",
    ...own.map(([name]) => Object.fromEntries(own.filter(([other]) => other !== name))),
    ...own.flatMap(([name, of]) => mistakesIn(of).map((each) => ({ ...value, [name]: each }))),
  ];
}

/** The definitions that a schema names. */
function refersTo(schema: unknown): readonly string[] {
  return [...JSON.stringify(schema).matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name = ""]) => name);
}

describe("the JSON Schema of an input", () => {
  const operations = readSdkOperations();

  it("accepts and refuses what the decoder does, for every operation", () => {
    let refused = 0;
    for (const operation of operations) {
      const whole = makeWireInput(operation);
      const wrong: readonly unknown[] = [whole, ...mistakesIn(whole)].filter(
        (each) => accepts(operation, each) !== decodes(operation, each),
      );
      expect(wrong, operation.name).toEqual([]);
      refused += mistakesIn(whole).filter((each) => !accepts(operation, each)).length;
    }
    expect(refused).toBeGreaterThan(5_000);
  });

  it("lists the values of an enumeration", () => {
    const { properties } = write(schemaOf({ name: "CreateContactFlow" }), "input") as { properties: Json };
    expect(properties["Type"]).toMatchObject({
      type: "string",
      enum: expect.arrayContaining(["CONTACT_FLOW"]),
    });
  });

  it("refers to a structure that holds itself, and to nothing else", () => {
    const schemas = operations.map((operation) => write(schemaOf(operation), "input"));
    const definitions = new Map(schemas.flatMap(({ $defs }) => Object.entries(Object($defs))));
    expect(definitions.size).toBeGreaterThan(10);
    const refersToItself = (name: string) => {
      const reached = new Set(refersTo(definitions.get(name)));
      for (const other of reached) for (const next of refersTo(definitions.get(other))) reached.add(next);
      return reached.has(name);
    };
    expect([...definitions.keys()].filter((name) => !refersToItself(name))).toEqual([]);
  });

  it("leaves an output open for what is newer than the SDK", () => {
    const output = JSON.stringify(operations.map((operation) => write(schemaOf(operation), "output")));
    expect(output).not.toContain('"additionalProperties":false');
    expect(output).not.toContain('"enum"');
  });
});
