/**
 * The value that is not known yet, and Kleene's strong three-valued logic for decisions that depend on it. Truth values
 * are ordered numbers: "and" is the minimum, "or" the maximum.
 */

/** A context value or a resource that is not known yet and may be absent. It never means "missing". */
export const UNKNOWN: unique symbol = Symbol("unknown");

export const FALSE = 0;
/** True or false, depending on something that is not known. */
export const UNDECIDED = 1;
export const TRUE = 2;

/** A truth value of Kleene's logic: {@link FALSE} < {@link UNDECIDED} < {@link TRUE}. */
export type Truth = 0 | 1 | 2;

/**
 * The result of a comparison if one of the two values cannot be read as the operator's type: neither true nor false. An
 * Allow's condition then does not hold, and a Deny's does.
 */
export const UNREADABLE = -1;

export type ComparisonResult = Truth | typeof UNREADABLE;

/** Undecided stays undecided. */
export function not(truth: Truth): Truth {
  return truth === UNDECIDED ? UNDECIDED : truth === TRUE ? FALSE : TRUE;
}
