/**
 * Comparing one policy value of a condition with one request value, for each sort of comparison.
 *
 * A request value that cannot be read as its operator's type (a number, a date, an address) equals nothing, and so
 * satisfies the negated operator.
 */
import { assertNever } from "../errors.ts";
import { matchArnCodes } from "./arn-condition.ts";
import type { RequestContext } from "./context.ts";
import { parseTime } from "./date-time.ts";
import { compareDecimals, parseDecimal } from "./decimal.ts";
import { compileGlob, matchGlob } from "./glob.ts";
import { isInRange, parseIpAddress, parseIpRange } from "./ip-address.ts";
import type { BaseOperator, Order } from "./operators.ts";
import { quote } from "./quote.ts";
import { parseTemplate, substitute, type Template } from "./template.ts";
import { FALSE, TRUE, type Truth, UNDECIDED, UNKNOWN } from "./unknown.ts";

/** A compiled policy value of a condition. */
export interface ValueMatcher {
  /** As written. */
  readonly value: string;
  /** Present when the value has variables. */
  readonly template?: Template;
  /** Set for plain equality without variables: the one value that matches. */
  readonly literal?: string;
  matches(requestValue: string, context: RequestContext): Truth;
}

/** Compiles a policy value for an operator; returns what is wrong with it, as a message. */
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
      return compileArn(value, variables);
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
      return /^(?:true|false)$/i.test(value)
        ? { value, matches: () => FALSE }
        : `${quote(value)} is not \`true\` or \`false\``;
    default:
      return assertNever(operator.comparison);
  }
}

/** Compares codes without variables; made once per policy value when it has none. */
type CompareCodes = (codes: ArrayLike<number>) => (requestValue: string) => boolean;

const likeCodes: CompareCodes = (codes) => {
  const glob = compileGlob(codes);
  return (requestValue) => matchGlob(glob, requestValue);
};

const equalsCodes: CompareCodes = likeCodes;

const equalsCodesIgnoringCase: CompareCodes = (codes) => {
  const expected = compileGlob(codes).text.toLowerCase();
  return (requestValue) => requestValue.toLowerCase() === expected;
};

const equalsBoolean: CompareCodes = (codes) => {
  const expected = compileGlob(codes).text.toLowerCase();
  const isBoolean = expected === "true" || expected === "false";
  return (requestValue) => isBoolean && requestValue.toLowerCase() === expected;
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
  const isMatch = compare(template.codes);
  const matches = (requestValue: string): Truth => (isMatch(requestValue) ? TRUE : FALSE);
  return isLiteral ? { value, literal: compileGlob(template.codes).text, matches } : { value, matches };
}

function matchTemplate(template: Template, compare: CompareCodes): ValueMatcher["matches"] {
  return (requestValue, context) => {
    const codes = substitute(template, context);
    if (codes === undefined) return FALSE;
    if (codes === UNKNOWN) return UNDECIDED;
    return compare(codes)(requestValue) ? TRUE : FALSE;
  };
}

function compileArn(value: string, variables: boolean): ValueMatcher | string {
  if ((!variables || !value.includes("${")) && value.split(":", 6).length < 6) {
    return `${quote(value)} matches no ARN: ARN operators compare six parts; write \`arn:*:*:*:*:*\` for any`;
  }
  return compileText(value, { variables, wildcards: true }, matchArnCodes, false);
}

function compileBool(value: string, variables: boolean): ValueMatcher | string {
  if (!(variables && value.includes("${")) && !/^(?:true|false)$/i.test(value)) {
    return `${quote(value)} is not \`true\` or \`false\``;
  }
  return compileText(value, { variables, wildcards: false }, equalsBoolean, false);
}

function holds(order: Order, comparison: number): Truth {
  if (comparison < 0) return order.less ? TRUE : FALSE;
  if (comparison > 0) return order.greater ? TRUE : FALSE;
  return order.equal ? TRUE : FALSE;
}

function compileNumeric(value: string, order: Order): ValueMatcher | string {
  const expected = parseDecimal(value);
  if (expected === undefined) return `${quote(value)} is not a number; variables are not allowed here`;
  return {
    value,
    matches: (requestValue) => {
      const actual = parseDecimal(requestValue);
      return actual === undefined ? FALSE : holds(order, compareDecimals(actual, expected));
    },
  };
}

function compileDate(value: string, order: Order): ValueMatcher | string {
  const expected = parseTime(value);
  if (expected === undefined) {
    return `${quote(value)} is not a time; write \`2030-01-31T23:59:59Z\` or seconds since the epoch`;
  }
  return {
    value,
    matches: (requestValue) => {
      const actual = parseTime(requestValue);
      return actual === undefined ? FALSE : holds(order, actual - expected);
    },
  };
}

function compileBinary(value: string): ValueMatcher | string {
  const expected = canonicalBase64(value);
  if (expected === undefined) return `${quote(value)} is not base64`;
  return { value, matches: (requestValue) => (canonicalBase64(requestValue) === expected ? TRUE : FALSE) };
}

/** Base64 has several spellings of the same bytes (RFC 4648, section 3.5); this is the canonical one. */
function canonicalBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, "base64").toString("base64");
}

function compileIp(value: string): ValueMatcher | string {
  const range = parseIpRange(value);
  if (range === undefined) return `${quote(value)} is not an IP address or a CIDR range`;
  return {
    value,
    matches: (requestValue) => {
      const address = parseIpAddress(requestValue);
      return address !== undefined && isInRange(address, range) ? TRUE : FALSE;
    },
  };
}
