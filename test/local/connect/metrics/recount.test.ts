/** Every metric is what somebody who counts the contacts and users by hand would get: a property over random contacts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instances } from "../connect-fixture.ts";
import {
  type Center,
  now,
  openCenter,
  type Planned,
  profileOf,
  profiles,
  queues,
  slots,
  statuses,
  users,
} from "./little-center.ts";

const channels = ["VOICE", "CHAT"] as const;
const statusNames = ["none", "available", "offline", "lunch"] as const;
type StatusName = (typeof statusNames)[number];

const plannedContact: fc.Arbitrary<Planned> = fc
  .record({
    queue: fc.constantFrom(...queues),
    channel: fc.constantFrom(...channels),
    method: fc.constantFrom("INBOUND" as const, "API" as const),
    ago: fc.integer({ min: 700, max: 30_000 }),
    // Steps, so that a wait is often exactly the threshold.
    waited: fc.integer({ min: 0, max: 8 }).map((steps) => steps * 25),
    agent: fc.constantFrom(...users),
    talked: fc.integer({ min: 1, max: 300 }),
    worked: fc.integer({ min: 0, max: 100 }),
    stage: fc.constantFrom(...(["queued", "connected", "working", "ended", "abandoned"] as const)),
  })
  .map((plan) =>
    plan.stage === "queued" || plan.stage === "abandoned" ? { ...plan, agent: undefined } : plan,
  );

const center = fc.record({
  contacts: fc.array(plannedContact, { maxLength: 25 }),
  signedIn: fc.array(fc.constantFrom(...statusNames), { minLength: users.length, maxLength: users.length }),
});

interface Planning {
  readonly contacts: readonly Planned[];
  readonly signedIn: readonly StatusName[];
}

async function withCenter(
  { contacts, signedIn }: Planning,
  check: (center: Center) => Promise<void>,
): Promise<void> {
  // The first status of a user is set at once, whatever contacts they have; a later one would be their next.
  const open = await openCenter(contacts);
  try {
    for (const [index, UserId] of users.entries()) {
      const name = signedIn[index] ?? "none";
      if (name !== "none") await open.send("PutUserStatus", { UserId, AgentStatusId: statuses[name] });
    }
    await check(open);
  } finally {
    await open.close();
  }
}

const collectionsOf = (result: unknown) => {
  const { Collections } = result as { Collections: { Metric: { Name: string }; Value?: number }[] };
  return Object.fromEntries(Collections.map(({ Metric, Value }) => [Metric.Name, Value]));
};
const resultsOf = (output: Record<string, unknown>) => output["MetricResults"] as readonly unknown[];

const currentNames = [
  "AGENTS_ONLINE",
  "AGENTS_AVAILABLE",
  "AGENTS_STAFFED",
  "AGENTS_NON_PRODUCTIVE",
  "AGENTS_ON_CALL",
  "AGENTS_ON_CONTACT",
  "AGENTS_AFTER_CONTACT_WORK",
  "AGENTS_ERROR",
  "CONTACTS_IN_QUEUE",
  "CONTACTS_SCHEDULED",
  "OLDEST_CONTACT_AGE",
  "SLOTS_ACTIVE",
  "SLOTS_AVAILABLE",
];

/** Counts one queue and channel from what was planned alone; `undefined` where there is nothing to count. */
function recountNow({ contacts, signedIn }: Planning, queue: string, channel: "VOICE" | "CHAT") {
  const statusOf = (user: string) => signedIn[users.indexOf(user)] ?? "none";
  const inHand = contacts.filter(
    ({ stage, agent }) =>
      (stage === "connected" || stage === "working") && agent !== undefined && statusOf(agent) !== "none",
  );
  const handsOf = (user: string, on?: string) =>
    inHand.filter(({ agent, channel: its }) => agent === user && (on === undefined || its === on)).length;
  const here = (each: Planned) => each.queue === queue && each.channel === channel;
  const online = users.filter(
    (user) =>
      ["available", "lunch"].includes(statusOf(user)) &&
      profiles[profileOf(user)]?.some(([q, c]) => q === queue && c === channel),
  );
  const handled = inHand.filter(here);
  const queued = contacts.filter((each) => each.stage === "queued" && here(each));
  if (online.length + handled.length + queued.length === 0) return undefined;
  const available = online.filter((user) => statusOf(user) === "available");
  const other = channel === "VOICE" ? "CHAT" : "VOICE";
  const free = (user: string) =>
    handsOf(user, other) > 0 ? 0 : Math.max(0, slots[channel] - handsOf(user, channel));
  return {
    AGENTS_ONLINE: online.length,
    AGENTS_AVAILABLE: available.filter((user) => handsOf(user) === 0).length,
    AGENTS_STAFFED: available.length,
    AGENTS_NON_PRODUCTIVE: online.length - available.length,
    AGENTS_ON_CALL: new Set(handled.map(({ agent }) => agent)).size,
    AGENTS_ON_CONTACT: new Set(handled.map(({ agent }) => agent)).size,
    AGENTS_AFTER_CONTACT_WORK: handled.filter(({ stage }) => stage === "working").length,
    AGENTS_ERROR: 0,
    CONTACTS_IN_QUEUE: queued.length,
    CONTACTS_SCHEDULED: 0,
    OLDEST_CONTACT_AGE: Math.max(0, ...queued.map(({ ago }) => ago)),
    SLOTS_ACTIVE: handled.length,
    SLOTS_AVAILABLE: available.reduce((sum, user) => sum + free(user), 0),
  };
}

