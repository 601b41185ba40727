/**
 * What came of a call that was recorded before it was sent: a record of its own, where no call goes upstream unrecorded
 * (`AUTHORIZER_AUDIT_REQUIRED`). The decision's record, with all ids the same, stands before it.
 */
import type { DecisionRecord } from "./decision-record.ts";

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
