/**
 * Historical metrics, each computed over contact records (Administrator Guide, "Metric definitions"): one table for
 * `GetMetricData` and `GetMetricDataV2`, which give some of them other names.
 */
import type { Statistic, Unit } from "@aws-sdk/client-connect";
import {
  type ContactRecord,
  completedAt,
  durationSeconds,
  handleSeconds,
  interactionSeconds,
  isAbandoned,
  isAnswered,
  isQueued,
  queueSeconds,
  resolutionSeconds,
  workSeconds,
} from "./contact-records.ts";

/** Seconds against which a metric compares. */
export interface Limit {
  readonly seconds: number;
  readonly comparison: string;
}

export interface HistoricalRule {
  /** When a record counts; most count when the contact has ended. */
  readonly at: (record: ContactRecord) => number | undefined;
  /** `undefined`, which is answered as null, where there is nothing to divide by. */
  readonly value: (records: readonly ContactRecord[], limit: Limit | undefined) => number | undefined;
  /** Comparisons that its threshold may have; a metric without them has no threshold. */
  readonly comparisons?: readonly string[];
  /** How `GetMetricData` calls it. */
  readonly first?: { readonly name: string; readonly statistic: Statistic; readonly unit: Unit };
}

type Test = (record: ContactRecord) => boolean;
type Seconds = (record: ContactRecord) => number | undefined;

const count =
  (test: Test): HistoricalRule["value"] =>
  (records) =>
    records.filter(test).length;

const valuesOf = (records: readonly ContactRecord[], seconds: Seconds, test: Test) =>
  records.filter(test).flatMap((record) => seconds(record) ?? []);

const sum =
  (seconds: Seconds, test: Test = isAnswered): HistoricalRule["value"] =>
  (records) =>
    valuesOf(records, seconds, test).reduce((total, each) => total + each, 0);

const average =
  (seconds: Seconds, test: Test = isAnswered): HistoricalRule["value"] =>
  (records) => {
    const values = valuesOf(records, seconds, test);
    return divide(
      values.reduce((total, each) => total + each, 0),
      values.length,
    );
  };

