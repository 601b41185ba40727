/** What the API Reference rules out, and what is not measured here: refused by name, and never answered with 0. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { instances } from "../connect-fixture.ts";
import type { Input } from "../walk/inputs.ts";
import { type Center, now, openCenter, type Planned, queues, statuses, users } from "./little-center.ts";

const call: Planned = {
  queue: "q-0",
  channel: "VOICE",
  method: "INBOUND",
  ago: 7200,
  waited: 30,
  agent: "u-0",
  talked: 60,
  worked: 10,
  stage: "ended",
};
let center: Center;
beforeAll(async () => {
  const waiting = { ...call, stage: "queued", agent: undefined } as const;
  center = await openCenter([
    call,
    { ...call, ago: 3600, method: "API" },
    { ...waiting, ago: 24 },
    { ...waiting, ago: 90, queue: "q-1" },
  ]);
  for (const UserId of users)
    await center.send("PutUserStatus", { UserId, AgentStatusId: statuses.available });
});
afterAll(() => center.close());

const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const current = (input: Input) =>
  center.send("GetCurrentMetricData", {
    Filters: { Queues: queues },
    CurrentMetrics: [{ Name: "AGENTS_ONLINE", Unit: "COUNT" }],
    ...input,
  });
const first = (input: Input) =>
  center.send("GetMetricData", {
    StartTime: minutesAgo(600),
    EndTime: now,
    Filters: { Queues: queues },
    HistoricalMetrics: [{ Name: "CONTACTS_HANDLED", Statistic: "SUM", Unit: "COUNT" }],
    ...input,
  });
const second = (input: Input) =>
  center.send("GetMetricDataV2", {
    InstanceId: undefined,
    ResourceArn: instances[0]?.arn,
    StartTime: minutesAgo(600),
    EndTime: now,
    Filters: [{ FilterKey: "QUEUE", FilterValues: queues }],
    Metrics: [{ Name: "CONTACTS_HANDLED" }],
    ...input,
  });

type Refusal = readonly [
  send: (input: Input) => Promise<Input>,
  input: Input,
  status: 400 | 404 | 501,
  says: string,
];
const metric = (Name: string, more: Input = {}) => ({ Name, ...more });
const inQueue = [metric("CONTACTS_IN_QUEUE")];
const level = (Threshold?: Input) => [
  metric("SERVICE_LEVEL", { Statistic: "AVG", Unit: "PERCENT", Threshold }),
];

const refusals: readonly Refusal[] = [
  [current, { CurrentMetrics: [metric("ESTIMATED_WAIT_TIME")] }, 501, "ESTIMATED_WAIT_TIME"],
  [current, { CurrentMetrics: [{ MetricId: "mine" }] }, 501, "mine"],
  [current, { CurrentMetrics: [metric("AGENTS_ONLINE", { Unit: "SECONDS" })] }, 400, "must be COUNT"],
  [current, { CurrentMetrics: [] }, 400, "CurrentMetrics"],
  [current, { Filters: {} }, 400, "at least one of"],
  [current, { Filters: { Queues: queues, RoutingProfiles: ["p-0"] } }, 400, "not both"],
  [current, { Filters: { Queues: ["nowhere"] } }, 404, "nowhere"],
  [current, { Filters: { Queues: queues, Subtypes: ["connect:SMS"] } }, 501, "Subtypes"],
  [current, { Filters: { RoutingProfiles: ["p-0"], AgentStatuses: [statuses.lunch] } }, 400, "Queues"],
  [current, { Groupings: ["SUBTYPE"] }, 501, "SUBTYPE"],
  [current, { Groupings: ["AGENT_STATUS"] }, 400, "`QUEUE` before it"],
  [current, { Groupings: ["QUEUE", "AGENT_STATUS"], CurrentMetrics: inQueue }, 400, "AGENTS_ONLINE"],
  [current, { Groupings: ["ROUTING_PROFILE"], CurrentMetrics: inQueue }, 400, "RoutingProfiles"],
  [current, { SortCriteria: [{ SortByMetric: "SLOTS_ACTIVE" }] }, 400, "SLOTS_ACTIVE"],
  [current, { MaxResults: 101 }, 400, "1 to 100"],
  [current, { NextToken: "mine" }, 400, "NextToken"],
  [first, { StartTime: minutesAgo(601.5) }, 400, "multiple of 5 minutes"],
  [first, { StartTime: minutesAgo(24 * 60 + 5) }, 400, "last 24 hours"],
  [first, { StartTime: minutesAgo(24 * 60) }, 400, "less than 24 hours"],
  [first, { EndTime: minutesAgo(600) }, 400, "later than"],
  [first, { Filters: {} }, 400, "at least one of"],
  [first, { Filters: { RoutingProfiles: ["p-0"] } }, 400, "RoutingProfiles"],
  [first, { Groupings: ["ROUTING_PROFILE"] }, 501, "ROUTING_PROFILE"],
  [
    first,
    { HistoricalMetrics: [metric("OCCUPANCY", { Statistic: "AVG", Unit: "PERCENT" })] },
    501,
    "OCCUPANCY",
  ],
  [
    first,
    { HistoricalMetrics: [metric("HOLD_TIME", { Statistic: "AVG", Unit: "SECONDS" })] },
    501,
    "HOLD_TIME",
  ],
  [first, { HistoricalMetrics: [metric("CONTACTS_HANDLED", { Statistic: "AVG" })] }, 400, "must be SUM"],
  [first, { HistoricalMetrics: level() }, 400, "Threshold"],
  [first, { HistoricalMetrics: level({ Comparison: "LT", ThresholdValue: 0.5 }) }, 400, "604800"],
  [second, { EndTime: minutesAgo(-5) }, 400, "later than now"],
  [second, { StartTime: minutesAgo(100 * 24 * 60) }, 400, "3 months"],
  [second, { StartTime: minutesAgo(35 * 24 * 60) }, 400, "less than 35 days"],
  [second, { StartTime: minutesAgo(72 * 60), Interval: { IntervalPeriod: "HOUR" } }, 400, "less than 3 days"],
  [second, { Interval: { TimeZone: "Nowhere/City" } }, 400, "TimeZone"],
  [second, { Filters: [{ FilterKey: "CHANNEL", FilterValues: ["VOICE"] }] }, 400, "at least one of QUEUE"],
  [second, { Filters: [{ FilterKey: "CAMPAIGN", FilterValues: ["x"] }] }, 501, "CAMPAIGN"],
  [second, { Filters: [{ FilterKey: "AGENT", FilterValues: ["nobody"] }] }, 404, "nobody"],
  [second, { Groupings: ["DEVICE_TYPE"] }, 501, "DEVICE_TYPE"],
  [second, { Metrics: [metric("AVG_HOLDS")] }, 501, "AVG_HOLDS"],
  [second, { Metrics: [metric("SERVICE_LEVEL")] }, 400, "Threshold"],
  [
    second,
    { Metrics: [metric("CONTACTS_HANDLED", { Threshold: [{ ThresholdValue: 5 }] })] },
    400,
    "Threshold",
  ],
  [
    second,
    { Metrics: [metric("CONTACTS_HANDLED", { MetricFilters: [{ MetricFilterKey: "CASE_STATUS" }] })] },
    501,
    "CASE_STATUS",
  ],
];

const valuesOf = (output: Input) =>
  (output["MetricResults"] as { Collections: { Value?: number }[] }[]).map(({ Collections }) =>
    Collections.map(({ Value }) => Value),
  );

describe("metrics of the local Connect", () => {
  it.each(refusals.map((row, index) => [index, row] as const))(
    "refuse what cannot be answered: %i",
    async (_, row) => {
      const [send, input, httpStatusCode, says] = row;
      await expect(send(input)).rejects.toMatchObject({
        message: expect.stringContaining(says),
        $metadata: { httpStatusCode },
      });
    },
  );

  it("say the age of the oldest contact in milliseconds without groupings, in seconds with them", async () => {
    const CurrentMetrics = [metric("OLDEST_CONTACT_AGE", { Unit: "SECONDS" })];
    expect(valuesOf(await current({ CurrentMetrics }))).toEqual([[90_000]]);
    const SortCriteria = [{ SortByMetric: "OLDEST_CONTACT_AGE", SortOrder: "ASCENDING" }];
    const grouped = await current({ CurrentMetrics, Groupings: ["QUEUE"], SortCriteria });
    expect(valuesOf(grouped)).toEqual([[24], [90]]);
    expect(grouped).toMatchObject({ DataSnapshotTime: now, ApproximateTotalCount: 2 });
  });

  it("count online agents by status, and what waits by routing profile", async () => {
    const byStatus = await current({ Groupings: ["QUEUE", "AGENT_STATUS"] });
    expect(byStatus["MetricResults"]).toContainEqual(
      expect.objectContaining({
        Dimensions: expect.objectContaining({
          AgentStatus: expect.objectContaining({ Id: seedIds.availableStatus }),
        }),
      }),
    );
    const Filters = { RoutingProfiles: ["p-0", "p-1"] };
    const byProfile = await current({ Filters, Groupings: ["ROUTING_PROFILE"], CurrentMetrics: inQueue });
    expect(valuesOf(byProfile)).toEqual([[2]].concat([[0]]));
  });

  it("have pages of one snapshot", async () => {
    const input = { Groupings: ["QUEUE"], MaxResults: 1 };
    const page = await current(input);
    const next = await current({ ...input, NextToken: page["NextToken"] });
    expect([...valuesOf(page), ...valuesOf(next)]).toEqual([[4], [3]]);
    expect(next).not.toHaveProperty("NextToken");
  });

  it("are given by interval, and filtered each by itself", async () => {
    const MetricFilters = [
      { MetricFilterKey: "INITIATION_METHOD", MetricFilterValues: ["API"], Negate: true },
    ];
    const output = await second({
      StartTime: minutesAgo(180),
      Interval: { IntervalPeriod: "HOUR" },
      Groupings: ["AGENT"],
      Metrics: [
        metric("CONTACTS_HANDLED"),
        metric("CONTACTS_HANDLED", { MetricFilters }),
        metric("AVG_HANDLE_TIME"),
      ],
    });
    expect(valuesOf(output)).toEqual([
      [0, 0, undefined],
      [1, 1, 70],
      [1, 0, 70],
    ]);
    expect(output["MetricResults"]).toMatchObject([
      {
        Dimensions: { AGENT: "u-0" },
        MetricInterval: { Interval: "HOUR", StartTime: minutesAgo(180), EndTime: minutesAgo(120) },
      },
      {},
      {},
    ]);
    expect(await second({ StartTime: minutesAgo(5) })).toEqual({ MetricResults: [] });
  });
});
