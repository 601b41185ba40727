/**
 * Decides which records are written, and when. A failed record changes no answer, unless records are required.
 *
 * `AUTHORIZER_AUDIT_ALLOW_SAMPLE` is the percentage of calls without refusal or failure that are recorded. Every
 * refusal, error and failure is recorded. With `AUTHORIZER_AUDIT_REQUIRED`, every call is recorded before it proceeds.
 */
import { writeSync } from "node:fs";
import { CodedError, recordedMessageOf } from "../errors.ts";
import { writeLog } from "../observe/log.ts";
import { readOrError, type Settings } from "../settings.ts";
import {
  type AnyRecord,
  type DecisionRecord,
  type RecordSink,
  type UpstreamSink,
  upstreamRecordOf,
} from "./record.ts";
import { formatRecordLine } from "./record-line.ts";

export interface RecorderOptions {
  readonly onRecord?: RecordSink | undefined;
  readonly onUpstream?: UpstreamSink | undefined;
  /** Draws the sample: from 0 to less than 1. It uses nothing of the call, so no caller can influence it. */
  readonly random?: () => number;
}

export interface Recorder {
  /** Records a settled call, unless the sample leaves it out. Never rejects: failures are logged. */
  write(record: DecisionRecord): Promise<void> | undefined;
  /** Set when every call must be recorded before it proceeds. */
  readonly required?: RequiredRecorder;
}

export interface RequiredRecorder {
  /** Records a call before it proceeds. @throws CodedError `auditUnavailable` */
  writeFirst(record: DecisionRecord): void;
  /** Records the result of a call that was recorded first. Never throws. @param status of the answer */
  writeUpstream(record: DecisionRecord, status: number): void;
}

export function createRecorder(settings: Settings, options: RecorderOptions): Recorder {
  const isRequired = readStrictly(() => settings.AUTHORIZER_AUDIT_REQUIRED, true, "taken for `true`");
  const percent = isRequired
    ? 100
    : readStrictly(() => settings.AUTHORIZER_AUDIT_ALLOW_SAMPLE, 100, "every record is written");
  const print = isRequired || percent < 100 ? writeRecordNow : writeRecord;
  const { onRecord = print, onUpstream = print, random = Math.random } = options;
  const required: RequiredRecorder = {
    writeFirst(record) {
      try {
        onRecord(record);
      } catch (cause) {
        throw new CodedError("auditUnavailable", "the record cannot be written", { cause });
      }
    },
    writeUpstream: (record, status) => void attempt(onUpstream, upstreamRecordOf(record, status)),
  };
  return {
    write(record) {
      if (percent === 100 || !wentWell(record)) return attempt(onRecord, record);
      return random() * 100 < percent ? attempt(onRecord, { ...record, samplePercent: percent }) : undefined;
    },
    ...(isRequired ? { required } : {}),
  };
}

/** Writes a record. Logs a failure without the error's message. */
async function attempt<Kind extends AnyRecord>(sink: (record: Kind) => unknown, record: Kind): Promise<void> {
  try {
    await sink(record);
  } catch (error) {
    const { requestId } = record;
    writeLog("ERROR", "auditProblem", { requestId, message: `no record: ${recordedMessageOf(error)}` });
  }
}

function wentWell({ outcome, status = 200 }: DecisionRecord): boolean {
  return (outcome === "allow" || outcome === "notYetKnown") && status < 400;
}

/** Warns of a malformed setting, which counts as the value that misses no record. */
function readStrictly<Value>(read: () => Value, strictest: Value, meaning: string): Value {
  const value = readOrError(read);
  if (!(value instanceof CodedError)) return value;
  writeLog("WARN", "auditProblem", { message: `${value.message}: ${meaning}` });
  return strictest;
}

/** As one JSON line on standard output, which CloudWatch Logs collects. */
export function writeRecord(record: AnyRecord): void {
  process.stdout.write(`${formatRecordLine(record)}\n`);
}

/** How often a full pipe is tried again, a millisecond later each time, before it counts as broken. */
const maxTries = 1_000;

/** Whether the previous line broke off. */
let isLineOpen = false;

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * As {@link writeRecord}, but returns only when the system has accepted the record.
 *
 * @throws the system's error when it has not
 */
export function writeRecordNow(record: AnyRecord): void {
  const line = Buffer.from(`${isLineOpen ? "\n" : ""}${formatRecordLine(record)}\n`);
  let rest: Uint8Array = line;
  for (let tries = 0; rest.length > 0; tries++) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const isFull = error instanceof Error && Reflect.get(error, "code") === "EAGAIN";
      if (!isFull || tries >= maxTries) {
        if (rest.length < line.length) isLineOpen = true;
        throw error;
      }
      Atomics.wait(pause, 0, 0, 1);
    }
  }
  isLineOpen = false;
}
