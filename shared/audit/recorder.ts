/**
 * How records are written: each of them, and what goes wrong with one changes no answer. Where something else is asked for
 * (`chosen-recorder.ts`) it is a chunk of its own.
 */
import { CodedError, recordedMessageOf } from "../errors.ts";
import { writeLog } from "../observe/log.ts";
import { type DecisionRecord, type RecordSink, writeRecord } from "./record.ts";
import type { UpstreamRecord, UpstreamSink } from "./upstream-record.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface RecorderOptions {
  readonly onRecord?: RecordSink | undefined;
  readonly onUpstream?: UpstreamSink | undefined;
}

export interface Recorder {
  /** Records a call that is settled, unless it is not in the sample. Never throws: what goes wrong is logged. */
  write(record: DecisionRecord): unknown;
  /** There where no call goes on that is not recorded. */
  readonly required?: RequiredRecorder;
}

export interface RequiredRecorder {
  /** Records a call before it goes on. @throws CodedError `auditUnavailable` when that cannot be done */
  writeFirst(record: DecisionRecord): void;
  /** Records what came of it. Never throws. */
  writeUpstream(record: UpstreamRecord): void;
}

/** Opens what `AUTHORIZER_AUDIT_ALLOW_SAMPLE` and `AUTHORIZER_AUDIT_REQUIRED` ask for. Never rejects. */
export function openRecorder(
  environment: Environment,
  options: RecorderOptions,
): Recorder | Promise<Recorder> {
  const { onRecord = writeRecord } = options;
  const plain: Recorder = { write: (record) => attempt(() => onRecord(record), record) };
  const { AUTHORIZER_AUDIT_REQUIRED: required = "", AUTHORIZER_AUDIT_ALLOW_SAMPLE: sample = "" } =
    environment;
  const isRequired = required !== "" && required !== "false";
  if (!isRequired && (sample === "" || sample === "100")) return plain;
  return import("./chosen-recorder.ts").then(
    ({ createRecorder }) => createRecorder(environment, options, { attempt, refuse }),
    // Half a deployment: nothing is left out, and what must be recorded is not sent.
    (cause: unknown) => ({
      ...plain,
      ...(isRequired
        ? { required: { writeFirst: () => refuse(cause), writeUpstream: () => undefined } }
        : {}),
    }),
  );
}

/** Refuses to go on without a record. */
function refuse(cause: unknown): never {
  throw new CodedError("auditUnavailable", "the record cannot be written", { cause });
}

/** What a chosen recorder is given, so that this file and what it holds need not be shared. */
export interface RecorderTools {
  readonly attempt: (job: () => unknown, record: { readonly requestId: string }) => unknown;
  readonly refuse: (cause: unknown) => never;
}

/** Does it, and logs when that fails, without the error's words. */
async function attempt(job: () => unknown, { requestId }: { readonly requestId: string }): Promise<void> {
  try {
    await job();
  } catch (error) {
    writeLog("ERROR", "auditProblem", {
      requestId,
      message: `no record: ${recordedMessageOf(error)}`,
    });
  }
}
