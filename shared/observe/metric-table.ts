/**
 * Every metric that this product writes. Tests hold code, alarms, dashboard and docs/observability.md to this list.
 *
 * Dimensions are few and have few values: never a caller, an operation or a resource. What happened to one call is in its
 * record. Deployments differ by namespace.
 */

export interface MetricFacts {
  /** CloudWatch's own words. */
  readonly unit: "Count" | "Milliseconds" | "Seconds";
  /** Each set is a metric of its own to CloudWatch. */
  readonly dimensions: readonly (readonly string[])[];
}

const byService = [["service"]] as const;

export const metricTable = {
  /** A call that was decided, or could not be. Of a refusal, the layer is the one that refused. */
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
  /** Since the policies in use were last seen to be the current ones; not of those in the deployment package. */
  PolicyAge: { unit: "Seconds", dimensions: byService },
  /** The first call of a container. */
  ColdStart: { unit: "Count", dimensions: byService },
  /** The store of the bundle could not be reached, or not in time. */
  StoreFailure: { unit: "Count", dimensions: byService },
  /** What the store holds is no bundle to be used. */
  BundleRefused: { unit: "Count", dimensions: byService },
  /** An issuer's keys could not be fetched, whether or not there were others to go on with. */
  KeysFailure: { unit: "Count", dimensions: byService },
  /** The table of principals could not be read; the bundle alone decides. */
  PrincipalsFailure: { unit: "Count", dimensions: byService },
  /** Amazon Connect or STS: unreachable, unreadable, or a 5xx. */
  UpstreamError: { unit: "Count", dimensions: byService },
  UpstreamTimeout: { unit: "Count", dimensions: byService },
  /** Amazon Connect or STS asked for patience, retries included. */
  UpstreamThrottle: { unit: "Count", dimensions: byService },
  /** No place among the calls to the instance that may be under way at a time. */
  ConcurrencyRefusal: { unit: "Count", dimensions: byService },
  /** A call that the candidate bundle would have answered otherwise. */
  ShadowDifference: { unit: "Count", dimensions: byService },
  /** The candidate could not be loaded or compared: nothing that a caller notices. */
  ShadowBundleProblem: { unit: "Count", dimensions: byService },
} as const satisfies Record<string, MetricFacts>;

export type MetricName = keyof typeof metricTable;

/** What is counted where it happens. */
export type CountedEvent =
  | "StoreFailure"
  | "BundleRefused"
  | "KeysFailure"
  | "PrincipalsFailure"
  | "ShadowDifference"
  | "ShadowBundleProblem";
