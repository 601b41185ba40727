/** What is known about many calls at once, as one word. */
import type { Range } from "../../../shared/reach/resource-range.ts";

/** `depends`: on a condition key, like a tag. `some`: only on the resource, or which of several operations. */
export type Answer = "always" | "some" | "depends" | "never";

export function answerOf({ must, may }: Range, keys: ReadonlySet<string>): Answer {
  if (must) return "always";
  if (!may) return "never";
  return keys.size > 0 ? "depends" : "some";
}
