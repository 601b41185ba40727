/**
 * Condition values that are more than text: numbers, times, bytes and addresses. They take no variables.
 *
 * A request value that cannot be read as its operator's type is {@link UNREADABLE}, never "equal to nothing".
 */
import type { RequestContext } from "../model/context.ts";
import { quote } from "../model/quote.ts";
import { type ComparisonResult, FALSE, TRUE, type Truth, UNREADABLE } from "../model/unknown.ts";
import type { Template } from "../pattern/template.ts";
import { type Moment, parseTime } from "./date-time.ts";
import { compareDecimals, parseDecimal } from "./decimal.ts";
import { isInRange, parseIpAddress, parseIpRange } from "./ip-address.ts";
import type { Order } from "./operators.ts";

export interface ValueMatcher {
  /** As written. */
  readonly value: string;
  /** Absent when the value has no variables. */
  readonly template?: Template;
  /** Set for plain equality without variables: the one value that matches. */
  readonly literal?: string;
  matches(requestValue: string, context: RequestContext): ComparisonResult;
}

function holds(order: Order, comparison: number): Truth {
  if (comparison < 0) return order.less ? TRUE : FALSE;
  if (comparison > 0) return order.greater ? TRUE : FALSE;
  return order.equal ? TRUE : FALSE;
}

/** Returns a message if the value is not a number. */
export function compileNumeric(value: string, order: Order): ValueMatcher | string {
  const expected = parseDecimal(value);
  if (expected === undefined)
    return `${quote(value)} is not an integer or a decimal; exponents and variables are not allowed here`;
  return {
    value,
    matches: (requestValue) => {
      const actual = parseDecimal(requestValue);
      return actual === undefined ? UNREADABLE : holds(order, compareDecimals(actual, expected));
    },
  };
}

/** Returns a message if the value is not a time. */
export function compileDate(value: string, order: Order): ValueMatcher | string {
  const expected = parseTime(value);
  if (expected === undefined) {
    return `${quote(value)} is not a time; write \`2030-01-31T23:59:59Z\` or seconds since the epoch`;
  }
  return {
    value,
    matches: (requestValue) => {
      const actual = parseTime(requestValue);
      return actual === undefined ? UNREADABLE : compareMoments(order, actual, expected);
    },
  };
}

/** A moment without a zone is undecided against the times that it may be. */
function compareMoments(order: Order, actual: Moment, expected: Moment): ComparisonResult {
  if (actual.latest < expected.earliest) return holds(order, -1);
  if (actual.earliest > expected.latest) return holds(order, 1);
  const isCertain = actual.earliest === actual.latest && expected.earliest === expected.latest;
  return isCertain ? holds(order, 0) : UNREADABLE;
}

/** Returns a message if the value is not base64. */
export function compileBinary(value: string): ValueMatcher | string {
  const expected = canonicalBase64(value);
  if (expected === undefined) return `${quote(value)} is not base64`;
  return {
    value,
    matches: (requestValue) => {
      const actual = canonicalBase64(requestValue);
      if (actual === undefined) return UNREADABLE;
      return actual === expected ? TRUE : FALSE;
    },
  };
}

/** Base64 has several spellings of the same bytes (RFC 4648, section 3.5). Returns the canonical one. */
function canonicalBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, "base64").toString("base64");
}

/** Returns a message if the value is neither an address nor a range. */
export function compileIp(value: string): ValueMatcher | string {
  const range = parseIpRange(value);
  if (range === undefined) return `${quote(value)} is not an IP address or a CIDR range`;
  return {
    value,
    matches: (requestValue) => {
      const address = parseIpAddress(requestValue);
      if (address === undefined) return UNREADABLE;
      return isInRange(address, range) ? TRUE : FALSE;
    },
  };
}
