/**
 * Watches calls: how long they took, what came of them, and where a trace shows it. Loaded only where something is on.
 *
 * INVARIANT: nothing here throws or rejects into a handler, except what the handler's own job throws.
 */
import { createMetricsWriter } from "./emf.ts";
import { writeLog } from "./log.ts";
import type { CountedEvent, MetricName } from "./metric-table.ts";
import type { ObserverSettings } from "./open-observer.ts";
import { readTraceHeader } from "./trace-header.ts";
import { createSegmentSender } from "./xray.ts";

/** What is written of one call, or since the last one. */
export type Measurements = ReadonlyMap<MetricName, number>;

/** How a call to Amazon Connect ended: as much of the sender's result as is of interest here. */
export type UpstreamOutcome =
  | { readonly kind: "output"; readonly upstreamRequestId: string | undefined }
  | {
      readonly kind: "failure";
      readonly failure: {
        readonly kind: "refused" | "throttled" | "limited" | "unavailable" | "timeout" | "cancelled";
        readonly status: number;
        readonly upstreamRequestId: string | undefined;
      };
    };

/** What came of a call: as much of its record as is of interest here. */
export interface CallEnd {
  readonly outcome: "allow" | "deny" | "notYetKnown" | "error";
  readonly reason?: string;
  readonly layer?: string;
  readonly operation?: string;
  readonly requestId: string;
  readonly extendedRequestId?: string;
  readonly awsRequestId?: string;
  readonly traceId?: string;
}

/** One call on its way. */
export interface CallWatch {
  /** Runs the job that calls Amazon Connect. */
  upstream<Result extends UpstreamOutcome>(call: UpstreamCall, job: () => Promise<Result>): Promise<Result>;
  /** Writes what was seen. */
  end(end: CallEnd, policyAgeMs: number | undefined): Promise<void>;
}

export interface UpstreamCall {
  readonly operation: string;
  readonly region: string;
}

export interface Observer {
  /** @param traceHeader Lambda's `_X_AMZN_TRACE_ID` for this call */
  begin(traceHeader: string | undefined): CallWatch;
  count(event: CountedEvent): void;
}

/** One thing that took its time. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export interface UpstreamSpan extends Span {
  readonly call: UpstreamCall;
  readonly outcome: UpstreamOutcome | undefined;
}

/** Refusals that are neither a decision nor a failure of ours. */
const clientReasons: ReadonlyMap<string | undefined, string> = new Map([
  ["unauthorized", "unauthenticated"],
  ["invalidInput", "invalid"],
  ["unknownOperation", "invalid"],
  ["tooLarge", "invalid"],
  // An instance that the configuration does not list is refused as a policy refuses.
  ["unknownInstance", "deny"],
]);

const failureMetrics = {
  throttled: "UpstreamThrottle",
  limited: "ConcurrencyRefusal",
  unavailable: "UpstreamError",
  timeout: "UpstreamTimeout",
  cancelled: undefined,
} as const;

/** Creates it. */
export function createObserver(settings: ObserverSettings): Observer {
  const { namespace, service, daemon, isVerbose } = settings;
  const write = namespace === undefined ? undefined : createMetricsWriter(namespace, service);
  const trace = daemon === undefined ? undefined : createSegmentSender(daemon);
  const counted = new Map<MetricName, number>();
  const count = (name: MetricName) => void counted.set(name, (counted.get(name) ?? 0) + 1);
  const tell = createTeller();
  let isCold = true;

  const finish = async (seen: SeenCall, end: CallEnd, policyAgeMs: number | undefined): Promise<void> => {
    const whole = { startMs: seen.startMs, endMs: seen.nowMs() };
    const outcome = outcomeOf(end);
    const upstreamMs = seen.upstream ? seen.upstream.endMs - seen.upstream.startMs : undefined;
    const decisionMs = whole.endMs - whole.startMs - (upstreamMs ?? 0);
    if (isVerbose) writeLog("DEBUG", "call", { ...idsOf(end), outcome, decisionMs, upstreamMs });
    if (write) {
      const values = new Map<MetricName, number>([...counted, ["DecisionLatency", decisionMs]]);
      counted.clear();
      if (isCold) values.set("ColdStart", 1);
      isCold = false;
      if (upstreamMs !== undefined) values.set("UpstreamLatency", upstreamMs);
      if (policyAgeMs !== undefined) values.set("PolicyAge", policyAgeMs / 1000);
      const failed = failureOf(seen.upstream?.outcome);
      if (failed) values.set(failed, 1);
      write(values, {
        outcome,
        ...(end.layer !== undefined && outcome === "deny" ? { layer: end.layer } : {}),
      });
    }
    const parent = trace && readTraceHeader(seen.traceHeader);
    if (parent?.isSampled) await trace?.(parent, { whole, upstream: seen.upstream, end, outcome });
  };

  return {
    count,
    begin(traceHeader) {
      const nowMs = createClock();
      const seen: SeenCall = { startMs: nowMs(), nowMs, traceHeader, upstream: undefined };
      return {
        async upstream(call, job) {
          const startMs = nowMs();
          const keep = (outcome: UpstreamOutcome | undefined) => {
            seen.upstream = { call, startMs, endMs: nowMs(), outcome };
          };
          try {
            const result = await job();
            keep(result);
            return result;
          } catch (error) {
            keep(undefined);
            throw error;
          }
        },
        end: (end, policyAgeMs) => finish(seen, end, policyAgeMs).catch(tell),
      };
    },
  };
}

interface SeenCall {
  readonly startMs: number;
  readonly nowMs: () => number;
  readonly traceHeader: string | undefined;
  upstream: UpstreamSpan | undefined;
}

/**
 * A call's clock: milliseconds since the epoch, with fractions, never set back. It is set for each call anew, since the
 * monotonic clock stands still while the container is frozen.
 */
function createClock(): () => number {
  const originMs = Date.now() - performance.now();
  return () => originMs + performance.now();
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

/** Says once what goes wrong with watching: it would go wrong with each call. */
function createTeller(): (error: unknown) => void {
  let isTold = false;
  return (error) => {
    if (isTold) return;
    isTold = true;
    writeLog("ERROR", "observeProblem", { message: String(error) });
  };
}