const average = (values: readonly number[]) =>
  values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length;

/** From the planned contacts of one queue that have ended, with the names of `GetMetricData`. */
function recountHistory(ended: readonly Planned[], threshold: number) {
  const handled = ended.filter(({ stage }) => stage === "ended");
  const abandoned = ended.filter(({ stage }) => stage === "abandoned");
  return {
    CONTACTS_QUEUED: ended.length,
    CONTACTS_HANDLED: handled.length,
    CONTACTS_ABANDONED: abandoned.length,
    CONTACTS_HANDLED_INCOMING: handled.filter(({ method }) => method === "INBOUND").length,
    API_CONTACTS_HANDLED: handled.filter(({ method }) => method === "API").length,
    HANDLE_TIME: average(handled.map(({ talked, worked }) => talked + worked)),
    AFTER_CONTACT_WORK_TIME: average(handled.map(({ worked }) => worked)),
    INTERACTION_TIME: average(handled.map(({ talked }) => talked)),
    QUEUE_ANSWER_TIME: average(handled.map(({ waited }) => waited)),
    ABANDON_TIME: average(abandoned.map(({ waited }) => waited)),
    QUEUED_TIME: Math.max(...ended.map(({ waited }) => waited)),
    SERVICE_LEVEL: (ended.filter(({ waited }) => waited < threshold).length / ended.length) * 100,
  };
}

const counts = /^(API_)?CONTACTS_/;
const historical = (threshold: number) =>
  Object.keys(recountHistory([], 1)).map((Name) => ({
    Name,
    Statistic: counts.test(Name) ? "SUM" : Name === "QUEUED_TIME" ? "MAX" : "AVG",
    Unit: counts.test(Name) ? "COUNT" : Name === "SERVICE_LEVEL" ? "PERCENT" : "SECONDS",
    ...(Name === "SERVICE_LEVEL" ? { Threshold: { Comparison: "LT", ThresholdValue: threshold } } : {}),
  }));

