/**
 * Which combinations' policies are kept compiled.
 */
import { expect, it } from "vitest";
import { createLayerCache } from "../../shared/bundle/binding-layers.ts";
import { compilePolicies } from "../../shared/policy/evaluate/compile.ts";
import type { PolicyLayers } from "../../shared/policy/evaluate/layers.ts";
import { policy } from "./bundle-fixture.ts";

/** Layers of so many statements, attached, possible and bounding. */
function layersOf(attached: number, denying = 0, bounding = 0): PolicyLayers {
  const setOf = (count: number) =>
    compilePolicies(Array.from({ length: count }, (_, index) => policy(`p${index}`, "connect:*")));
  return {
    attached: setOf(attached),
    ...(denying > 0 ? { denying: setOf(denying) } : {}),
    boundaries: bounding > 0 ? [setOf(bounding)] : [],
    guardrails: [setOf(5)],
  };
}

/** Asks for combinations in turn; tells which had to be made. */
function made(
  limits: { combinations: number; statements: number },
  asked: readonly (readonly [key: string, layers: PolicyLayers])[],
): string[] {
  const cached = createLayerCache(limits);
  const keys: string[] = [];
  for (const [key, layers] of asked) {
    cached(key, () => {
      keys.push(key);
      return layers;
    });
  }
  return keys;
}

const [a, b, c] = (["a", "b", "c"] as const).map((key) => [key, layersOf(1)] as const);
const large = ["large", layersOf(4)] as const;
if (!a || !b || !c) throw new Error("unreachable");

it("the one that was unused for longest goes first", () => {
  const limits = { combinations: 2, statements: 100 };
  expect(made(limits, [a, b, a, c, a, b])).toEqual(["a", "b", "c", "b"]);
});

it("room is counted in statements, but for those of guardrails", () => {
  const limits = { combinations: 100, statements: 3 };
  expect(made(limits, [a, b, c, a, b, c])).toEqual(["a", "b", "c"]);
  const wide = ["wide", layersOf(1, 1, 1)] as const;
  expect(made(limits, [a, wide, a])).toEqual(["a", "wide", "a"]);
});

it("the one used last is kept, however large", () => {
  const limits = { combinations: 100, statements: 3 };
  expect(made(limits, [large, large, a, b, large, large])).toEqual(["large", "a", "b", "large"]);
  expect(made(limits, [a, large, b, b, a])).toEqual(["a", "large", "b", "a"]);
});
