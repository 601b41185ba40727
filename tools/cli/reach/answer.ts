/** What is known about many calls at once, as one word. */
import type { Range } from "./resource-range.ts";

/**
 * `always`: every call is allowed. `never`: no call is. `depends`: on a condition key, like a tag. `some`: only on which
 * resource, or which of several operations, the call is about.
 */
export type Answer = "always" | "some" | "depends" | "never";

export function answerOf({ must, may }: Range, keys: ReadonlySet<string>): Answer {
  if (must) return "always";
  if (!may) return "never";
  return keys.size > 0 ? "depends" : "some";
}
