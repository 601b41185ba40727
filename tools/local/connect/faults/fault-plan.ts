/** Decides which calls fail, and how: by what was ordered at the start, and by each call's own header. */
import { compileGlob, type Glob, matchGlob, STAR } from "../../../../shared/policy/pattern/glob.ts";
import type { HttpCall } from "../../../../shared/request/types.ts";
import { ServiceFault } from "../service-fault.ts";
import { type Fault, type OrderedFault, parseOrderedFault } from "./parse-fault.ts";

/** The header of one call, with faults that commas separate. */
export const faultHeader = "x-local-connect-fault";

export interface FaultPlanOptions {
  readonly faults: readonly OrderedFault[];
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** What one call meets: first the wait, then the refusal, if there is one. */
export interface PlannedFault {
  readonly waitMs: number;
  readonly refusal: ServiceFault | undefined;
}

export interface FaultPlan {
  /** Counts the call. @throws FaultSyntaxError for a header that cannot be read */
  next(operation: string, call: Pick<HttpCall, "headers">): PlannedFault;
}

/** Rates and bursts of Amazon Connect's API throttling quotas (Amazon Connect Administrator Guide, "Service quotas"). */
const usualQuota = { perSecond: 2, burst: 5 };
const metricsQuota = { perSecond: 5, burst: 8 };
const ownQuotas = new Map([
  ["GetMetricData", metricsQuota],
  ["GetCurrentMetricData", metricsQuota],
]);

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

export function createFaultPlan({ faults, now, random }: FaultPlanOptions): FaultPlan {
  const rules = faults.map(({ operation, fault }) => ({
    matches: patternOf(operation),
    fault,
    calls: 0,
    buckets: new Map<string, Bucket>(),
  }));
  const isRandomly = ({ share = 1 }: Fault) => share === 1 || random() < share;

  function isOverRate(
    { perSecond }: { perSecond?: number },
    buckets: Map<string, Bucket>,
    operation: string,
  ) {
    const quota =
      perSecond === undefined
        ? (ownQuotas.get(operation) ?? usualQuota)
        : { perSecond, burst: Math.max(1, perSecond) };
    const time = now();
    const bucket = buckets.get(operation) ?? { tokens: quota.burst, filledAtMs: time };
    const gained = ((time - bucket.filledAtMs) / 1_000) * quota.perSecond;
    const tokens = Math.min(quota.burst, bucket.tokens + gained);
    buckets.set(operation, { tokens: tokens < 1 ? tokens : tokens - 1, filledAtMs: time });
    return tokens < 1;
  }

  return {
    next(operation, { headers }) {
      const met: Fault[] = [];
      for (const rule of rules) {
        if (!matchGlob(rule.matches, operation)) continue;
        rule.calls++;
        const { fault } = rule;
        if (rule.calls > (fault.first ?? rule.calls) || !isRandomly(fault)) continue;
        if (!isOfRate(fault) || isOverRate(fault, rule.buckets, operation)) met.push(fault);
      }
      const attempt = attemptOf(headers);
      const texts = (headers.get(faultHeader) ?? []).flatMap((value) => value.split(","));
      for (const { operation: pattern, fault } of texts.map(parseOrderedFault)) {
        const isMeant = matchGlob(patternOf(pattern), operation) && attempt <= (fault.first ?? attempt);
        if (isMeant && isRandomly(fault)) met.push(fault);
      }
      return planOf(met);
    },
  };
}

/** Whether calls are refused by their rate; with an extent, those calls are refused whatever the rate is. */
function isOfRate(fault: Fault): fault is Fault & { readonly kind: "throttle" } {
  return fault.kind === "throttle" && fault.first === undefined && fault.share === undefined;
}

function planOf(met: readonly Fault[]): PlannedFault {
  const waitMs = met.reduce((sum, fault) => sum + (fault.kind === "latency" ? fault.ms : 0), 0);
  const refusals = met.map(refusalOf).filter((refusal) => refusal !== undefined);
  return { waitMs, refusal: refusals[0] };
}

const errorsByStatus = {
  500: "InternalServiceException",
  502: "BadGatewayException",
  503: "ServiceUnavailableException",
  504: "GatewayTimeoutException",
} as const;

function refusalOf(fault: Fault): ServiceFault | undefined {
  switch (fault.kind) {
    case "latency":
      return undefined;
    case "throttle":
      return new ServiceFault("ThrottlingException", "Rate exceeded");
    case "error":
      return new ServiceFault(
        errorsByStatus[fault.status],
        `the local Connect was told to answer ${fault.status}`,
      );
  }
}

/** No regular expression: a header that any client sends could have one that takes forever. */
function patternOf(operation: string): Glob {
  return compileGlob(operation.split("").map((each) => (each === "*" ? STAR : each.charCodeAt(0))));
}

/** AWS SDKs count their attempts in `amz-sdk-request: attempt=2; max=3`; other clients make only first ones. */
function attemptOf(headers: HttpCall["headers"]): number {
  const [, attempt = "1"] = /\battempt=(\d{1,3})/.exec(headers.get("amz-sdk-request")?.[0] ?? "") ?? [];
  return Number(attempt);
}
