/**
 * Matches `*` and `?` with two indexes and never with a regular expression: the time is at most the product of the two
 * lengths, for every pattern.
 *
 * A pattern is a list of codes: UTF-16 units, and negative numbers for wildcards. So a literal `*` (from `${*}` or from
 * a variable's value) is never mistaken for the wildcard. For patterns with variables, see `template.ts`.
 */

/** Any run of characters, even an empty one. */
export const STAR = -1;
/** Exactly one character (a UTF-16 unit). */
export const ANY = -2;
/** Any run of characters other than `:`. */
export const STAR_IN_PART = -3;
/** Exactly one character other than `:`. */
export const ANY_IN_PART = -4;

const COLON = 58;

export interface Glob {
  /** `all` matches everything; `literal` and `prefix` compare only `text`; the others walk `codes`. */
  readonly kind: "all" | "literal" | "prefix" | "codes" | "codesInParts";
  /** The literal characters before the first wildcard. */
  readonly text: string;
  /** For `codes`: the literal characters after the last wildcard. Most texts that do not match differ there. */
  readonly tail: string;
  readonly codes: readonly number[];
  /** For `codes` whose only wildcard is `STAR`: the literals between the first and the last. */
  readonly pieces?: readonly string[];
}

const NO_CODES: readonly number[] = [];

export function literalGlob(text: string): Glob {
  return { kind: "literal", text, tail: "", codes: NO_CODES };
}

/** Matches the text followed by anything. */
export function prefixGlob(text: string): Glob {
  return { kind: text === "" ? "all" : "prefix", text, tail: "", codes: NO_CODES };
}

/** The only text that a glob without wildcards matches. */
export function literalOf({ kind, text }: Glob): string | undefined {
  return kind === "literal" ? text : undefined;
}

/** @param codes without variables */
export function compileGlob(codes: readonly number[]): Glob {
  const text = literalPrefix(codes);
  if (text.length === codes.length) return literalGlob(text);
  if (text.length === codes.length - 1 && codes[text.length] === STAR) return prefixGlob(text);
  const tail = textOf(codes.slice(codes.findLastIndex((code) => code < 0) + 1));
  if (codes.includes(STAR_IN_PART)) return { kind: "codesInParts", text, tail, codes };
  const hasOthers = codes.some((code) => code < 0 && code !== STAR);
  return hasOthers
    ? { kind: "codes", text, tail, codes }
    : { kind: "codes", text, tail, codes, pieces: piecesOf(codes) };
}

function piecesOf(codes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let star = codes.indexOf(STAR); ; ) {
    const next = codes.indexOf(STAR, star + 1);
    if (next < 0) return pieces;
    pieces.push(textOf(codes.slice(star + 1, next)));
    star = next;
  }
}

/** Most arguments of one function call. */
const CHUNK = 4_096;

/** Returns the characters before the first wildcard or variable. */
export function literalPrefix(codes: readonly unknown[]): string {
  const literals: number[] = [];
  for (const code of codes) {
    if (typeof code !== "number" || code < 0) break;
    literals.push(code);
  }
  return textOf(literals);
}

function textOf(literals: readonly number[]): string {
  let text = "";
  for (let from = 0; from < literals.length; from += CHUNK) {
    text += String.fromCharCode(...literals.slice(from, from + CHUNK));
  }
  return text;
}

export function matchGlob(glob: Glob, text: string): boolean {
  switch (glob.kind) {
    case "all":
      return true;
    case "literal":
      return text === glob.text;
    case "prefix":
      return text.startsWith(glob.text);
    case "codes":
      if (!hasEnds(glob, text)) return false;
      return glob.pieces ? matchPieces(glob, glob.pieces, text) : matchCodes(glob.codes, text);
    case "codesInParts":
      return hasEnds(glob, text) && matchCodesInParts(glob.codes, text);
  }
}

function hasEnds({ text: head, tail }: Glob, text: string): boolean {
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

/** Finds each piece as early as possible: `indexOf` is many times faster than comparing codes. */
function matchPieces({ text: head, tail }: Glob, pieces: readonly string[], text: string): boolean {
  let at = head.length;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - tail.length;
}

/** Matches codes without `STAR_IN_PART` with a part of a text. On a mismatch the last star takes one more character. */
export function matchCodes(codes: readonly number[], text: string, from = 0, to = text.length): boolean {
  let c = 0;
  let t = from;
  let starAt = -1;
  let starText = 0;
  while (t < to) {
    const code = codes[c];
    if (code === STAR) {
      starAt = c++;
      starText = t;
    } else if (matchesOne(code, text.charCodeAt(t))) {
      c++;
      t++;
    } else if (starAt < 0) {
      return false;
    } else {
      c = starAt + 1;
      t = ++starText;
    }
  }
  while (codes[c] === STAR) c++;
  return c === codes.length;
}

function matchesOne(code: number | undefined, character: number): boolean {
  return code === character || code === ANY || (code === ANY_IN_PART && character !== COLON);
}

/** Matches codes with both kinds of star. Backtracking would be wrong: it follows all states of the pattern at once. */
function matchCodesInParts(codes: readonly number[], text: string): boolean {
  let states = new Uint8Array(codes.length + 1);
  let next = new Uint8Array(codes.length + 1);
  states[0] = 1;
  passStars(states, codes);
  for (let t = 0; t < text.length; t++) {
    const character = text.charCodeAt(t);
    next.fill(0);
    for (let c = 0; c < codes.length; c++) {
      if (states[c] === 0) continue;
      const code = codes[c];
      if (code === STAR || (code === STAR_IN_PART && character !== COLON)) next[c] = 1;
      else if (matchesOne(code, character)) next[c + 1] = 1;
    }
    passStars(next, codes);
    [states, next] = [next, states];
  }
  return states[codes.length] === 1;
}

/** A star also matches nothing: a state before it is also a state after it. */
function passStars(states: Uint8Array, codes: readonly number[]): void {
  for (let c = 0; c < codes.length; c++) {
    if (states[c] === 1 && (codes[c] === STAR || codes[c] === STAR_IN_PART)) states[c + 1] = 1;
  }
}
