/**
 * Patterns as automata: rows of codes (`shared/policy/pattern/glob.ts`) along which a text or another pattern is read.
 *
 * A pattern can be at several places at once. All of them are followed together, so time is at most the product of the
 * two lengths, and no pattern is ever turned into a regular expression.
 */
import { ANY, ANY_IN_PART, STAR, STAR_IN_PART } from "../../policy/pattern/glob.ts";

/** Exactly one character of an identifier: not `/`, `:`, `*`, nor a placeholder's `<` and `>`. */
export const ANY_IN_WORD = -5;
/** Any run of characters that an identifier may hold. */
export const STAR_IN_WORD = -6;
/** A policy variable: any run of characters, since its value may be any text. */
export const VARIABLE = -16;
const NOTHING = -17;
/** `CASELESS - code` for a small letter: that letter and its capital. */
export const CASELESS = -1_000;

const COLON = 58;
/** Letters, digits, `-`, `_`, `.` and `$` (`shared/catalog/resource-arn.ts`). */
const inIdentifier: ReadonlySet<number> = new Set(
  Array.from({ length: 128 }, (_, code) => code).filter((code) => /[\w.$-]/.test(String.fromCharCode(code))),
);

/** `SYMBOL + n`: the same unknown text in each place where it is. Only itself and `*` cover it. */
export const SYMBOL = 0x11_0000;

export type Codes = ArrayLike<number>;

/** Where a pattern can be after what was read: indexes of its codes, rising; its length is its end. */
export type Places = readonly number[];

/** Whether one code of a pattern can read one code of what is read. */
type Fits = (own: number, read: number) => boolean;

/** Returns the places of a pattern before anything is read. */
export function startOf(codes: Codes): Places {
  return passRuns(codes, [0]);
}

/** Returns the places of a pattern after one code more. */
export function advance(codes: Codes, places: Places, read: number, fits: Fits = takes): Places {
  const next: number[] = [];
  for (const place of places) {
    const own = codes[place];
    if (own === undefined || !fits(own, read)) continue;
    const reached = isRun(own) ? place : place + 1;
    // Places rise, so a repeated one follows its like.
    if (next.at(-1) !== reached) next.push(reached);
  }
  return passRuns(codes, next);
}

export function matchesText(codes: Codes, text: string): boolean {
  let places = startOf(codes);
  for (let at = 0; at < text.length && places.length > 0; at++)
    places = advance(codes, places, text.charCodeAt(at));
  return places.includes(codes.length);
}

/** Whether some text matches both patterns. A variable counts as any text, so "no" is certain for every request. */
export function overlap(one: Codes, other: Codes): boolean {
  let places = startOf(other);
  for (let at = 0; at < one.length && places.length > 0; at++) {
    const read = one[at] ?? STAR;
    places = isRun(read)
      ? spread(other, places, (own) => isRun(own) || share(own, read))
      : advance(other, places, read, share);
  }
  return places.includes(other.length);
}

/**
 * Whether the wider pattern certainly matches all that the narrower matches. It reads the narrower one's codes as if they
 * were characters. `*` alone covers a variable, and a variable covers nothing: its value may be any text or none.
 *
 * Sound and not complete: "yes" is certain, "no" may be too careful (`a*` and `aa*` together cover what no single pattern
 * shows). A warning needs no more.
 */
export function covers(wider: Codes, narrower: Codes): boolean {
  const codes = Array.from(wider, (code) => (code < ANY_IN_PART ? NOTHING : code));
  let places = startOf(codes);
  for (let at = 0; at < narrower.length && places.length > 0; at++)
    places = advance(codes, places, narrower[at] ?? STAR, includes);
  return places.includes(codes.length);
}

/** A run also matches nothing: a pattern that is before it is also after it. */
function passRuns(codes: Codes, places: Places): Places {
  return places.some((place) => isRun(codes[place] ?? NOTHING)) ? spread(codes, places, isRun) : places;
}

/** Adds to each place those that follow it, as far as the codes on the way can be passed. */
function spread(codes: Codes, places: Places, canPass: (own: number) => boolean): Places {
  const reached: number[] = [];
  for (const [index, place] of places.entries()) {
    const next = places[index + 1] ?? codes.length + 1;
    for (let at = place; at < next; at++) {
      reached.push(at);
      if (!canPass(codes[at] ?? NOTHING)) break;
    }
  }
  return reached;
}

function isRun(code: number): boolean {
  return code === STAR || code === STAR_IN_PART || code === STAR_IN_WORD || code === VARIABLE;
}

/** The code for one of the characters that a code means. */
function classOf(code: number): number {
  if (code === STAR || code === VARIABLE) return ANY;
  if (code === STAR_IN_PART) return ANY_IN_PART;
  return code === STAR_IN_WORD ? ANY_IN_WORD : code;
}

function takes(own: number, character: number): boolean {
  if (own <= CASELESS) return [CASELESS - own, capitalOf(CASELESS - own)].includes(character);
  const ownClass = classOf(own);
  if (ownClass === ANY) return true;
  if (ownClass === ANY_IN_PART) return character !== COLON;
  return ownClass === ANY_IN_WORD ? inIdentifier.has(character) : own === character;
}

export function capitalOf(smallLetter: number): number {
  return smallLetter - 32;
}

/** Whether some character fits both codes; two classes always share one. */
function share(one: number, other: number): boolean {
  if (one < 0 && other < 0) return true;
  return one < 0 ? takes(one, other) : takes(other, one);
}

/** Whether a code reads everything that another one means. Only the class `STAR` certainly reads the classes of identifiers. */
function includes(own: number, read: number): boolean {
  if (own === STAR) return true;
  if (read >= SYMBOL) return own === read;
  if (read >= 0) return takes(own, read);
  if (own >= 0 || own === NOTHING || (isRun(read) && !isRun(own))) return false;
  const readClass = classOf(read);
  return readClass === ANY_IN_PART || (readClass === ANY && classOf(own) === ANY);
}

/** A faster {@link matchesText} for our own patterns only: a regular expression of a policy's may take any time. */
export function literalTest(pattern: Codes): (text: string) => boolean {
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

export function isLiteral(codes: Codes): boolean {
  return Array.prototype.every.call(codes, (code: number) => code >= 0);
}

/** The one text that a pattern without wildcards matches. */
export function textOfCodes(codes: Codes): string {
  return String.fromCharCode(...Array.from(codes));
}
