/** The context keys of a request, which policies look up without case. */
import { lowerAscii } from "../../ascii.ts";
import { InputError } from "../../errors.ts";
import { quote } from "./quote.ts";
import type { Truth, UNKNOWN } from "./unknown.ts";

/** A context key's value: one, several, absent (`undefined`), or not known yet. */
export type ContextValue = string | readonly string[] | undefined | typeof UNKNOWN;

export interface RequestContext {
  /** @param key in lower case; an empty list counts as absent */
  get(key: string): ContextValue;
  /** Results that several questions about one request share. */
  readonly shared?: SharedContext;
}

/** Results that the questions of one request share, so that each is computed once. */
export interface SharedContext {
  /** Whether a key, in lower case, has the same value for all questions. */
  has(key: string): boolean;
  readonly truths: Map<object, Truth>;
}

/**
 * Keys are compared without case (IAM User Guide, "Condition": key names are not case-sensitive).
 *
 * @throws InputError when two keys differ only in case: one would silently win
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
