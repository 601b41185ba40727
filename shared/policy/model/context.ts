/**
 * What a policy may ask about a request: its context keys, looked up without case.
 */
import { lowerAscii } from "../../ascii.ts";
import { InputError } from "../../errors.ts";
import { quote } from "./quote.ts";
import type { Truth, UNKNOWN } from "./unknown.ts";

/** A context key's value: one, several, absent (`undefined`), or not known yet. */
export type ContextValue = string | readonly string[] | undefined | typeof UNKNOWN;

/** The request's context keys. */
export interface RequestContext {
  /** Looks a key up by its lower-case name; an empty list counts as absent. */
  get(key: string): ContextValue;
  /** What several questions about one request have in common. */
  readonly shared?: SharedContext;
}

/** What the questions of one request have in common, so that it is evaluated once for all of them. */
export interface SharedContext {
  /** Whether a key, in lower case, has one value for all of them. */
  has(key: string): boolean;
  /** The results of conditions on such keys. */
  readonly truths: Map<object, Truth>;
}

/**
 * Makes a context of a record whose keys are compared without case (IAM User Guide, "Condition": key names are
 * not case-sensitive). Throws an `InputError` when two keys differ in case only: one would silently win.
 */
export function createContext(
  values: Readonly<Record<string, string | readonly string[] | typeof UNKNOWN>>,
): RequestContext {
  const byKey = new Map<string, string | readonly string[] | typeof UNKNOWN>();
  for (const [key, value] of Object.entries(values)) {
    const lower = lowerAscii(key);
    if (byKey.has(lower)) {
      throw new InputError("context", `key ${quote(key)} is given twice; condition keys ignore case`);
    }
    byKey.set(lower, value);
  }
  return byKey;
}
