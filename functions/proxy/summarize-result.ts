/**
 * What Amazon Connect's answer says to the record: its id, and of a failure no word but its name.
 */
import type { DecisionRecord } from "../../shared/audit/decision-record.ts";
import { recordedNameOf } from "../../shared/connect/answer/recorded-name.ts";
import type { SendResult } from "../../shared/connect/send.ts";

/** What Connect's answer contributes to the record. */
export function summarizeResult(result: SendResult): Partial<DecisionRecord> {
  const id = result.kind === "output" ? result.upstreamRequestId : result.failure.upstreamRequestId;
  const upstream = id ? { upstreamRequestId: id } : {};
  if (result.kind === "output") return upstream;
  const { name, detail } = result.failure;
  return { ...upstream, reason: recordedNameOf(name), ...(detail === undefined ? {} : { message: detail }) };
}
