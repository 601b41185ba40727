/**
 * Whether two patterns with wildcards have a text in common: "can this resource pattern ever match what is asked?"
 *
 * Patterns are the codes of `shared/policy/pattern/glob.ts`, with two more for what an identifier is. Every pair of places in
 * the two patterns is looked at once, so time is at most the product of their lengths.
 */
import { ANY, ANY_IN_PART, STAR, STAR_IN_PART } from "../../../shared/policy/pattern/glob.ts";
import { VARIABLE } from "./pattern-codes.ts";

/** Exactly one character that an identifier may hold: none of `/`, `:`, `*`, or of a placeholder's `<` and `>`. */
export const ANY_IN_WORD = -5;
/** Any run of characters that an identifier may hold. */
export const STAR_IN_WORD = -6;

const COLON = 58;
/** Letters, digits, `-`, `_`, `.` and `$` (`shared/catalog/resource-arn.ts`). */
export const inIdentifier: ReadonlySet<number> = new Set(
  Array.from({ length: 128 }, (_, code) => code).filter((code) => /[\w.$-]/.test(String.fromCharCode(code))),
);

/** The places in the second pattern that can be reached together with one place in the first. */
interface Row {
  readonly reached: Uint8Array;
  /** None lies outside; nothing is reached while `high` is below `low`. */
  low: number;
  high: number;
}

/**
 * Tells whether some text matches both patterns. A policy variable counts as any text, since its value may be any: so
 * the answer "no" is certain, whatever the request.
 */
export function overlap(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  let row = emptyRow(other.length + 1);
  let next = emptyRow(other.length + 1);
  reach(row, 0);
  for (let i = 0; i <= one.length; i++) {
    step(one[i], other, row, next);
    if (i === one.length) return row.reached[other.length] === 1;
    if (next.high < next.low) return false;
    [row, next] = [next, row];
    clear(next);
  }
  return false;
}

function emptyRow(width: number): Row {
  return { reached: new Uint8Array(width), low: width, high: -1 };
}

function clear(row: Row): void {
  for (let place = row.low; place <= row.high; place++) row.reached[place] = 0;
  row.low = row.reached.length;
  row.high = -1;
}

function reach(row: Row, place: number): void {
  row.reached[place] = 1;
  if (place < row.low) row.low = place;
  if (place > row.high) row.high = place;
}

/**
 * Follows, for one place in the first pattern, every place in the second that can be reached together with it: those
 * reached further in the same row, and those of the next.
 */
function step(code: number | undefined, other: ArrayLike<number>, row: Row, next: Row): void {
  for (let j = row.low; j <= row.high; j++) {
    if (row.reached[j] === 0) continue;
    const otherCode = other[j];
    const repeats = code !== undefined && isRun(code);
    const otherRepeats = otherCode !== undefined && isRun(otherCode);
    if (repeats) reach(next, j);
    if (otherRepeats) reach(row, j + 1);
    if (code === undefined || otherCode === undefined || !share(code, otherCode)) continue;
    // Both take one character; two runs that take one stand where they stood.
    if (repeats && !otherRepeats) reach(row, j + 1);
    else if (otherRepeats && !repeats) reach(next, j);
    else if (!repeats) reach(next, j + 1);
  }
}

/**
 * Makes the test whether a literal text matches one of our own patterns: the same answer as {@link overlap} gives, sooner.
 * A policy's patterns are not for this, since a regular expression may take any time over them.
 */
export function literalTest(pattern: ArrayLike<number>): (text: string) => boolean {
  const classes = new Map([
    [ANY, "[^]"],
    [STAR, "[^]*"],
    [VARIABLE, "[^]*"],
    [ANY_IN_PART, "[^:]"],
    [STAR_IN_PART, "[^:]*"],
    [ANY_IN_WORD, "[\\w.$-]"],
    [STAR_IN_WORD, "[\\w.$-]*"],
  ]);
  const source = Array.from(
    pattern,
    (code) => classes.get(code) ?? `\\u${code.toString(16).padStart(4, "0")}`,
  );
  const form = new RegExp(`^${source.join("")}$`);
  return (text) => form.test(text);
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
