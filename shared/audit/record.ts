/**
 * The records of a call: its decision, its result at Amazon Connect, and how a candidate bundle would decide
 * differently.
 *
 * They hold only names and ARNs, never tokens, inputs or outputs.
 */
import type { Decision } from "../policy/evaluate/evaluate.ts";
import type { PolicyLayer } from "../policy/evaluate/layers.ts";

export interface RecordedStatement {
  readonly policy: string;
  readonly sid?: string;
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  /** The policy's file in the configuration's folder, and the first line of the statement, from 1. */
  readonly file: string;
  readonly line: number;
}

/** One permission of the call. `cli least-privilege` derives the least policy from these. */
export interface RecordedAsk {
  readonly action: string;
  /** Absent while it is not known, which only the authorizer's records can show. */
  readonly resource?: string;
  /** `required`: must be allowed. `referenced`: an explicit deny on it denies the call. */
  readonly sort: "required" | "referenced";
  readonly decision: Decision;
}

export interface RecordedPrincipal {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly groups?: readonly string[];
}

/** The caller's item in the table of principals; only `attached` can have added access. */
export type RecordedAttachments =
  | {
      readonly kind: "attached";
      readonly policies: readonly string[];
      /** When those with an end give nothing more: policy → ISO 8601. */
      readonly until?: Readonly<Record<string, string>>;
      /** Policies whose end has come; only their Denies count. */
      readonly ended?: readonly string[];
      readonly boundaries: readonly string[];
      readonly version: number;
    }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unreadable" };

/** A call, its caller, its answer, and the statements behind it: one JSON line for each call. */
export interface DecisionRecord {
  /** `evaluation`: somebody asked whether a call would be allowed, and no call was made. */
  readonly type: "decision" | "evaluation";
  /** Version of docs/audit.schema.json. Changes when a member is removed or its meaning changes. */
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** `library`: decided in your own program. `authzen`: only evaluated. */
  readonly stage: "authorizer" | "proxy" | "library" | "authzen";
  readonly requestId: string;
  /** Ids that no client chose, if there are any: shared/request/event/call-ids.ts. */
  readonly extendedRequestId?: string;
  readonly awsRequestId?: string;
  readonly traceId?: string;
  /** As API Gateway saw it. */
  readonly sourceIp?: string;
  /** `mcp`: a tool's call by the Model Context Protocol. Absent for a route. */
  readonly via?: "mcp";
  /** Only the authorizer writes `notYetKnown`. `error`: the call could not be decided and was denied. */
  readonly outcome: "allow" | "deny" | "notYetKnown" | "error";
  readonly principal?: RecordedPrincipal;
  /** The trusted program that asked about the principal; only in evaluations, and absent if the principal asked. */
  readonly askedBy?: RecordedPrincipal;
  readonly operation?: string;
  /** Region of the call, which may differ from that of `resource`; only in the proxy's records. */
  readonly region?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly decision?: Decision;
  readonly layer?: PolicyLayer;
  readonly statements?: readonly RecordedStatement[];
  /** Each once, in the order of evaluation, up to the first explicit deny; limited to fit a log line. */
  readonly asks?: readonly RecordedAsk[];
  /** Number of asks that were left out of `asks`; absent when 0. */
  readonly asksLeftOut?: number;
  readonly policyVersion?: string;
  /** Absent if the table was not read, or has no item of the caller. */
  readonly attachments?: RecordedAttachments;
  /** Error code or exception name, and the message to the caller. */
  readonly reason?: string;
  readonly message?: string;
  readonly status?: number;
  readonly upstreamRequestId?: string;
  /** Name of the call's role session, which CloudTrail shows. */
  readonly sessionName?: string;
  /** For a sampled record: the percentage of such calls that are recorded. Absent if all are. */
  readonly samplePercent?: number;
  /** Members that were shortened: shared/audit/record-line.ts. Absent when none. */
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

/** The members of the decision's record that an upstream record repeats, in this order. */
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
 * The result of a call that was recorded before it was sent, because every call must be recorded first
 * (`AUTHORIZER_AUDIT_REQUIRED`). The decision's record, with the same ids, comes before it.
 */
export interface UpstreamRecord
  extends Pick<DecisionRecord, Exclude<(typeof repeated)[number], "stage"> | "cut"> {
  readonly type: "upstream";
  readonly stage: "proxy";
  /** Of the caller's answer. */
  readonly status: number;
}

/** @param record of the decision, with what became known after it was written */
export function upstreamRecordOf(record: DecisionRecord, status: number): UpstreamRecord {
  const known = repeated.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]]));
  return { type: "upstream", ...Object.fromEntries(known), stage: "proxy", status };
}

/**
 * What the candidate would change. `gains`: the call was refused and would be allowed. `loses`: the reverse.
 * `undecided`: the candidate depends on what is not known here. `otherOperation`: allowed by both, as another
 * operation. `otherRefusal`: refused by both, with another answer. `failed`: the candidate could not be evaluated.
 */
export type ShadowDifference = "gains" | "loses" | "undecided" | "otherOperation" | "otherRefusal" | "failed";

/** How one of the two bundles decides the call. */
export interface ShadowSide
  extends Pick<
    DecisionRecord,
    "outcome" | "operation" | "action" | "resource" | "decision" | "layer" | "statements" | "reason"
  > {
  /** For an open answer: the context keys that must be known. */
  readonly missingContextKeys?: readonly string[];
}

/**
 * A call that the candidate bundle would have decided differently: one JSON line for each difference. It holds only the
 * codes of errors: their messages may quote a request.
 */
export interface ShadowRecord {
  readonly type: "shadow";
  readonly schemaVersion: 1;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly stage: DecisionRecord["stage"];
  /** As in the decision's record. */
  readonly requestId: string;
  readonly difference: ShadowDifference;
  readonly principal: RecordedPrincipal;
  /** Of the bundle that decided. */
  readonly policyVersion: string;
  readonly candidateVersion: string;
  readonly live: ShadowSide;
  readonly candidate: ShadowSide;
  /** Calls since the last record that were not compared, because comparing took too much time; absent when none. */
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
