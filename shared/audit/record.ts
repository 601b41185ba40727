/**
 * One record for each decision: who asked for what, what was answered, and which statements were behind it.
 *
 * It is made from names and ARNs only: tokens, inputs and outputs never enter it.
 */
import { fitsLine, formatWholeRecord } from "./record-line.ts";
import type { ShadowRecord } from "./shadow-record.ts";
import type { UpstreamRecord } from "./upstream-record.ts";

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

/** What is written for each call, one JSON line. */
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

/** Makes the record of a call of which so much is known; one that says no outcome could not be decided. */
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

/** Writes records; a promise is one to wait for. What it throws is logged. */
export type RecordSink = (record: DecisionRecord) => unknown;

export type AnyRecord = DecisionRecord | UpstreamRecord | ShadowRecord;

/**
 * Writes a record as one JSON line on standard output, where CloudWatch Logs picks it up.
 *
 * @returns a promise where the record is too long and is shortened first
 */
export function writeRecord(record: AnyRecord): Promise<void> | undefined {
  const line = formatWholeRecord(record);
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  if (!fitsLine(line))
    return (
      import("./long-record.ts")
        .then(({ formatShortened }) => formatShortened(record))
        // Half a deployment: rather a record that may be split than none.
        .catch(() => line)
        .then(print)
    );
  print(line);
  return undefined;
}
