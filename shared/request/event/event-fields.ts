/**
 * Members of API Gateway's events. They come from outside: what does not have the documented form is read as absent.
 */
import { lowerAscii } from "../../ascii.ts";
import { InputError } from "../../errors.ts";

/** Reads an object's members; anything else has none. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/**
 * Reads a map of names to values as pairs, in order.
 *
 * The multi-value form holds everything; the single-value form is what payload 2.0 has, and the fallback of emulators.
 */
export function readPairs(multi: unknown, single: unknown): [name: string, value: string][] {
  const hasMulti = typeof multi === "object" && multi !== null;
  return Object.entries(recordOf(hasMulti ? multi : single)).flatMap(([name, value]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((text): [string, string][] => (typeof text === "string" ? [[name, text]] : []));
  });
}

/** Collects headers by lower-case name, all values in order. */
export function readHeaders(event: Readonly<Record<string, unknown>>): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of readPairs(event["multiValueHeaders"], event["headers"])) {
    addTo(headers, lowerAscii(name), value);
  }
  return headers;
}

/** Adds a value to those of a name, in constant time: a caller chooses how many there are. */
export function addTo(values: Map<string, string[]>, name: string, value: string): void {
  const known = values.get(name);
  if (known) known.push(value);
  else values.set(name, [value]);
}

/**
 * Reads the body as text; empty when there is none.
 *
 * @throws InputError when a base64 body is not UTF-8 text
 */
export function readBody(event: Readonly<Record<string, unknown>>): string {
  const body = textOf(event["body"]) ?? "";
  if (event["isBase64Encoded"] !== true) return body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(body, "base64"));
  } catch (cause) {
    throw new InputError("", "the body is not UTF-8 text", { cause });
  }
}
