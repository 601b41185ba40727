import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { productFile } from "../../tools/cli/product.ts";

const product = resolve(import.meta.dirname, "../../dist/package");

describe("a file of the product", () => {
  it("is in dist/package of a checkout, which npm run build makes", () => {
    expect(productFile("functions/proxy")).toBe(join(product, "functions", "proxy"));
    expect(existsSync(productFile("schemas/authorizer.schema.json"))).toBe(true);
  });

  it("that is not there is an error that says how to make it", () => {
    expect(() => productFile("templates/none.yaml")).toThrow(
      "`templates/none.yaml` of the package is not there: run `npm run build:package` in the checkout",
    );
  });
});
