/**
 * Writes metrics by Powertools: lines on standard output in CloudWatch's embedded metric format.
 *
 * Two lines a call: the metrics whose only dimension is the service, and the decision with dimensions of its own. Both are
 * written synchronously, so that concurrent calls cannot mix.
 */
import { Metrics } from "@aws-lambda-powertools/metrics";
import { type MetricName, metricTable } from "./metric-table.ts";

/** Dimensions of a decision. */
export interface DecisionDimensions {
  readonly outcome: string;
  readonly layer?: string;
}

export type MetricsWriter = (values: ReadonlyMap<MetricName, number>, decision: DecisionDimensions) => void;

/** The writer throws what writing throws. */
export function createMetricsWriter(namespace: string, service: string): MetricsWriter {
  // It warns of names in two sets of dimensions, but that is what the two sets are for.
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
