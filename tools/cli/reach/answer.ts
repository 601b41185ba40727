/**
 * What is known of many calls at once, in a word.
 */
import type { Range } from "./resource-range.ts";

/**
 * `always`: every call is allowed. `never`: none is. `depends`: on what is asked of the call, like a tag. `some`: it
 * depends on nothing but which resource, or which of several operations, the call is about.
 */
export type Answer = "always" | "some" | "depends" | "never";

/** Finds the word. */
export function answerOf({ must, may }: Range, keys: ReadonlySet<string>): Answer {
  if (must) return "always";
  if (!may) return "never";
  return keys.size > 0 ? "depends" : "some";
}
