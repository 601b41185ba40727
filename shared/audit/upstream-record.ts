/**
 * What came of a call that was recorded before it was sent: a record of its own, where no call goes upstream unrecorded
 * (`AUTHORIZER_AUDIT_REQUIRED`). The decision's record, with all ids the same, stands before it.
 */
import type { DecisionRecord } from "./record.ts";

export interface UpstreamRecord
  extends Pick<
    DecisionRecord,
    | "requestId"
    | "extendedRequestId"
    | "awsRequestId"
    | "traceId"
    | "policyVersion"
    | "operation"
    | "reason"
    | "message"
    | "upstreamRequestId"
    | "sessionName"
    | "cut"
  > {
  readonly type: "upstream";
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly stage: "proxy";
  /** Of the answer that the caller was given. */
  readonly status: number;
}

/** Takes the records; must not throw. */
export type UpstreamSink = (record: UpstreamRecord) => void;

/** What is told of a call whose decision is recorded already. */
export function upstreamRecordOf(record: DecisionRecord, status: number): UpstreamRecord {
  const { schemaVersion, time, requestId, extendedRequestId, awsRequestId, traceId } = record;
  const { policyVersion, operation, reason, message, upstreamRequestId, sessionName } = record;
  const ids = { requestId, extendedRequestId, awsRequestId, traceId };
  const known = { ...ids, policyVersion, operation, reason, message, upstreamRequestId, sessionName };
  const given = Object.entries(known).filter(([, value]) => value !== undefined);
  return {
    type: "upstream",
    schemaVersion,
    time,
    stage: "proxy",
    requestId,
    ...Object.fromEntries(given),
    status,
  };
}
