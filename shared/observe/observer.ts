/**
 * Watches calls: how long they took, and how they ended. Loaded only if metrics, traces or a line per call are on.
 *
 * INVARIANT: nothing here throws or rejects into a handler, except what the handler's own job throws.
 */
import { createMetricsWriter, type MetricsWriter } from "./emf.ts";
import { writeLog } from "./log.ts";
import type { CountedEvent, MetricName } from "./metric-table.ts";
import type { TraceParent } from "./trace-header.ts";
import type { CallEnd, UpstreamCall, UpstreamOutcome, UpstreamSpan } from "./watched-call.ts";
import { createSegmentSender, type SegmentSender } from "./xray.ts";

export interface ObserverSettings {
  /** Namespace of the metrics; absent when they are off. */
  readonly namespace?: string;
  readonly service: string;
  /** `host:port` of the X-Ray daemon; absent when traces are off. */
  readonly daemon?: string;
  /** Whether each call has its own line. */
  readonly isVerbose: boolean;
}

/** Refusals that are neither a decision nor our failure. */
const clientReasons: ReadonlyMap<string | undefined, string> = new Map([
  ["unauthorized", "unauthenticated"],
  ["invalidInput", "invalid"],
  ["unknownOperation", "invalid"],
  ["tooLarge", "invalid"],
  // Refusing an unconfigured instance counts as a policy's refusal.
  ["unknownInstance", "deny"],
]);

const failureMetrics = {
  throttled: "UpstreamThrottle",
  limited: "ConcurrencyRefusal",
  unavailable: "UpstreamError",
  timeout: "UpstreamTimeout",
  cancelled: undefined,
} as const;

export class Observer {
  readonly #isVerbose: boolean;
  readonly #write: MetricsWriter | undefined;
  readonly #trace: SegmentSender | undefined;
  readonly #counted = new Map<MetricName, number>();
  #isCold = true;
  #hasFailed = false;

  constructor({ namespace, service, daemon, isVerbose }: ObserverSettings) {
    this.#isVerbose = isVerbose;
    this.#write = namespace === undefined ? undefined : createMetricsWriter(namespace, service);
    this.#trace = daemon === undefined ? undefined : createSegmentSender(daemon);
  }

  count(event: CountedEvent): void {
    this.#counted.set(event, (this.#counted.get(event) ?? 0) + 1);
  }

  /** @param trace of this invocation */
  begin(trace: TraceParent | undefined): CallWatch {
    return new CallWatch((seen, end, policyAgeMs) =>
      this.#finish({ ...seen, trace }, end, policyAgeMs).catch((error: unknown) => this.#fail(error)),
    );
  }

  async #finish(
    { startMs, endMs, upstream, trace }: Seen & { readonly trace: TraceParent | undefined },
    end: CallEnd,
    policyAgeMs: number | undefined,
  ): Promise<void> {
    const outcome = outcomeOf(end);
    const upstreamMs = upstream ? upstream.endMs - upstream.startMs : undefined;
    const decisionMs = endMs - startMs - (upstreamMs ?? 0);
    if (this.#isVerbose) writeLog("DEBUG", "call", { ...idsOf(end), outcome, decisionMs, upstreamMs });
    if (this.#write) {
      const values = this.#measure(decisionMs, upstream, policyAgeMs);
      const { layer } = end;
      this.#write(values, { outcome, ...(layer !== undefined && outcome === "deny" ? { layer } : {}) });
    }
    if (!trace?.isSampled) return;
    await this.#trace?.(trace, { whole: { startMs, endMs }, upstream, end, outcome });
  }

  /** The values of a call's metrics, including all events since the last call. */
  #measure(
    decisionMs: number,
    upstream: UpstreamSpan | undefined,
    policyAgeMs: number | undefined,
  ): ReadonlyMap<MetricName, number> {
    const values = new Map<MetricName, number>([...this.#counted, ["DecisionLatency", decisionMs]]);
    this.#counted.clear();
    if (this.#isCold) values.set("ColdStart", 1);
    this.#isCold = false;
    if (upstream) values.set("UpstreamLatency", upstream.endMs - upstream.startMs);
    if (policyAgeMs !== undefined) values.set("PolicyAge", policyAgeMs / 1000);
    const failed = failureOf(upstream?.outcome);
    if (failed) values.set(failed, 1);
    return values;
  }

  /** Logs only the first failure, because the same failure would follow for each call. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    writeLog("ERROR", "observeProblem", { message: String(error) });
  }
}

interface Seen {
  readonly startMs: number;
  readonly endMs: number;
  readonly upstream: UpstreamSpan | undefined;
}

export class CallWatch {
  /**
   * Milliseconds since the epoch, with fractions, never set back. The clock is set again for each call, because the
   * monotonic clock stops while the container is frozen.
   */
  readonly #originMs = Date.now() - performance.now();
  readonly #startMs = this.#nowMs();
  readonly #finish: (seen: Seen, end: CallEnd, policyAgeMs: number | undefined) => Promise<void>;
  #upstream: UpstreamSpan | undefined;

  constructor(finish: (seen: Seen, end: CallEnd, policyAgeMs: number | undefined) => Promise<void>) {
    this.#finish = finish;
  }

  async upstream<Result extends UpstreamOutcome>(
    call: UpstreamCall,
    job: () => Promise<Result>,
  ): Promise<Result> {
    const startMs = this.#nowMs();
    let outcome: UpstreamOutcome | undefined;
    try {
      const result = await job();
      outcome = result;
      return result;
    } finally {
      this.#upstream = { call, startMs, endMs: this.#nowMs(), outcome };
    }
  }

  end(end: CallEnd, policyAgeMs: number | undefined): Promise<void> {
    const seen = { startMs: this.#startMs, endMs: this.#nowMs(), upstream: this.#upstream };
    return this.#finish(seen, end, policyAgeMs);
  }

  #nowMs(): number {
    return this.#originMs + performance.now();
  }
}

function outcomeOf({ outcome, reason }: CallEnd): string {
  return outcome === "error" ? (clientReasons.get(reason) ?? "error") : outcome;
}

function failureOf(outcome: UpstreamOutcome | undefined): MetricName | undefined {
  if (outcome?.kind !== "failure") return undefined;
  const { kind, status } = outcome.failure;
  if (kind === "refused") return status >= 500 ? "UpstreamError" : undefined;
  return failureMetrics[kind];
}

function idsOf({ requestId, extendedRequestId, awsRequestId, traceId, operation }: CallEnd) {
  return { requestId, extendedRequestId, awsRequestId, traceId, operation };
}
