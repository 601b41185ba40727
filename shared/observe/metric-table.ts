/**
 * Every metric that this product writes. Tests compare code, alarms and dashboard with this list;
 * docs/reference/metrics.md shows it.
 *
 * There are few dimensions, with few values: never a caller, an operation or a resource. A call's record has its
 * details. Each deployment has its own namespace.
 */

export interface MetricFacts {
  /** CloudWatch's terms. */
  readonly unit: "Count" | "Milliseconds" | "Seconds";
  /** CloudWatch treats each set as a separate metric. */
  readonly dimensions: readonly (readonly string[])[];
}

const byService = [["service"]] as const;

export const metricTable = {
  /** A call that was decided, or could not be. For a refusal, `layer` is the layer that refused. */
  Decision: {
    unit: "Count",
    dimensions: [
      ["service", "outcome"],
      ["service", "outcome", "layer"],
    ],
  },
  /** From the event to the answer, without the wait for Amazon Connect. */
  DecisionLatency: { unit: "Milliseconds", dimensions: byService },
  /** From the decision to Amazon Connect's answer: waiting for a place, session, retries. */
  UpstreamLatency: { unit: "Milliseconds", dimensions: byService },
  /** Since the policies in use were last confirmed to be current; not for those in the deployment package. */
  PolicyAge: { unit: "Seconds", dimensions: byService },
  /** The first call of a container. */
  ColdStart: { unit: "Count", dimensions: byService },
  /** The store of the bundle could not be reached, or not in time. */
  StoreFailure: { unit: "Count", dimensions: byService },
  /** The store's content is not a usable bundle. */
  BundleRefused: { unit: "Count", dimensions: byService },
  /** An issuer's keys could not be fetched, even if known keys stay in use. */
  KeysFailure: { unit: "Count", dimensions: byService },
  /** The table of principals could not be read; the bundle alone decides. */
  PrincipalsFailure: { unit: "Count", dimensions: byService },
  /** Amazon Connect or STS: unreachable, unreadable, or a 5xx. */
  UpstreamError: { unit: "Count", dimensions: byService },
  UpstreamTimeout: { unit: "Count", dimensions: byService },
  /** Amazon Connect or STS throttled a request, retries included. */
  UpstreamThrottle: { unit: "Count", dimensions: byService },
  /** No place for the call: the instance has its limit of concurrent calls. */
  ConcurrencyRefusal: { unit: "Count", dimensions: byService },
  /** A call that the candidate bundle would have answered differently. */
  ShadowDifference: { unit: "Count", dimensions: byService },
  /** The candidate could not be loaded or compared; callers do not notice. */
  ShadowBundleProblem: { unit: "Count", dimensions: byService },
} as const satisfies Record<string, MetricFacts>;

export type MetricName = keyof typeof metricTable;

/** Events that are counted where they happen. */
export type CountedEvent =
  | "StoreFailure"
  | "BundleRefused"
  | "KeysFailure"
  | "PrincipalsFailure"
  | "ShadowDifference"
  | "ShadowBundleProblem";