/** What `GetMetricDataV2` calls the same metrics, if it has them under a name. */
const secondNames: Readonly<Record<string, string>> = {
  CONTACTS_QUEUED: "CONTACTS_QUEUED",
  CONTACTS_HANDLED: "CONTACTS_HANDLED",
  CONTACTS_ABANDONED: "CONTACTS_ABANDONED",
  HANDLE_TIME: "AVG_HANDLE_TIME",
  AFTER_CONTACT_WORK_TIME: "AVG_AFTER_CONTACT_WORK_TIME",
  INTERACTION_TIME: "AVG_INTERACTION_TIME",
  QUEUE_ANSWER_TIME: "AVG_QUEUE_ANSWER_TIME",
  ABANDON_TIME: "AVG_ABANDON_TIME",
  QUEUED_TIME: "MAX_QUEUED_TIME",
  SERVICE_LEVEL: "SERVICE_LEVEL",
};

const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const rounded = (values: Record<string, number | undefined>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === undefined ? value : Number(value.toFixed(6)),
    ]),
  );

describe("metrics of the local Connect", () => {
  it("are what a recount of contacts and users gives, now and by queue and channel", async () => {
    await fc.assert(
      fc.asyncProperty(center, (planning) =>
        withCenter(planning, async ({ send }) => {
          const output = await send("GetCurrentMetricData", {
            Filters: { Queues: queues, Channels: channels },
            Groupings: ["QUEUE", "CHANNEL"],
            CurrentMetrics: currentNames.map((Name) => ({ Name })),
          });
          const found = new Map(
            resultsOf(output).map((result) => {
              const { Dimensions: at } = result as { Dimensions: { Queue: { Id: string }; Channel: string } };
              return [`${at.Queue.Id} ${at.Channel}`, collectionsOf(result)] as const;
            }),
          );
          for (const queue of queues)
            for (const channel of channels)
              expect(found.get(`${queue} ${channel}`)).toEqual(recountNow(planning, queue, channel));
        }),
      ),
      { numRuns: 25 },
    );
  });

  it("are what a recount of ended contacts gives, from both operations", async () => {
    await fc.assert(
      fc.asyncProperty(
        center,
        fc.integer({ min: 1, max: 8 }).map((steps) => steps * 25),
        (planning, threshold) =>
          withCenter(planning, async ({ send }) => {
            const isEnded = ({ stage }: Planned) => stage === "ended" || stage === "abandoned";
            const byQueue = new Map(
              queues.map((queue) => [
                queue,
                planning.contacts.filter((each) => each.queue === queue && isEnded(each)),
              ]),
            );
            const times = { StartTime: hoursAgo(10), EndTime: now };
            const first = await send("GetMetricData", {
              ...times,
              Filters: { Queues: queues },
              Groupings: ["QUEUE"],
              HistoricalMetrics: historical(threshold),
            });
            const second = await send("GetMetricDataV2", {
              ...times,
              InstanceId: undefined,
              ResourceArn: instances[0]?.arn,
              Filters: [{ FilterKey: "QUEUE", FilterValues: queues }],
              Groupings: ["QUEUE"],
              Metrics: Object.values(secondNames).map((Name) => ({
                Name,
                ...(Name === "SERVICE_LEVEL"
                  ? { Threshold: [{ Comparison: "LT", ThresholdValue: threshold }] }
                  : {}),
              })),
            });
            expect(resultsOf(first)).toHaveLength(
              [...byQueue.values()].filter((each) => each.length > 0).length,
            );
            for (const result of resultsOf(first)) {
              const { Dimensions: at } = result as { Dimensions: { Queue: { Id: string } } };
              const wanted = recountHistory(byQueue.get(at.Queue.Id) ?? [], threshold);
              expect(rounded(collectionsOf(result))).toEqual(rounded(wanted));
            }
            for (const result of resultsOf(second)) {
              const { Dimensions: at } = result as { Dimensions: { QUEUE: string } };
              const wanted = recountHistory(byQueue.get(at.QUEUE) ?? [], threshold);
              const named = Object.entries(wanted).flatMap(([name, value]) =>
                secondNames[name] === undefined ? [] : [[secondNames[name], value] as const],
              );
              expect(rounded(collectionsOf(result))).toEqual(rounded(Object.fromEntries(named)));
            }
          }),
      ),
      { numRuns: 25 },
    );
  });
});
