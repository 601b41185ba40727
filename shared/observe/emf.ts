/**
 * Writes metrics with Powertools: lines on standard output in CloudWatch's embedded metric format.
 *
 * Each call has two lines: the metrics with the service as only dimension, and the decision with its own dimensions.
 * Both are written synchronously, so that concurrent calls cannot mix.
 */
import { Metrics } from "@aws-lambda-powertools/metrics";
import { type MetricName, metricTable } from "./metric-table.ts";

export interface DecisionDimensions {
  readonly outcome: string;
  readonly layer?: string;
}

export type MetricsWriter = (values: ReadonlyMap<MetricName, number>, decision: DecisionDimensions) => void;

/** The writer throws when writing throws. */
export function createMetricsWriter(namespace: string, service: string): MetricsWriter {
  // Powertools warns of names in two sets of dimensions, which is intended here.
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
