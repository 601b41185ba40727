/**
 * Metrics as lines on standard output, in CloudWatch's embedded metric format, by Powertools.
 *
 * Two lines a call: what has no dimension but the service, and the decision with its own. Both are written in one go, so
 * that calls that run at the same time cannot mix.
 */
import { Metrics } from "@aws-lambda-powertools/metrics";
import { type MetricName, metricTable } from "./metric-table.ts";

/** Dimensions of a decision. */
export interface DecisionDimensions {
  readonly outcome: string;
  readonly layer?: string;
}

export type MetricsWriter = (values: ReadonlyMap<MetricName, number>, decision: DecisionDimensions) => void;

/** Creates the writer. It throws what writing throws. */
export function createMetricsWriter(namespace: string, service: string): MetricsWriter {
  // It warns of each name that stands in two sets of dimensions, which is what the two are for.
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const metrics = new Metrics({ namespace, serviceName: service, logger });
  const add = (name: MetricName, value: number) => metrics.addMetric(name, metricTable[name].unit, value);
  return (values, { outcome, layer }) => {
    for (const [name, value] of values) add(name, value);
    metrics.publishStoredMetrics();
    metrics.addDimensions({ outcome });
    if (layer !== undefined) metrics.addDimensions({ outcome, layer });
    add("Decision", 1);
    metrics.publishStoredMetrics();
  };
}

function ignore(): void {}
