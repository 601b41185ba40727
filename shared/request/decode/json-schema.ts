/**
 * The SDK's schemas as JSON Schema 2020-12: what `decode.ts` reads, and what Connect answers.
 *
 * A structure that contains itself becomes a definition, and so does any other that the caller chooses; the rest is
 * written where it is used, since few readers of tool schemas follow references.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { enumerationAt } from "../../catalog/enumerations.ts";
import { maxElementsOf, membersOf } from "./from-json.ts";

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export interface JsonSchemaOptions {
  /** `input`: what callers may send. `output`: what they get, which may have members that are newer than the SDK. */
  readonly side: "input" | "output";
  /** Before the name of a definition; default `#/$defs/`. */
  readonly prefix?: string;
  /** Whether an input's schema says how long lists and maps may be; default: no, since few readers need it. */
  readonly hasLimits?: boolean;
  /** Structures that become definitions too, like those that contain themselves; default: none. */
  isShared?(name: string): boolean;
}

/** Writes schemas that share their definitions. */
export class JsonSchemaWriter {
  readonly #options: JsonSchemaOptions;
  readonly #definitions = new Map<string, JsonSchema>();
  /** The structures that contain what is being written. */
  readonly #within: string[] = [];
  readonly #recursive = new Set<string>();

  constructor(options: JsonSchemaOptions) {
    this.#options = options;
  }

  /** By the name of the structure, in the order in which they were written. */
  get definitions(): ReadonlyMap<string, JsonSchema> {
    return this.#definitions;
  }

  /** @param place structure and member, `CreateContactFlowRequest.Type`, for the values of an enumeration */
  write(schema: NormalizedSchema, place = ""): JsonSchema {
    if (schema.isStructSchema()) return this.#structure(schema);
    if (schema.isListSchema()) {
      const items = this.write(schema.getValueSchema(), place);
      return { type: "array", items, ...this.#limit("maxItems", place) };
    }
    if (schema.isMapSchema()) {
      const additionalProperties = this.write(schema.getValueSchema());
      return { type: "object", additionalProperties, ...this.#limit("maxProperties", place) };
    }
    if (schema.isTimestampSchema())
      return schema.getSchema() === dateTimeSchema ? dateTime : timestamps[this.#options.side];
    if (schema.isNumericSchema()) return { type: "number" };
    if (schema.isBooleanSchema()) return { type: "boolean" };
    // Connect may answer with a value that is newer than the SDK.
    const values = this.#options.side === "input" ? enumerationAt(place) : undefined;
    return schema.isStringSchema() ? { type: "string", ...(values ? { enum: values } : {}) } : {};
  }

  #limit(keyword: "maxItems" | "maxProperties", place: string): JsonSchema {
    const { side, hasLimits = false } = this.#options;
    return hasLimits && side === "input" ? { [keyword]: maxElementsOf(place) } : {};
  }

  #structure(schema: NormalizedSchema): JsonSchema {
    const name = schema.getName() ?? "";
    const { prefix = "#/$defs/", isShared } = this.#options;
    const reference = { $ref: `${prefix}${name}` };
    if (this.#within.includes(name)) {
      this.#recursive.add(name);
      return reference;
    }
    if (this.#definitions.has(name)) return reference;
    this.#within.push(name);
    const written = this.#members(schema, name);
    this.#within.pop();
    if (!this.#recursive.has(name) && !isShared?.(name)) return written;
    this.#definitions.set(name, written);
    return reference;
  }

  #members(schema: NormalizedSchema, name: string): JsonSchema {
    const { members, required } = membersOf(schema);
    const isClosed = this.#options.side === "input";
    const properties = [...members].map(([member, of]) => [member, this.write(of, `${name}.${member}`)]);
    return {
      type: "object",
      properties: Object.fromEntries(properties),
      ...(required.size > 0 ? { required: [...required] } : {}),
      ...(isClosed ? { additionalProperties: false } : {}),
      ...(schema.isUnionSchema() ? { minProperties: 1, maxProperties: 1 } : {}),
    };
  }
}

/** `decodeTimestamp` in `from-json.ts` reads both forms; Connect answers with seconds. */
const timestamps: Readonly<Record<JsonSchemaOptions["side"], JsonSchema>> = {
  input: { type: ["number", "string"], description: "A time: seconds since the epoch, or RFC 3339." },
  output: { type: "number", description: "Seconds since the epoch." },
};

/** The SDK's static schema of a time that is text (`SCHEMA.TIMESTAMP_DATE_TIME` in `@smithy/types`). */
const dateTimeSchema = 5;
const dateTime: JsonSchema = { type: "string", format: "date-time" };
