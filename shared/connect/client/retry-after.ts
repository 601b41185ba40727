/**
 * How long a service asks us to wait: its `retry-after` in whole seconds, as our own answer says it.
 */

/** Longest that is passed on: a day. */
const maxSeconds = 86_400;

/**
 * Reads the `retry-after` (RFC 9110 section 10.2.3: seconds or a date) or `x-amz-retry-after` (milliseconds) of the
 * response that an SDK error came from; at least 1, and 1 when there is none.
 */
export function retryAfterSeconds(error: unknown, nowMs = Date.now()): number {
  const response: unknown = memberOf(error, "$response");
  const headers: unknown = memberOf(response, "headers");
  const standard = headerOf(headers, "retry-after");
  const seconds =
    standard === undefined ? Number(headerOf(headers, "x-amz-retry-after")) / 1000 : read(standard, nowMs);
  return Number.isFinite(seconds) ? Math.min(maxSeconds, Math.max(1, Math.ceil(seconds))) : 1;
}

function read(text: string, nowMs: number): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - nowMs) / 1000;
}

function headerOf(headers: unknown, name: string): string | undefined {
  const value = memberOf(headers, name);
  return typeof value === "string" ? value.trim() : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
