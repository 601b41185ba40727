/**
 * Condition values that are more than text: numbers, times, bytes and addresses. They take no variables.
 */
import type { RequestContext } from "./context.ts";
import { parseTime } from "./date-time.ts";
import { compareDecimals, parseDecimal } from "./decimal.ts";
import { isInRange, parseIpAddress, parseIpRange } from "./ip-address.ts";
import type { Order } from "./operators.ts";
import { quote } from "./quote.ts";
import type { Template } from "./template.ts";
import { FALSE, TRUE, type Truth } from "./unknown.ts";

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

function holds(order: Order, comparison: number): Truth {
  if (comparison < 0) return order.less ? TRUE : FALSE;
  if (comparison > 0) return order.greater ? TRUE : FALSE;
  return order.equal ? TRUE : FALSE;
}

/** Compiles a number; returns what is wrong with it, as a message. */
export function compileNumeric(value: string, order: Order): ValueMatcher | string {
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

/** Compiles a time; returns what is wrong with it, as a message. */
export function compileDate(value: string, order: Order): ValueMatcher | string {
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

/** Compiles bytes in base64; returns what is wrong with it, as a message. */
export function compileBinary(value: string): ValueMatcher | string {
  const expected = canonicalBase64(value);
  if (expected === undefined) return `${quote(value)} is not base64`;
  return { value, matches: (requestValue) => (canonicalBase64(requestValue) === expected ? TRUE : FALSE) };
}

/** Base64 has several spellings of the same bytes (RFC 4648, section 3.5); this is the canonical one. */
function canonicalBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, "base64").toString("base64");
}

/** Compiles an IP address or range; returns what is wrong with it, as a message. */
export function compileIp(value: string): ValueMatcher | string {
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
