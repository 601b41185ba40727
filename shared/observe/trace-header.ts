/** The trace of an invocation, from Lambda's `_X_AMZN_TRACE_ID`. */

/** The function's own segment, the parent of its subsegments. */
export interface TraceParent {
  readonly traceId: string;
  /** Empty when the header names none; then nothing is sampled. */
  readonly segmentId: string;
  readonly isSampled: boolean;
}

/** Returns `undefined` for a malformed header. */
export function readTraceHeader(header: string | undefined): TraceParent | undefined {
  const parts = new Set((header ?? "").split(";"));
  const find = (form: RegExp) => [...parts].map((part) => form.exec(part)?.[1]).find((found) => found);
  const traceId = find(/^Root=(1-[0-9a-f]{8}-[0-9a-f]{24})$/);
  if (traceId === undefined) return undefined;
  const segmentId = find(/^Parent=([0-9a-f]{16})$/) ?? "";
  return { traceId, segmentId, isSampled: segmentId !== "" && parts.has("Sampled=1") };
}
