/**
 * Which records are written, and what happens when one cannot be, where a deployment says so.
 *
 * `AUTHORIZER_AUDIT_ALLOW_SAMPLE`: the percentage of records that are written of calls that were let through and went well.
 * Every refusal, every error and every failure is written. `AUTHORIZER_AUDIT_REQUIRED`: no call goes on that is not recorded,
 * and none is left out.
 */
import { writeLog } from "../observe/log.ts";
import type { DecisionRecord } from "./record.ts";
import type { Recorder, RecorderOptions, RecorderTools } from "./recorder.ts";
import { writeRecordNow } from "./write-record-now.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** @param random chooses the sample: from 0 to less than 1. Nothing of a call has a part in it, so that no caller has either */
export function createRecorder(
  environment: Environment,
  options: RecorderOptions,
  { attempt, refuse }: RecorderTools,
  random: () => number = Math.random,
): Recorder {
  const isRequired = readRequired(environment);
  const percent = isRequired ? 100 : readAllowSample(environment);
  const { onRecord = writeRecordNow, onUpstream = writeRecordNow } = options;
  return {
    write(record) {
      const isSampled = percent < 100 && wentWell(record);
      if (isSampled && random() * 100 >= percent) return undefined;
      return attempt(() => onRecord(isSampled ? { ...record, samplePercent: percent } : record), record);
    },
    ...(isRequired
      ? {
          required: {
            writeFirst(record) {
              try {
                onRecord(record);
              } catch (cause) {
                refuse(cause);
              }
            },
            writeUpstream: (record) => void attempt(() => onUpstream(record), record),
          },
        }
      : {}),
  };
}

function wentWell({ outcome, status = 200 }: DecisionRecord): boolean {
  return (outcome === "allow" || outcome === "notYetKnown") && status < 400;
}

/** Whatever is not plainly "no" asks for it. */
function readRequired(environment: Environment): boolean {
  const text = environment["AUTHORIZER_AUDIT_REQUIRED"] ?? "";
  if (!/^(|true|false)$/.test(text))
    warn(`\`AUTHORIZER_AUDIT_REQUIRED\` must be \`true\` or \`false\`, not \`${text}\`: taken for \`true\``);
  return text !== "" && text !== "false";
}

/** Whatever is not plainly a percentage leaves nothing out. */
function readAllowSample(environment: Environment): number {
  const text = environment["AUTHORIZER_AUDIT_ALLOW_SAMPLE"] ?? "";
  if (text === "") return 100;
  if (/^(?:100|\d{1,2}(?:\.\d{1,3})?)$/.test(text)) return Number(text);
  warn(`\`AUTHORIZER_AUDIT_ALLOW_SAMPLE\` must be a percentage, not \`${text}\`: every record is written`);
  return 100;
}

function warn(message: string): void {
  writeLog("WARN", "auditProblem", { message });
}
