/** Texts that stand for all others: every set of patterns that can match one text together has its example. */
import { lowerAscii } from "../../ascii.ts";
import { ANY, ANY_IN_PART, STAR, STAR_IN_PART } from "../../policy/pattern/glob.ts";
import { parseTemplate, type Template } from "../../policy/pattern/template.ts";
import { CASELESS, type Codes, isLiteral, matchesText, textOfCodes } from "../patterns/automaton.ts";
import { templateCodes } from "../patterns/pattern-codes.ts";
import { findRegions } from "../patterns/regions.ts";
import type { Term } from "./term.ts";

const COLON = 58;
const PARTS = 6;

/** One value of a condition that compares texts. */
export interface TextPattern {
  readonly template: Template;
  /** What it matches; its variables match anything. */
  readonly codes: Codes;
  readonly comparison: Term["condition"]["operator"]["comparison"];
  readonly value: string;
}

/** Reads the values of a condition that compares texts. */
export function textPatterns({ condition, variables }: Term): readonly TextPattern[] {
  const { comparison } = condition.operator;
  const wildcards = comparison === "stringLike" || comparison === "arn";
  return condition.values.map(({ value, template: known }) => {
    const template = known ?? plainTemplate(value, { variables, wildcards });
    return { template, codes: codesFor(comparison, template), comparison, value };
  });
}

function plainTemplate(value: string, syntax: Parameters<typeof parseTemplate>[1]): Template {
  const template = parseTemplate(value, syntax);
  if (typeof template === "string") throw new TypeError(template);
  return template;
}

function codesFor(comparison: TextPattern["comparison"], template: Template): Codes {
  const codes = Array.from(templateCodes(template));
  if (comparison === "arn") return template.variables.length > 0 ? [STAR] : arnCodes(codes);
  return comparison === "stringEqualsIgnoreCase" || comparison === "bool" ? codes.map(caseless) : codes;
}

function caseless(code: number): number {
  const small = code >= 0 ? lowerAscii(String.fromCharCode(code)).charCodeAt(0) : code;
  return small >= 97 && small <= 122 ? CASELESS - small : code;
}

/** An ARN's wildcards stay within their part, but for the last (`value-matcher.ts`). */
function arnCodes(codes: readonly number[]): readonly number[] {
  const marked: number[] = [];
  let colons = 0;
  for (const code of codes) {
    const isLast = colons === PARTS - 1;
    if (code === COLON && !isLast) colons++;
    marked.push(isLast ? code : code === STAR ? STAR_IN_PART : code === ANY ? ANY_IN_PART : code);
  }
  for (; colons < PARTS - 1; colons++) marked.push(COLON, colons === PARTS - 2 ? STAR : STAR_IN_PART);
  return marked;
}

const letters = (text: string) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
const anyArn = [...letters("arn"), ...[1, 2, 3, 4].flatMap(() => [COLON, STAR_IN_PART]), COLON, STAR];

export interface TextValue {
  readonly text: string;
  /** Whether it is spelled out by a pattern: it stands for no other text. */
  readonly isAlone: boolean;
}

/** The empty text comes last. `undefined` if there are too many. */
export function textsAround(
  patterns: readonly TextPattern[],
  others: readonly string[],
): readonly TextValue[] | undefined {
  const rows = new Map<string, Codes>();
  const add = (codes: Codes) => rows.set(Array.from(codes).join(), codes);
  for (const { codes, comparison, template } of patterns) {
    if (codes.length > 0) add(codes);
    if (comparison === "arn") add(anyArn);
    if (comparison === "bool") for (const each of ["true", "false"]) add(letters(each).map(caseless));
    if (comparison === "stringEqualsIgnoreCase" && template.variables.length === 0)
      for (const each of likeInUnicode(textOfCodes(templateCodes(template)))) add(letters(each));
  }
  for (const each of others) if (each !== "") add(letters(each));
  const regions = findRegions([ANY, STAR], [...rows.values()]);
  if (!regions) return undefined;
  const spelled = new Set([...rows.values()].filter(isLiteral).map(textOfCodes));
  const found = regions.map(({ example }) => ({ text: example, isAlone: spelled.has(example) }));
  return [...found, { text: "", isAlone: true }];
}

/** Pieces that some letter beyond ASCII becomes in another case: for texts that are like another in Unicode only. */
const unicodePieces: readonly (readonly [plain: string, like: string])[] = [
  ["ss", "\u00df"],
  ["ffi", "\ufb03"],
  ["ffl", "\ufb04"],
  ["ff", "\ufb00"],
  ["fi", "\ufb01"],
  ["fl", "\ufb02"],
  ["st", "\ufb06"],
  ["s", "\u017f"],
  ["k", "\u212a"],
  ["i", "\u0131"],
];

/** Texts whose comparison without case is unreadable. Empty only if there is none. */
export function likeInUnicode(text: string): readonly string[] {
  const lower = lowerAscii(text);
  const found = unicodePieces.flatMap(([plain, like]) =>
    lower.includes(plain) ? [lower.replace(plain, like)] : [],
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  const others = /^[\u0000-\u007f]*$/.test(text)
    ? []
    : [text.toUpperCase(), text.toLowerCase(), `${text}\u0307`];
  return [...found, ...others];
}

/** Whether a pattern with variables may match a text, for some value of the variables. */
export function mayMatch({ codes }: TextPattern, text: string): boolean {
  return matchesText(codes, text);
}
