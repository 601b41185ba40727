/**
 * The value that is not known yet, and the three-valued logic (Kleene's strong one) that carries it through a
 * decision. Truth values are ordered numbers, so that "and" is the minimum, "or" the maximum.
 */

/** A context value or a resource that is not known yet, whether or not there is one; never "missing". */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** False for certain. */
export const FALSE = 0;
/** True or false, depending on something that is not known. */
export const UNDECIDED = 1;
/** True for certain. */
export const TRUE = 2;

/** A truth value of Kleene's logic: {@link FALSE} < {@link UNDECIDED} < {@link TRUE}. */
export type Truth = 0 | 1 | 2;

/**
 * The result of a comparison if the value that is there, or the one that it is compared with, cannot be read as the operator's
 * type: neither true nor false. An Allow does not hold by it, and a Deny does.
 */
export const UNREADABLE = -1;

/** A comparison of two values. */
export type ComparisonResult = Truth | typeof UNREADABLE;

/** Negates; undecided stays undecided. */
export function not(truth: Truth): Truth {
  return truth === UNDECIDED ? UNDECIDED : truth === TRUE ? FALSE : TRUE;
}
