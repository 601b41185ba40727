/** Reads members of API Gateway's events. They come from outside: an undocumented form counts as absent. */
import { lowerAscii } from "../../ascii.ts";
import { InputError } from "../../errors.ts";

/** A value that is not an object has no members. */
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
 * The multi-value form holds everything. Payload 2.0 has the single-value form, and so do some emulators.
 */
export function readPairs(multi: unknown, single: unknown): [name: string, value: string][] {
  const hasMulti = typeof multi === "object" && multi !== null;
  return Object.entries(recordOf(hasMulti ? multi : single)).flatMap(([name, value]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((text): [string, string][] => (typeof text === "string" ? [[name, text]] : []));
  });
}

/** Lower-case name → all values in order. */
export function readHeaders(event: Readonly<Record<string, unknown>>): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of readPairs(event["multiValueHeaders"], event["headers"])) {
    addTo(headers, lowerAscii(name), value);
  }
  return headers;
}

/** In constant time: a caller chooses how many values there are. */
export function addTo(values: Map<string, string[]>, name: string, value: string): void {
  const known = values.get(name);
  if (known) known.push(value);
  else values.set(name, [value]);
}

/**
 * Returns an empty text when there is no body.
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
