/**
 * Compares one policy value of a condition with one request value.
 *
 * A request value that cannot be read as its operator's type (a number, a date, an address) is unreadable. So is a
 * policy value if its variables make it so. Then an Allow's condition does not hold and a Deny's does, negated or not.
 */
import { lowerAscii } from "../../ascii.ts";
import { quote } from "../model/quote.ts";
import { type ComparisonResult, FALSE, TRUE, UNDECIDED, UNKNOWN, UNREADABLE } from "../model/unknown.ts";
import { compileGlob, matchCodes, matchGlob } from "../pattern/glob.ts";
import { parseTemplate, plainCodes, substitute, type Template } from "../pattern/template.ts";
import type { BaseOperator } from "./operators.ts";
import { compileBinary, compileDate, compileIp, compileNumeric, type ValueMatcher } from "./typed-value.ts";

/** Returns a message if the value is wrong for the operator. */
export function compileValue(
  operator: BaseOperator,
  value: string,
  variables: boolean,
): ValueMatcher | string {
  switch (operator.comparison) {
    case "stringEquals":
      return compileText(value, { variables, wildcards: false }, equalsCodes, true);
    case "stringLike":
      return compileText(value, { variables, wildcards: true }, likeCodes, false);
    case "stringEqualsIgnoreCase":
      return compileText(value, { variables, wildcards: false }, equalsCodesIgnoringCase, false);
    case "arn":
      return compileText(value, { variables, wildcards: true }, matchArnCodes, false);
    case "bool":
      return compileBool(value, variables);
    case "numeric":
      return compileNumeric(value, operator.order);
    case "date":
      return compileDate(value, operator.order);
    case "binary":
      return compileBinary(value);
    case "ip":
      return compileIp(value);
    case "null":
      return compileBool(value, false);
  }
}

type CompareCodes = (codes: readonly number[]) => (requestValue: string) => ComparisonResult;

const likeCodes: CompareCodes = (codes) => {
  const glob = compileGlob(codes);
  return (requestValue) => (matchGlob(glob, requestValue) ? TRUE : FALSE);
};

const equalsCodes: CompareCodes = likeCodes;

const equalsCodesIgnoringCase: CompareCodes = (codes) => {
  const expected = compileGlob(codes).text;
  const lower = lowerAscii(expected);
  return (requestValue) => {
    if (lowerAscii(requestValue) === lower) return TRUE;
    // The guide does not say which letters beyond A to Z count as the same.
    return isLikeInUnicode(requestValue, expected) ? UNREADABLE : FALSE;
  };
};

/** No letter becomes more than three in another case, so much longer or shorter texts differ for certain. */
function isLikeInUnicode(one: string, other: string): boolean {
  if (one.length > 3 * other.length || other.length > 3 * one.length) return false;
  return foldWidely(one) === foldWidely(other);
}

/** Lower case first: some letters have two capitals (S and LONG S, K and KELVIN SIGN), and Turkish `İ` is an `i`. */
function foldWidely(text: string): string {
  return text.toLowerCase().toUpperCase().replaceAll("I\u0307", "I");
}

const BOOLEAN = /^(?:true|false)$/i;

const equalsBoolean: CompareCodes = (codes) => {
  const expected = compileGlob(codes).text;
  return (requestValue) => {
    if (!BOOLEAN.test(expected) || !BOOLEAN.test(requestValue)) return UNREADABLE;
    return lowerAscii(requestValue) === lowerAscii(expected) ? TRUE : FALSE;
  };
};

function compileText(
  value: string,
  syntax: { readonly variables: boolean; readonly wildcards: boolean },
  compare: CompareCodes,
  isLiteral: boolean,
): ValueMatcher | string {
  if (isLiteral && !value.includes("$")) {
    return { value, literal: value, matches: (requestValue) => (requestValue === value ? TRUE : FALSE) };
  }
  const template = parseTemplate(value, syntax);
  if (typeof template === "string") return template;
  if (template.variables.length > 0) return { value, template, matches: matchTemplate(template, compare) };
  const codes = plainCodes(template);
  const matches = compare(codes);
  return isLiteral ? { value, literal: compileGlob(codes).text, matches } : { value, matches };
}

function matchTemplate(template: Template, compare: CompareCodes): ValueMatcher["matches"] {
  let last: { readonly codes: readonly number[]; readonly isMatch: ReturnType<CompareCodes> } | undefined;
  return (requestValue, context) => {
    const codes = substitute(template, context);
    if (codes === undefined) return FALSE;
    if (codes === UNKNOWN) return UNDECIDED;
    if (last?.codes !== codes) last = { codes, isMatch: compare(codes) };
    return last.isMatch(requestValue);
  };
}

const COLON = 58;
const PARTS = 6;

/**
 * Matches each of the six parts of an ARN separately; the last part may hold colons (IAM User Guide, "Amazon Resource
 * Name (ARN) condition operators"). Unlike in `Resource`, no wildcard reaches beyond its part.
 *
 * A request value that is not an ARN is unreadable. So is a pattern of fewer than six parts if its parts match: the
 * guide does not say what the others are.
 */
function matchArnCodes(codes: readonly number[]): (requestValue: string) => ComparisonResult {
  const parts: (readonly number[])[] = [];
  let from = 0;
  while (parts.length < PARTS - 1) {
    const colon = codes.indexOf(COLON, from);
    if (colon < 0) break;
    parts.push(codes.slice(from, colon));
    from = colon + 1;
  }
  parts.push(codes.slice(from));
  return (requestValue) => {
    const values = splitArn(requestValue);
    if (values === undefined) return UNREADABLE;
    for (const [i, value] of values.entries()) {
      const part = parts[i];
      if (part !== undefined && !matchCodes(part, value)) return FALSE;
    }
    return parts.length === PARTS ? TRUE : UNREADABLE;
  };
}

/** Splits an ARN at its first five colons. */
function splitArn(text: string): readonly string[] | undefined {
  // The limit is for safety: a caller chooses how many colons there are.
  const values = text.split(":", PARTS);
  if (values[0] !== "arn" || values.length < PARTS) return undefined;
  const head = values.slice(0, PARTS - 1);
  return [...head, text.slice(head.join(":").length + 1)];
}

function compileBool(value: string, variables: boolean): ValueMatcher | string {
  if (!(variables && value.includes("${")) && !BOOLEAN.test(value)) {
    return `${quote(value)} is not \`true\` or \`false\``;
  }
  return compileText(value, { variables, wildcards: false }, equalsBoolean, false);
}
