/** Finds the record of one call: a line of the log, or in a file of logs. */
import type { DecisionRecord, UpstreamRecord } from "../../../../shared/audit/record.ts";
import { withoutControls } from "../../../../shared/without-controls.ts";
import { findRecordsInText } from "../../../authoring/records/find-records.ts";
import { isCallRecord } from "../../audit/record-schema.ts";
import { type CommandIo, UsageError } from "../../command-io.ts";
import { readRecords } from "../../learn/read-records.ts";
import { isStandardInput, readInput } from "../../read-input.ts";

/** As many calls are listed to choose from. */
const maxListed = 5;

/**
 * Finds the record that decided a call: of a call that passed the authorizer, the proxy's.
 * @param given a line, a file, or `-` for standard input
 * @param id of the request, or its beginning
 * @throws UsageError if there is no such record, or a choice of several
 */
export async function findRecord(
  given: string,
  id: string | undefined,
  io: CommandIo,
): Promise<DecisionRecord> {
  const calls = new Map<string, DecisionRecord>();
  let others = 0;
  for await (const value of valuesIn(given, io)) {
    if (!isCallRecord(value) || value.type !== "decision") others++;
    else if (id === undefined || idsOf(value).some((each) => each.startsWith(id))) {
      const earlier = calls.get(value.requestId);
      if (!earlier || earlier.stage === "authorizer") calls.set(value.requestId, value);
    }
  }
  const found = [...calls.values()];
  const refused = found.filter(({ outcome }) => outcome !== "allow" && outcome !== "notYetKnown");
  const [only] = found.length === 1 ? found : refused.length === 1 ? refused : [];
  if (only) return only;
  throw new UsageError(found.length === 0 ? describeNone(id, others) : describeChoice(found, refused));
}

async function* valuesIn(given: string, io: CommandIo): AsyncGenerator<unknown> {
  if (!isStandardInput(given) && !given.includes("{")) yield* readRecords([given], io);
  else {
    const text = isStandardInput(given) ? (await readInput(given, io)).toString("utf8") : given;
    yield* findRecordsInText(text);
  }
}

function idsOf(record: DecisionRecord | UpstreamRecord): readonly string[] {
  const { requestId, extendedRequestId, awsRequestId, upstreamRequestId } = record;
  return [requestId, extendedRequestId, awsRequestId, upstreamRequestId].filter((each) => each !== undefined);
}

function describeNone(id: string | undefined, others: number): string {
  if (id !== undefined) return `there is no decision's record of a request \`${id}\``;
  return others > 0
    ? 'there is no decision\'s record, only other ones: look for `"type":"decision"` with the same `requestId`'
    : "there is no decision's record (docs/how-to/audit.md)";
}

function describeChoice(found: readonly DecisionRecord[], refused: readonly DecisionRecord[]): string {
  const chosen = refused.length > 0 ? refused : found;
  const listed = chosen.slice(-maxListed).map(({ requestId, time, principal, operation, outcome }) => {
    const who = principal ? ` by ${principal.id}` : "";
    const line = `${requestId} ${time} ${outcome} ${operation ?? "no operation"}${who}`;
    return `\n  ${withoutControls(line)}`;
  });
  const what = refused.length > 0 ? "refused calls" : "calls";
  const which = chosen.length > maxListed ? "; the last of them:" : ":";
  return `there are ${chosen.length} ${what}; choose one by \`--request-id\`, whose beginning is enough${which}${listed.join("")}`;
}
