/**
 * Every way to spoil one place of a whole input, in every operation: refused, by the name of that very place.
 */
import { describe, expect, it } from "vitest";
import { operations } from "../../shared/catalog/catalog.ts";
import { InputError } from "../../shared/errors.ts";
import { decodeStructure } from "../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../shared/request/decode/schemas.ts";
import { spoil, valid } from "./spoilt-input.ts";

describe("an input that is spoilt in one place", () => {
  it("is refused by that place's path, in every operation", () => {
    let tried = 0;
    for (const { name } of operations()) {
      const schema = findOperationSchema(name)?.input;
      if (!schema) throw new Error(name);
      const whole = valid(schema);
      expect(() => decodeStructure(schema, whole, ""), name).not.toThrow();
      for (const { path, value } of spoil(schema, whole, "")) {
        tried++;
        let refusal: unknown;
        try {
          decodeStructure(schema, value, "");
        } catch (error) {
          refusal = error;
        }
        if (!(refusal instanceof InputError) || refusal.path !== path) {
          expect({ name, path, value, refusal }).toEqual({
            name,
            path,
            value,
            refusal: `an InputError at ${path}`,
          });
        }
      }
    }
    expect(tried).toBeGreaterThan(10_000);
  }, 60_000);
});
