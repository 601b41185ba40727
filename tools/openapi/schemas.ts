/** The schemas that a document's operations share: bodies, structures of requests, structures of answers. */
import { type JsonSchema, JsonSchemaWriter } from "../../shared/request/decode/json-schema.ts";

const prefix = "#/components/schemas/";
/** Before the names of structures in requests: they are closed there, and open in answers. */
const inputPrefix = "Input";

export class ComponentSchemas {
  readonly inputs = new JsonSchemaWriter({
    side: "input",
    prefix: prefix + inputPrefix,
    hasLimits: true,
    isShared: () => true,
  });
  readonly outputs = new JsonSchemaWriter({ side: "output", prefix, isShared: () => true });
  readonly #others = new Map<string, JsonSchema>();

  /** Adds a schema under a name of its own; returns the reference to it. */
  add(name: string, schema: JsonSchema): JsonSchema {
    this.#others.set(name, schema);
    return { $ref: prefix + name };
  }

  /** All, sorted by name. @throws TypeError when a structure of the SDK has the name of another schema */
  toJson(): Readonly<Record<string, JsonSchema>> {
    const inputs = [...this.inputs.definitions].map(([name, of]) => [inputPrefix + name, of] as const);
    const all = [...this.#others, ...inputs, ...this.outputs.definitions];
    const sorted = new Map(all.sort(([one], [other]) => (one < other ? -1 : 1)));
    if (sorted.size < all.length) throw new TypeError("two schemas have the same name");
    return Object.fromEntries(sorted);
  }
}
