import type { DecisionRecord } from "../../shared/audit/record.ts";

/** A decision's record with nothing but what each has. */
export const smallestRecord: DecisionRecord = {
  type: "decision",
  schemaVersion: 1,
  time: "2026-11-25T08:00:00.000Z",
  stage: "proxy",
  requestId: "r-1",
  outcome: "allow",
};
