/**
 * The trail of one call: its record, metrics and traces, and the comparison with a candidate bundle. The call's steps
 * note what becomes known; `end` passes it on. Nothing here influences the answer.
 *
 * INVARIANT: nothing here throws into the call, except `commit`, and what the job of `upstream` throws.
 */
import { type DecisionRecord, recordOfCall } from "../audit/record.ts";
import type { Recorder } from "../audit/recorder.ts";
import type { OpenedBundle } from "../bundle/bundle.ts";
import { CodedError, type ErrorCode, recordedMessageOf } from "../errors.ts";
import type { CallWatch } from "../observe/observer.ts";
import type { UpstreamCall, UpstreamOutcome } from "../observe/watched-call.ts";
import type { CallIds } from "../request/event/call-ids.ts";
import type { SettledCall, Shadow } from "../shadow/shadow.ts";

export interface Watchers {
  readonly recorder: Recorder;
  readonly watch: CallWatch | undefined;
  readonly shadow: Shadow | undefined;
}

export interface WatchedCall {
  readonly stage: DecisionRecord["stage"];
  readonly ids: CallIds & { readonly requestId: string };
  readonly sourceIp: string | undefined;
}

/** What a candidate bundle needs to decide the call again. */
type Comparison = Omit<SettledCall, "stage" | "requestId">;

export class Trail {
  readonly #call: WatchedCall;
  readonly #watchers: Watchers;
  #facts: Partial<DecisionRecord> = {};
  #comparison: Partial<Comparison> = {};
  #isCommitted = false;

  constructor(call: WatchedCall, watchers: Watchers) {
    this.#call = call;
    this.#watchers = watchers;
    watchers.shadow?.begin();
  }

  note(facts: Partial<DecisionRecord>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  /** Keeps what the comparison with a candidate bundle needs. A call without all of it is not compared. */
  keep(facts: Partial<Comparison>): void {
    this.#comparison = { ...this.#comparison, ...facts };
  }

  /** The claims that the bundle and the candidate consult; `undefined` when the bundle's own are all. */
  claimsFor(bundle: OpenedBundle): ReadonlySet<string> | undefined {
    return this.#watchers.shadow?.claimsFor(bundle);
  }

  /** Records the call before it proceeds, if it must be recorded. @throws CodedError `auditUnavailable` */
  commit(): void {
    const { required } = this.#watchers.recorder;
    if (!required) return;
    required.writeFirst(this.#record());
    this.#isCommitted = true;
  }

  /** Runs the job that calls Amazon Connect. */
  upstream<Result extends UpstreamOutcome>(call: UpstreamCall, job: () => Promise<Result>): Promise<Result> {
    const { watch } = this.#watchers;
    return watch ? watch.upstream(call, job) : job();
  }

  /** Records why the call could not be decided or answered. */
  fail(error: unknown): ErrorCode {
    const reason = error instanceof CodedError ? error.code : "internal";
    this.note({ outcome: "error", reason, message: recordedMessageOf(error) });
    // A failure after the decision does not change the decision.
    this.#comparison = { own: { error }, ...this.#comparison };
    return reason;
  }

  /** Records the call, compares it and writes its metrics. @param status of the proxy's answer */
  async end(policyAgeMs: number | undefined, status?: number): Promise<void> {
    const { recorder, watch } = this.#watchers;
    const { ids } = this.#call;
    if (!this.#isCommitted) await recorder.write(this.#record(status === undefined ? {} : { status }));
    else if (status !== undefined) recorder.required?.writeUpstream(this.#record(), status);
    await this.#compare();
    await watch?.end({ ...ids, outcome: "error", ...this.#facts }, policyAgeMs);
  }

  #record(more?: Pick<DecisionRecord, "status">): DecisionRecord {
    const { stage, ids, sourceIp } = this.#call;
    return recordOfCall(stage, { ...ids, sourceIp }, { ...this.#facts, ...more });
  }

  /** The proxy compares the calls that the authorizer lets through: it has the body. */
  async #compare(): Promise<void> {
    const { bundle, principal, own, decide } = this.#comparison;
    const { stage, ids } = this.#call;
    if (!bundle || !principal || !own || !decide) return;
    if (stage === "authorizer" && !isRefusal(own)) return;
    const { requestId } = ids;
    await this.#watchers.shadow?.compare({ stage, requestId, bundle, principal, own, decide });
  }
}

function isRefusal(own: SettledCall["own"]): boolean {
  if ("error" in own) return true;
  return own.decision?.decision === "explicitDeny" || own.decision?.decision === "implicitDeny";
}
