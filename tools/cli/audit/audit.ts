/**
 * `audit`: the records in logs, in the form of another tool.
 */
import { once } from "node:events";
import type { DecisionRecord } from "../../../shared/audit/decision-record.ts";
import { formatWholeRecord } from "../../../shared/audit/record-line.ts";
import type { UpstreamRecord } from "../../../shared/audit/upstream-record.ts";
import { type CommandIo, type ExitStatus, UsageError } from "../command-io.ts";
import { readRecords } from "../learn/read-records.ts";
import { fitsSchema } from "./fits-schema.ts";
import { ocsfEventOf } from "./ocsf-event.ts";
import { createRecordSchema } from "./record-schema.ts";

export interface AuditOptions {
  readonly from: readonly string[];
  readonly to: string;
}

const { definitions } = createRecordSchema();

/**
 * Prints one event a line, in the order of the records; says what was left out.
 *
 * @returns 0 printed, 1 when something in the logs calls itself a record and is none that is known here
 * @throws UsageError for another form than `ocsf`, and for an unreadable file
 */
export async function runAudit({ from, to }: AuditOptions, io: CommandIo): Promise<ExitStatus> {
  if (to !== "ocsf") throw new UsageError(`\`--to ${to}\` must be \`ocsf\``);
  const counts = { events: 0, shadow: 0, unknown: 0 };
  for await (const record of readRecords(from, io)) {
    if (isCall(record)) {
      counts.events += 1;
      const line = `${formatWholeRecord(ocsfEventOf(record))}\n`;
      if (!io.stdout.write(line)) await once(io.stdout, "drain");
    } else if (fitsSchema(record, definitions.shadow, definitions)) counts.shadow += 1;
    else counts.unknown += 1;
  }
  io.stderr.write(`${counts.events} events\n`);
  if (counts.shadow > 0) io.stderr.write(`${counts.shadow} differences of a candidate are no events\n`);
  if (counts.unknown === 0) return 0;
  io.stderr.write(
    `warning: ${counts.unknown} lines were left out, which are no records of schemaVersion 1\n`,
  );
  return 1;
}

/** Logs hold text of others' making: what does not fit the schema is no record. */
function isCall(value: unknown): value is DecisionRecord | UpstreamRecord {
  return (
    ([definitions.decision, definitions.upstream] as const).some((schema) =>
      fitsSchema(value, schema, definitions),
    ) && Number.isFinite(Date.parse(String(Reflect.get(Object(value), "time"))))
  );
}
