/**
 * Lambda's word for where a trace stands: its `_X_AMZN_TRACE_ID`.
 */

/** Where a trace stands: the function's own segment. */
export interface TraceParent {
  readonly traceId: string;
  /** Empty when the header names none; then nothing is sampled. */
  readonly segmentId: string;
  readonly isSampled: boolean;
}

/** Reads the header; `undefined` when there is none of its form. */
export function readTraceHeader(header: string | undefined): TraceParent | undefined {
  const parts = new Set((header ?? "").split(";"));
  const find = (form: RegExp) => [...parts].map((part) => form.exec(part)?.[1]).find((found) => found);
  const traceId = find(/^Root=(1-[0-9a-f]{8}-[0-9a-f]{24})$/);
  if (traceId === undefined) return undefined;
  const segmentId = find(/^Parent=([0-9a-f]{16})$/) ?? "";
  return { traceId, segmentId, isSampled: segmentId !== "" && parts.has("Sampled=1") };
}
