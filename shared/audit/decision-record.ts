/**
 * One record for each decision: who asked for what, what was answered, and which statements were behind it.
 *
 * It is made from names and ARNs only: tokens, inputs and outputs never enter it.
 */

/** A statement behind a decision. */
export interface RecordedStatement {
  readonly policy: string;
  readonly sid?: string;
  readonly index: number;
  readonly effect: "Allow" | "Deny";
}

/** What is written for each call, one JSON line. */
export interface DecisionRecord {
  readonly type: "decision";
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly stage: "authorizer" | "proxy";
  readonly requestId: string;
  /** `notYetKnown` is the authorizer's alone; `error` says that the call could not be decided and was denied. */
  readonly outcome: "allow" | "deny" | "notYetKnown" | "error";
  readonly principal?: { readonly id: string; readonly name: string; readonly issuer: string };
  readonly operation?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly decision?: string;
  readonly layer?: string;
  readonly statements?: readonly RecordedStatement[];
  readonly policyVersion?: string;
  /** Error code or exception name, and what was told to the caller. */
  readonly reason?: string;
  readonly message?: string;
  readonly status?: number;
  readonly upstreamRequestId?: string;
  /** Name of the assumed role's session that the call was sent in: CloudTrail shows the call under it. */
  readonly sessionName?: string;
}

/** Writes records; must not throw. */
export type RecordSink = (record: DecisionRecord) => void;

/** Writes a record as one JSON line on standard output, where CloudWatch Logs picks it up. */
export function writeRecord(record: DecisionRecord): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}
