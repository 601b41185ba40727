/** `GetMetricDataV2`: historical metrics by agent, queue, profile, channel …, as a whole or by interval. */
import type { IntervalPeriod, MetricResultV2, MetricV2 } from "@aws-sdk/client-connect";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { InputOf } from "../../operation-types.ts";
import { invalidParameter } from "../../service-fault.ts";
import { type ContactRecord, contactRecords } from "./contact-records.ts";
import { checkAtMost, notMeasured, readIds } from "./filters.ts";
import { historicalMetrics, isThreshold } from "./historical-values.ts";
import { groupRecords } from "./metric-data.ts";
import { pageOfSnapshot } from "./snapshots.ts";

type Input = InputOf<"GetMetricDataV2">;

const minuteMs = 60 * 1000;
const dayMs = 24 * 60 * minuteMs;
/** "Historical metrics are available for 3 months" (API Reference). */
const keptMs = 92 * dayMs;

/** Length of a period, and the days that start and end must be less apart. */
const periods: Readonly<Record<IntervalPeriod, { readonly ms: number; readonly days: number }>> = {
  FIFTEEN_MIN: { ms: 15 * minuteMs, days: 3 },
  THIRTY_MIN: { ms: 30 * minuteMs, days: 3 },
  HOUR: { ms: 60 * minuteMs, days: 3 },
  DAY: { ms: dayMs, days: 35 },
  WEEK: { ms: 7 * dayMs, days: 35 },
  TOTAL: { ms: Number.POSITIVE_INFINITY, days: 35 },
};

export const metricDataV2Handlers = {
  /** Each group of records has a result for each interval. Intervals are counted from `StartTime`. */
  GetMetricDataV2(input, world) {
    const instance = world.instance(input.ResourceArn);
    const now = world.now();
    const period = checkTimes(input, now);
    const isWanted = compileFilters(instance, input.Filters);
    const { Groupings = [] } = input;
    checkAtMost(Groupings, "Groupings", 4);
    for (const grouping of Groupings) if (!keys.has(grouping)) throw notMeasured("Groupings", grouping);
    checkMetrics(input.Metrics);
    const call = { operation: "GetMetricDataV2", instance, input, now };
    const page = pageOfSnapshot(call, () => {
      const records = contactRecords(instance, now).filter(isWanted);
      return groupRecords(
        records.filter((record) => isMeasured(record, input)),
        Groupings.map((grouping) => keys.get(grouping)?.of ?? (() => undefined)),
      ).flatMap((group) => resultsOf(group, input, period));
    });
    return { MetricResults: page.results, NextToken: page.next };
  },
} satisfies Handlers;

/** A result of a group for each interval. */
function resultsOf(
  { values, records }: ReturnType<typeof groupRecords>[number],
  input: Input,
  period: IntervalPeriod,
): readonly MetricResultV2[] {
  const { Groupings = [], Metrics } = input;
  const counted = Metrics.map((metric) => countedIn(input, period, { metric, records }));
  return intervalsOf(input, period).map(({ start, end }, at) => ({
    Dimensions: Object.fromEntries(Groupings.map((grouping, index) => [grouping, values[index] ?? ""])),
    MetricInterval: { Interval: period, StartTime: start, EndTime: end },
    Collections: Metrics.map((metric, index) => ({
      Metric: metric,
      Value: measure(metric, counted[index]?.get(at) ?? []),
    })),
  }));
}

interface Interval {
  readonly start: Date;
  readonly end: Date;
}