function divide(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

const isWithin = (value: number | undefined, limit: Limit | undefined) =>
  value !== undefined &&
  limit !== undefined &&
  (limit.comparison === "LTE" ? value <= limit.seconds : value < limit.seconds);

/** Counts records whose time is under the threshold. */
const countWithin =
  (seconds: Seconds, test: Test): HistoricalRule["value"] =>
  (records, limit) =>
    records.filter((record) => test(record) && isWithin(seconds(record), limit)).length;

const percentQueued =
  (part: HistoricalRule["value"]): HistoricalRule["value"] =>
  (records, limit) =>
    divide((part(records, limit) ?? 0) * 100, records.filter(isQueued).length);

const leftQueueWithin = countWithin(queueSeconds, isQueued);
const answeredFromQueue: Test = (record) => isQueued(record) && isAnswered(record);
const by = (...methods: readonly string[]): Test => {
  return (record) => isAnswered(record) && methods.includes(record.initiation);
};
const underOrEqual = ["LT", "LTE"];
const whenEnded = (value: HistoricalRule["value"]): HistoricalRule => ({ at: completedAt, value });
const inCount = (name: string) => ({ first: { name, statistic: "SUM", unit: "COUNT" } }) as const;
const inSeconds = (name: string, statistic: Statistic = "AVG") =>
  ({ first: { name, statistic, unit: "SECONDS" } }) as const;

/** By their names in `GetMetricDataV2`. Nothing puts a contact on hold here, so that interaction is all of it. */
export const historicalMetrics: ReadonlyMap<string, HistoricalRule> = new Map<string, HistoricalRule>([
  ["CONTACTS_CREATED", { at: ({ initiatedAt }) => initiatedAt, value: count(() => true) }],
  ["CONTACTS_QUEUED", { ...whenEnded(count(isQueued)), ...inCount("CONTACTS_QUEUED") }],
  ["CONTACTS_QUEUED_BY_ENQUEUE", { at: ({ enqueuedAt }) => enqueuedAt, value: count(isQueued) }],
  ["CONTACTS_HANDLED", { ...whenEnded(count(isAnswered)), ...inCount("CONTACTS_HANDLED") }],
  [
    "CONTACTS_HANDLED_BY_CONNECTED_TO_AGENT",
    { at: ({ answeredAt }) => answeredAt, value: count(isAnswered) },
  ],
  ["CONTACTS_ABANDONED", { ...whenEnded(count(isAbandoned)), ...inCount("CONTACTS_ABANDONED") }],
  ["ABANDONMENT_RATE", whenEnded(percentQueued(count(isAbandoned)))],
  ["AVG_ABANDON_TIME", { ...whenEnded(average(queueSeconds, isAbandoned)), ...inSeconds("ABANDON_TIME") }],
  [
    "AVG_QUEUE_ANSWER_TIME",
    { ...whenEnded(average(queueSeconds, answeredFromQueue)), ...inSeconds("QUEUE_ANSWER_TIME") },
  ],
  ["MAX_QUEUED_TIME", { ...whenEnded(longestInQueue), ...inSeconds("QUEUED_TIME", "MAX") }],
  ["AVG_HANDLE_TIME", { ...whenEnded(average(handleSeconds)), ...inSeconds("HANDLE_TIME") }],
  ["SUM_HANDLE_TIME", whenEnded(sum(handleSeconds))],
  [
    "AVG_AFTER_CONTACT_WORK_TIME",
    { ...whenEnded(average(workSeconds)), ...inSeconds("AFTER_CONTACT_WORK_TIME") },
  ],
  ["SUM_AFTER_CONTACT_WORK_TIME", whenEnded(sum(workSeconds))],
  ["AVG_INTERACTION_TIME", { ...whenEnded(average(interactionSeconds)), ...inSeconds("INTERACTION_TIME") }],
  ["SUM_INTERACTION_TIME", whenEnded(sum(interactionSeconds))],
  [
    "AVG_INTERACTION_AND_HOLD_TIME",
    { ...whenEnded(average(interactionSeconds)), ...inSeconds("INTERACTION_AND_HOLD_TIME") },
  ],
  ["SUM_INTERACTION_AND_HOLD_TIME", whenEnded(sum(interactionSeconds))],
  ["AVG_CONTACT_DURATION", whenEnded(average(durationSeconds, () => true))],
  ["AVG_RESOLUTION_TIME", whenEnded(average(resolutionSeconds, () => true))],
  ["SUM_CONTACTS_DISCONNECTED", whenEnded(count(() => true))],
  [
    "SERVICE_LEVEL",
    {
      ...whenEnded(percentQueued(leftQueueWithin)),
      comparisons: underOrEqual,
      first: { name: "SERVICE_LEVEL", statistic: "AVG", unit: "PERCENT" },
    },
  ],
  ["CONTACTS_REMOVED_FROM_QUEUE_IN_X", { ...whenEnded(leftQueueWithin), comparisons: underOrEqual }],
  [
    "SUM_CONTACTS_ANSWERED_IN_X",
    { ...whenEnded(countWithin(queueSeconds, answeredFromQueue)), comparisons: underOrEqual },
  ],
  [
    "SUM_CONTACTS_ABANDONED_IN_X",
    { ...whenEnded(countWithin(queueSeconds, isAbandoned)), comparisons: underOrEqual },
  ],
  [
    "CONTACTS_RESOLVED_IN_X",
    { ...whenEnded(countWithin(resolutionSeconds, () => true)), comparisons: underOrEqual },
  ],
]);

function longestInQueue(records: readonly ContactRecord[]): number | undefined {
  const values = valuesOf(records, queueSeconds, isQueued);
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b), 0);
}

/** By their names in `GetMetricData`: those of the table, and five that `GetMetricDataV2` finds by filters. */
export const firstMetrics: ReadonlyMap<string, HistoricalRule> = new Map(
  [
    ...historicalMetrics.values(),
    {
      ...whenEnded(count(by("INBOUND", "TRANSFER", "QUEUE_TRANSFER"))),
      ...inCount("CONTACTS_HANDLED_INCOMING"),
    },
    { ...whenEnded(count(by("OUTBOUND"))), ...inCount("CONTACTS_HANDLED_OUTBOUND") },
    { ...whenEnded(count(by("API"))), ...inCount("API_CONTACTS_HANDLED") },
    { ...whenEnded(count(by("CALLBACK"))), ...inCount("CALLBACK_CONTACTS_HANDLED") },
    {
      ...whenEnded(count((record) => isAnswered(record) && record.disconnectReason === "AGENT_DISCONNECT")),
      ...inCount("CONTACTS_AGENT_HUNG_UP_FIRST"),
    },
  ].flatMap((rule: HistoricalRule) => (rule.first ? [[rule.first.name, rule] as const] : [])),
);

const largestThreshold = 604_800;

/** Whether a threshold's number is one that the API Reference allows. */
export function isThreshold(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Number.isInteger(seconds) && seconds >= 1 && seconds <= largestThreshold;
}
