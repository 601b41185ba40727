/** `GetMetricData`: historical metrics of the last 24 hours, by queue and channel. */
import type { Dimensions, Grouping, HistoricalMetric } from "@aws-sdk/client-connect";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { InputOf } from "../../operation-types.ts";
import { invalidParameter } from "../../service-fault.ts";
import { type ContactRecord, contactRecords } from "./contact-records.ts";
import { checkAtMost, notMeasured, readIds } from "./filters.ts";
import { firstMetrics, isThreshold } from "./historical-values.ts";
import { pageOfSnapshot } from "./snapshots.ts";

type Input = InputOf<"GetMetricData">;

const fiveMinutesMs = 5 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

export const metricDataHandlers = {
  /** A queue or a channel without a contact that ended in the time has no result. */
  GetMetricData(input, world) {
    const instance = world.instance(input.InstanceId);
    const now = world.now();
    checkTimes(input, now);
    const isWanted = compileFilters(instance, input.Filters);
    const { Groupings = [], HistoricalMetrics } = input;
    checkAtMost(Groupings, "Groupings", 2);
    for (const grouping of Groupings) if (!dimensions.has(grouping)) throw notMeasured("Groupings", grouping);
    checkMetrics(HistoricalMetrics);
    const page = pageOfSnapshot({ operation: "GetMetricData", instance, input, now }, () => {
      const records = contactRecords(instance, now).filter(isWanted);
      const isInTime = (at: number | undefined) =>
        at !== undefined && at >= input.StartTime.getTime() && at < input.EndTime.getTime();
      const measured = records.filter(
        (record) => isInTime(record.disconnectedAt) && record.phase === "ended",
      );
      return groupBy(measured, Groupings).map((group) => ({
        ...(Groupings.length === 0 ? {} : { Dimensions: describe(instance, group, Groupings) }),
        Collections: HistoricalMetrics.map((metric) => ({ Metric: metric, Value: measure(metric, group) })),
      }));
    });
    return { MetricResults: page.results, NextToken: page.next };
  },
} satisfies Handlers;

/** @throws ServiceFault `InvalidParameterException` for times that the API Reference rules out */
function checkTimes({ StartTime, EndTime }: Input, now: Date): void {
  const [start, end] = [StartTime.getTime(), EndTime.getTime()];
  for (const [name, time] of Object.entries({ StartTime: start, EndTime: end }))
    if (time % fiveMinutesMs !== 0) throw invalidParameter(name, "must be a multiple of 5 minutes");
  if (start < now.getTime() - dayMs) throw invalidParameter("StartTime", "must be within the last 24 hours");
  if (end <= start) throw invalidParameter("EndTime", "must be later than `StartTime`");
  if (end - start >= dayMs) throw invalidParameter("EndTime", "must be less than 24 hours after `StartTime`");
}

function compileFilters(
  instance: InstanceState,
  filters: Input["Filters"],
): (record: ContactRecord) => boolean {
  const unmeasured = [
    "RoutingProfiles",
    "RoutingStepExpressions",
    "AgentStatuses",
    "Subtypes",
    "ValidationTestTypes",
  ] as const;
  for (const name of unmeasured) {
    if (filters[name] && filters[name].length > 0)
      throw invalidParameter(
        `Filters.${name}`,
        "is no filter of `GetMetricData`: give `Queues` or `Channels`",
      );
  }
  const queues = readIds(instance, filters.Queues, { family: "Queue", path: "Filters.Queues" });
  const channels = filters.Channels ?? [];
  if (!queues && channels.length === 0)
    throw invalidParameter("Filters", "give at least one of `Queues` and `Channels`");
  return ({ queueId, channel }) =>
    (queues ? queueId !== undefined && queues.has(queueId) : true) &&
    (channels.length === 0 || channels.includes(channel));
}

function checkMetrics(metrics: readonly HistoricalMetric[]): void {
  if (metrics.length === 0) throw invalidParameter("HistoricalMetrics", "must have at least one element");
  const levels = metrics.filter(({ Name }) => Name === "SERVICE_LEVEL");
  if (levels.length > 20) throw invalidParameter("HistoricalMetrics", "must have at most 20 SERVICE_LEVEL");
  for (const [index, metric] of metrics.entries()) checkMetric(metric, `HistoricalMetrics[${index}]`);
}

function checkMetric({ Name, Statistic, Unit, Threshold }: HistoricalMetric, path: string): void {
  if (Name === undefined) throw invalidParameter(`${path}.Name`, "is required");
  const rule = firstMetrics.get(Name);
  if (!rule?.first) throw notMeasured(`${path}.Name`, Name);
  const { statistic, unit } = rule.first;
  if (Statistic !== statistic)
    throw invalidParameter(`${path}.Statistic`, `must be ${statistic} for \`${Name}\``);
  if (Unit !== unit) throw invalidParameter(`${path}.Unit`, `must be ${unit} for \`${Name}\``);
  if (!rule.comparisons) {
    if (Threshold) throw invalidParameter(`${path}.Threshold`, "is for `SERVICE_LEVEL` only");
    return;
  }
  if (Threshold?.Comparison !== "LT")
    throw invalidParameter(`${path}.Threshold.Comparison`, `must be LT for \`${Name}\``);
  if (!isThreshold(Threshold.ThresholdValue))
    throw invalidParameter(`${path}.Threshold.ThresholdValue`, "must be a whole number from 1 to 604800");
}

function measure({ Name, Threshold }: HistoricalMetric, records: readonly ContactRecord[]) {
  const { ThresholdValue: seconds, Comparison: comparison } = Threshold ?? {};
  const limit = seconds === undefined || comparison === undefined ? undefined : { seconds, comparison };
  return firstMetrics.get(Name ?? "")?.value(records, limit);
}

const dimensions: ReadonlyMap<Grouping, (record: ContactRecord) => string | undefined> = new Map([
  ["QUEUE", (record: ContactRecord) => record.queueId],
  ["CHANNEL", (record: ContactRecord) => record.channel],
] as const);

function groupBy(records: readonly ContactRecord[], groupings: readonly Grouping[]) {
  return groupRecords(
    records,
    groupings.map((grouping) => dimensions.get(grouping) ?? (() => undefined)),
  ).map(({ records: group }) => group);
}

/** Groups with at least one record. Each dimension of a result has a value: a record without one is in no group. */
export function groupRecords(
  records: readonly ContactRecord[],
  keys: readonly ((record: ContactRecord) => string | undefined)[],
): readonly { readonly values: readonly string[]; readonly records: readonly ContactRecord[] }[] {
  const groups = new Map<string, { values: string[]; records: ContactRecord[] }>();
  for (const record of records) {
    const values = keys.flatMap((key) => key(record) ?? []);
    if (values.length < keys.length) continue;
    const key = JSON.stringify(values);
    const group = groups.get(key);
    if (group) group.records.push(record);
    else groups.set(key, { values, records: [record] });
  }
  return [...groups.values()];
}

function describe(
  instance: InstanceState,
  group: readonly ContactRecord[],
  groupings: readonly Grouping[],
): Dimensions {
  const [first] = group;
  const queue = instance.table("Queue").find(first?.queueId ?? "");
  return {
    ...(groupings.includes("QUEUE") ? { Queue: { Id: first?.queueId, Arn: queue?.arn } } : {}),
    ...(groupings.includes("CHANNEL") ? { Channel: first?.channel } : {}),
  };
}
