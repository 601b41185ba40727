/**
 * Lists the forms of resources for a message.
 */
import { lintFacts } from "./action-facts.ts";
import { describeShape, type ResourceShape } from "./resource-shape.ts";

/** More forms than these help nobody on one line. */
const maxForms = 4;

/** Finds the shapes of a bit mask. */
export function shapesOf(mask: bigint): readonly ResourceShape[] {
  return lintFacts().shapes.filter((_, index) => (mask & (1n << BigInt(index))) !== 0n);
}

/** Writes the forms of a bit mask, in backticks; `undefined` when there are too many for a line. */
export function describeShapes(mask: bigint): string | undefined {
  const all = new Set(shapesOf(mask).map(describeShape));
  const forms = [...all].filter((form) => !form.endsWith("/*") || !all.has(`${form.slice(0, -1)}ID`));
  if (forms.length === 0 || forms.length > maxForms) return undefined;
  return forms.map((form) => `\`${form}\``).join(", ");
}