/** @throws ServiceFault `InvalidParameterException` for times that the API Reference rules out */
function checkTimes({ StartTime, EndTime, Interval }: Input, now: Date): IntervalPeriod {
  const period = Interval?.IntervalPeriod ?? "TOTAL";
  const [start, end] = [StartTime.getTime(), EndTime.getTime()];
  if (end > now.getTime()) throw invalidParameter("EndTime", "must not be later than now");
  if (end <= start) throw invalidParameter("EndTime", "must be later than `StartTime`");
  if (start < now.getTime() - keptMs) throw invalidParameter("StartTime", "must be within the last 3 months");
  const { days } = periods[period];
  if (end - start >= days * dayMs)
    throw invalidParameter("EndTime", `must be less than ${days} days after \`StartTime\` for ${period}`);
  if (Interval?.TimeZone !== undefined && !isTimeZone(Interval.TimeZone))
    throw invalidParameter("Interval.TimeZone", "must be a time zone, such as `America/Los_Angeles`");
  return period;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function intervalsOf({ StartTime, EndTime }: Input, period: IntervalPeriod): readonly Interval[] {
  const found: Interval[] = [];
  for (let start = StartTime.getTime(); start < EndTime.getTime(); start += periods[period].ms) {
    const end = Math.min(start + periods[period].ms, EndTime.getTime());
    found.push({ start: new Date(start), end: new Date(end) });
  }
  return found;
}

/** What a filter or a grouping reads; with a family, its values are identifiers or ARNs. */
interface Key {
  readonly of: (record: ContactRecord) => string | undefined;
  readonly family?: string;
  /** One of these filters must be given. */
  readonly isResource?: true;
}

const keys: ReadonlyMap<string, Key> = new Map<string, Key>([
  ["QUEUE", { of: ({ queueId }) => queueId, family: "Queue", isResource: true }],
  ["ROUTING_PROFILE", { of: ({ profileId }) => profileId, family: "RoutingProfile", isResource: true }],
  ["AGENT", { of: ({ agentId }) => agentId, family: "User", isResource: true }],
  ...["ONE", "TWO", "THREE", "FOUR", "FIVE"].map((level, at): [string, Key] => [
    `AGENT_HIERARCHY_LEVEL_${level}`,
    { of: ({ groupIds }) => groupIds[at], family: "UserHierarchyGroup", isResource: true },
  ]),
  ["CHANNEL", { of: ({ channel }) => channel }],
  ["INITIATION_METHOD", { of: ({ initiation }) => initiation }],
  ["DISCONNECT_REASON", { of: ({ disconnectReason }) => disconnectReason }],
]);

function compileFilters(
  instance: InstanceState,
  filters: Input["Filters"],
): (record: ContactRecord) => boolean {
  checkAtMost(filters, "Filters", 5);
  if (!filters.some(({ FilterKey }) => keys.get(FilterKey ?? "")?.isResource || isUnmeasuredKey(FilterKey)))
    throw invalidParameter(
      "Filters",
      "give at least one of QUEUE, ROUTING_PROFILE, AGENT and AGENT_HIERARCHY_LEVEL_ONE to FIVE",
    );
  const counted = filters.filter(({ FilterKey }) => FilterKey !== "CHANNEL");
  checkAtMost(
    counted.flatMap(({ FilterValues }) => FilterValues ?? []),
    "Filters",
    100,
  );
  const tests = filters.map((filter, index) => compileFilter(instance, filter, `Filters[${index}]`));
  return (record) => tests.every((test) => test(record));
}

function isUnmeasuredKey(key: string | undefined): boolean {
  return key !== undefined && !keys.has(key);
}

function compileFilter(
  instance: InstanceState,
  { FilterKey, FilterValues = [], StringCondition }: Input["Filters"][number],
  path: string,
): (record: ContactRecord) => boolean {
  if (FilterKey === undefined) throw invalidParameter(`${path}.FilterKey`, "is required");
  const key = keys.get(FilterKey);
  if (!key) throw notMeasured(`${path}.FilterKey`, FilterKey);
  if (StringCondition) {
    if (FilterValues.length > 0)
      throw invalidParameter(`${path}.FilterValues`, "must be empty with `StringCondition`");
    return (record) => key.of(record) === undefined;
  }
  if (FilterValues.length === 0)
    throw invalidParameter(`${path}.FilterValues`, "must have at least one element");
  const wanted = key.family
    ? readIds(instance, FilterValues, { family: key.family, path: `${path}.FilterValues` })
    : new Set(FilterValues);
  return (record) => wanted?.has(key.of(record) ?? "") === true;
}

/** Keys of filters on one metric; those of the whole request can be named here too, in the API Reference's words. */
const metricKeys = ["INITIATION_METHOD", "DISCONNECT_REASON"];

function checkMetrics(metrics: readonly MetricV2[]): void {
  if (metrics.length === 0) throw invalidParameter("Metrics", "must have at least one element");
  for (const [index, metric] of metrics.entries()) checkMetric(metric, `Metrics[${index}]`);
}

function checkMetric({ Name, MetricId, Threshold, MetricFilters = [] }: MetricV2, path: string): void {
  if (MetricId !== undefined) throw notMeasured(`${path}.MetricId`, MetricId);
  if (Name === undefined) throw invalidParameter(`${path}.Name`, "is required");
  const rule = historicalMetrics.get(Name);
  if (!rule) throw notMeasured(`${path}.Name`, Name);
  for (const { MetricFilterKey: key = "" } of MetricFilters)
    if (!metricKeys.includes(key)) throw notMeasured(`${path}.MetricFilters`, key);
  const [limit] = Threshold ?? [];
  if (!rule.comparisons) {
    if (limit) throw invalidParameter(`${path}.Threshold`, `is not for \`${Name}\``);
    return;
  }
  if (!rule.comparisons.includes(limit?.Comparison ?? "") || Threshold?.length !== 1)
    throw invalidParameter(`${path}.Threshold`, `must be one, with LT or LTE, for \`${Name}\``);
  if (!isThreshold(limit?.ThresholdValue))
    throw invalidParameter(`${path}.Threshold`, "must have a whole number from 1 to 604800");
}

function isIn({ start, end }: Interval, at: number | undefined): boolean {
  return at !== undefined && at >= start.getTime() && at < end.getTime();
}

/** Whether one of the metrics counts the record somewhere in the time asked for. */
function isMeasured(record: ContactRecord, { Metrics, StartTime: start, EndTime: end }: Input): boolean {
  return Metrics.some(({ Name }) => isIn({ start, end }, historicalMetrics.get(Name ?? "")?.at(record)));
}

/** The records that a metric counts, by the number of their interval. */
function countedIn(
  { StartTime: start, EndTime: end }: Input,
  period: IntervalPeriod,
  { metric, records }: { readonly metric: MetricV2; readonly records: readonly ContactRecord[] },
): ReadonlyMap<number, readonly ContactRecord[]> {
  const rule = historicalMetrics.get(metric.Name ?? "");
  const found = new Map<number, ContactRecord[]>();
  for (const record of records) {
    const at = rule?.at(record);
    if (at === undefined || !isIn({ start, end }, at) || !passesFilters(metric, record)) continue;
    const interval = Math.floor((at - start.getTime()) / periods[period].ms);
    const others = found.get(interval);
    if (others) others.push(record);
    else found.set(interval, [record]);
  }
  return found;
}

function measure({ Name, Threshold }: MetricV2, records: readonly ContactRecord[]): number | undefined {
  const [{ ThresholdValue: seconds, Comparison: comparison } = {}] = Threshold ?? [];
  const limit = seconds === undefined || comparison === undefined ? undefined : { seconds, comparison };
  return historicalMetrics.get(Name ?? "")?.value(records, limit);
}

function passesFilters({ MetricFilters = [] }: MetricV2, record: ContactRecord): boolean {
  return MetricFilters.every(({ MetricFilterKey: key = "", MetricFilterValues = [], Negate = false }) => {
    const value = keys.get(key)?.of(record);
    return (value !== undefined && MetricFilterValues.includes(value)) !== Negate;
  });
}
