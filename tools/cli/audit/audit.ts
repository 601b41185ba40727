/** `audit`: the records in logs, in the form of another tool. */
import { once } from "node:events";
import { formatWholeRecord } from "../../../shared/audit/record-line.ts";
import { defineCommand } from "../command.ts";
import { logOptions, readRecords } from "../learn/read-records.ts";
import { counted, harmlessJson, printLine } from "../terminal/lay-out.ts";
import { ocsfEventOf } from "./ocsf-event.ts";

export const command = defineCommand({
  name: "audit",
  text: "print the records in logs as events of OCSF's API Activity, one per line",
  options: {
    ...logOptions,
    "--to <form>": { text: "form of the events: `ocsf`", choices: ["ocsf"], isRequired: true },
  },
  example: "audit --to ocsf --from logs.jsonl",
  finding: "some lines look like records but are not records of a known form",
  async run({ from }, io) {
    // A list of all commands does not need zod.
    const { isCallRecord, shadowRecord } = await import("./record-schema.ts");
    const counts = { events: 0, shadow: 0, unknown: 0 };
    for await (const record of readRecords(from, io)) {
      if (isCallRecord(record)) {
        counts.events += 1;
        const line = `${harmlessJson(formatWholeRecord(ocsfEventOf(record)))}\n`;
        if (!io.stdout.write(line)) await once(io.stdout, "drain");
      } else if (shadowRecord.safeParse(record).success) counts.shadow += 1;
      else counts.unknown += 1;
    }
    printLine(counted(counts.events, "event"), io);
    if (counts.shadow > 0)
      printLine(`${counted(counts.shadow, "difference")} of a candidate: left out, since it is no event`, io);
    if (counts.unknown === 0) return 0;
    const lines = counted(counts.unknown, "line");
    printLine(`warning: left out ${lines} without a record of schemaVersion 1`, io);
    return 1;
  },
});
