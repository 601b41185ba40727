/**
 * The records of a call: its decision, its result at Amazon Connect, and how a candidate bundle would decide differently.
 *
 * They are made from names and ARNs only: tokens, inputs and outputs never enter them.
 */
/** A statement behind a decision. */
export interface RecordedStatement {
  readonly policy: string;
  readonly sid?: string;
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  /** Of its policy, as the configuration's folder has it, and the line that it begins in, from 1. */
  readonly file: string;
  readonly line: number;
}

/**
 * A question that the call raised, and its answer.
 *
 * What the least policy for the recorded calls is made of: `cli least-privilege`.
 */
export interface RecordedAsk {
  readonly action: string;
  /** Absent while it is not known, which only the authorizer's can be. */
  readonly resource?: string;
  /** `required`: must be allowed. `referenced`: an explicit deny on it denies the call. */
  readonly sort: "required" | "referenced";
  readonly decision: string;
}

/** Who called. */
export interface RecordedPrincipal {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly groups?: readonly string[];
}

/** What the table of principals said of the caller; only `attached` can have given anything. */
export type RecordedAttachments =
  | {
      readonly kind: "attached";
      readonly policies: readonly string[];
      readonly boundaries: readonly string[];
      readonly version: number;
    }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unreadable" };

/** Who asked for what, what was answered, and which statements were behind it. One for each call, as one JSON line. */
export interface DecisionRecord {
  readonly type: "decision";
  /** Of docs/audit.schema.json: another number when a member goes away or comes to mean something else. */
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly stage: "authorizer" | "proxy";
  readonly requestId: string;
  /** Ids of the call that no client chose, as far as there are any: shared/request/event/call-ids.ts. */
  readonly extendedRequestId?: string;
  readonly awsRequestId?: string;
  readonly traceId?: string;
  /** Of the caller, as API Gateway saw it. */
  readonly sourceIp?: string;
  /** `notYetKnown` is the authorizer's alone; `error` says that the call could not be decided and was denied. */
  readonly outcome: "allow" | "deny" | "notYetKnown" | "error";
  readonly principal?: RecordedPrincipal;
  readonly operation?: string;
  /** Region that the call is for, which need not be that of `resource`; of the proxy alone. */
  readonly region?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly decision?: string;
  readonly layer?: string;
  readonly statements?: readonly RecordedStatement[];
  /** The questions, each once, in the order they were asked, to the first explicit deny; at most as many as a log line should hold. */
  readonly asks?: readonly RecordedAsk[];
  /** How many questions were left out of `asks`; absent when none. */
  readonly asksLeftOut?: number;
  readonly policyVersion?: string;
  /** What the table of principals said; absent when it was not asked, or has no item of the caller. */
  readonly attachments?: RecordedAttachments;
  /** Error code or exception name, and what was told to the caller. */
  readonly reason?: string;
  readonly message?: string;
  readonly status?: number;
  readonly upstreamRequestId?: string;
  /** Name of the assumed role's session that the call was sent in: CloudTrail shows the call under it. */
  readonly sessionName?: string;
  /** Of a record in a sample: the percentage of such calls that are recorded. Absent where every one is. */
  readonly samplePercent?: number;
  /** Members that were too long and are not whole: shared/audit/record-line.ts. Absent when none. */
  readonly cut?: readonly string[];
}

/** Builds a call's record from what is known so far. Without an outcome, the record says `error`. */
export function recordOfCall(
  stage: DecisionRecord["stage"],
  call: Pick<DecisionRecord, "requestId"> & { readonly sourceIp: string | undefined },
  progress: Partial<DecisionRecord>,
): DecisionRecord {
  const { sourceIp, ...ids } = call;
  return {
    type: "decision",
    schemaVersion: 1,
    time: new Date().toISOString(),
    stage,
    ...ids,
    ...(sourceIp ? { sourceIp } : {}),
    outcome: "error",
    ...progress,
  };
}

/** What an upstream record repeats of its call's decision, in this order. */
const repeated = [
  "schemaVersion",
  "time",
  "stage",
  "requestId",
  "extendedRequestId",
  "awsRequestId",
  "traceId",
  "policyVersion",
  "operation",
  "reason",
  "message",
  "upstreamRequestId",
  "sessionName",
] as const satisfies readonly (keyof DecisionRecord)[];

/**
 * What came of a call that was recorded before it was sent, because no call may proceed unrecorded
 * (`AUTHORIZER_AUDIT_REQUIRED`). The decision's record, with the same ids, comes before it.
 */
export interface UpstreamRecord
  extends Pick<DecisionRecord, Exclude<(typeof repeated)[number], "stage"> | "cut"> {
  readonly type: "upstream";
  readonly stage: "proxy";
  /** Of the answer that the caller was given. */
  readonly status: number;
}

/** @param record of the decision, with what became known after it was written */
export function upstreamRecordOf(record: DecisionRecord, status: number): UpstreamRecord {
  const known = repeated.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]]));
  return { type: "upstream", ...Object.fromEntries(known), stage: "proxy", status };
}

/**
 * What would be different with the candidate. The caller `gains`: the call was refused and would be allowed. It `loses`:
 * the reverse. `undecided`: the candidate asks for what is not known here. `otherOperation`: allowed by both, as another
 * operation. `otherRefusal`: refused by both, with another answer. `failed`: the candidate could not be evaluated.
 */
export type ShadowDifference = "gains" | "loses" | "undecided" | "otherOperation" | "otherRefusal" | "failed";

/** What one of the two bundles makes of the call. */
export interface ShadowSide
  extends Pick<
    DecisionRecord,
    "outcome" | "operation" | "action" | "resource" | "decision" | "layer" | "statements" | "reason"
  > {
  /** Of an open answer: the context keys that would have to be known. */
  readonly missingContextKeys?: readonly string[];
}

/**
 * A call that the candidate bundle would have decided differently. One JSON line for each difference. Of errors it holds
 * the code alone: their messages may quote a request.
 */
export interface ShadowRecord {
  readonly type: "shadow";
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly stage: DecisionRecord["stage"];
  /** The decision's record has the same. */
  readonly requestId: string;
  readonly difference: ShadowDifference;
  readonly principal: RecordedPrincipal;
  /** Of the bundle that decided. */
  readonly policyVersion: string;
  readonly candidateVersion: string;
  readonly live: ShadowSide;
  readonly candidate: ShadowSide;
  /** Calls since the last record that were not compared, since comparing took too much time; absent when none. */
  readonly notCompared?: number;
  /** As in a decision's record. */
  readonly cut?: readonly string[];
}

export type AnyRecord = DecisionRecord | UpstreamRecord | ShadowRecord;

/** Writes records; a promise is awaited. What it throws is logged, or refuses the call if records are required. */
export type RecordSink = (record: DecisionRecord) => unknown;
/** Must not throw. */
export type UpstreamSink = (record: UpstreamRecord) => void;
/** Must not throw. */
export type ShadowSink = (record: ShadowRecord) => void;
