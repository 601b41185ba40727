/**
 * One record for each call on which a candidate bundle would have been of another mind than the bundle that decided.
 *
 * Like a decision's record it is made from names and ARNs only. Of errors it holds the code alone: their messages may
 * quote a request.
 */
import type { DecisionRecord, RecordedPrincipal } from "./record.ts";

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

/** What is written for each difference, one JSON line. */
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

/** Takes the records; must not throw. */
export type ShadowSink = (record: ShadowRecord) => void;
