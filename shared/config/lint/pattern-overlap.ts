/**
 * Whether two patterns with wildcards have a text in common: "can this resource pattern ever match what is asked?"
 *
 * Patterns are the codes of `shared/policy/glob.ts`, with two more for what an identifier is. Every pair of places in
 * the two patterns is looked at once, so time is at most the product of their lengths.
 */
import { ANY_IN_PART, STAR, STAR_IN_PART } from "../../policy/glob.ts";
import { VARIABLE } from "./pattern-codes.ts";

/** Exactly one character that an identifier may hold: none of `/`, `:`, `*`, or of a placeholder's `<` and `>`. */
export const ANY_IN_WORD = -5;
/** Any run of characters that an identifier may hold. */
export const STAR_IN_WORD = -6;

const COLON = 58;
/** Letters, digits, `-`, `_`, `.` and `$` (`shared/catalog/resource-arn.ts`). */
const inIdentifier: ReadonlySet<number> = new Set(
  Array.from({ length: 128 }, (_, code) => code).filter((code) => /[\w.$-]/.test(String.fromCharCode(code))),
);

/**
 * Tells whether some text matches both patterns. A policy variable counts as any text, since its value may be any: so
 * the answer "no" is certain, whatever the request.
 */
export function overlap(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  const width = other.length + 1;
  let row = new Uint8Array(width);
  let next = new Uint8Array(width);
  row[0] = 1;
  for (let i = 0; i <= one.length; i++) {
    next.fill(0);
    if (!step(one[i], other, row, next)) return false;
    if (i === one.length) return row[other.length] === 1;
    [row, next] = [next, row];
  }
  return false;
}

/**
 * Follows, for one place in the first pattern, every place in the second that can be reached together with it: those
 * reached further in the same row, and those of the next. Returns whether any place was reached.
 */
function step(
  code: number | undefined,
  other: ArrayLike<number>,
  row: Uint8Array,
  next: Uint8Array,
): boolean {
  let reached = false;
  for (let j = 0; j <= other.length; j++) {
    if (row[j] === 0) continue;
    reached = true;
    const otherCode = other[j];
    const repeats = code !== undefined && isRun(code);
    const otherRepeats = otherCode !== undefined && isRun(otherCode);
    if (repeats) next[j] = 1;
    if (otherRepeats) row[j + 1] = 1;
    if (code === undefined || otherCode === undefined || !share(code, otherCode)) continue;
    // Both take one character; two runs that take one stand where they stood.
    if (repeats && !otherRepeats) row[j + 1] = 1;
    else if (otherRepeats && !repeats) next[j] = 1;
    else if (!repeats) next[j + 1] = 1;
  }
  return reached;
}

function isRun(code: number): boolean {
  return code === STAR || code === STAR_IN_PART || code === STAR_IN_WORD || code === VARIABLE;
}

/** Whether some character fits both codes; two classes always share one. */
function share(one: number, other: number): boolean {
  if (one >= 0 && other >= 0) return one === other;
  if (one < 0 && other < 0) return true;
  const [literal, wildcard] = one >= 0 ? [one, other] : [other, one];
  if (wildcard === STAR_IN_PART || wildcard === ANY_IN_PART) return literal !== COLON;
  if (wildcard === STAR_IN_WORD || wildcard === ANY_IN_WORD) return inIdentifier.has(literal);
  return true;
}
