/** The simulation of a contact center, with a clock and a timer that the test moves. */
import { afterEach, describe, expect, it } from "vitest";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import type { World } from "../../../../tools/local/connect/world.ts";
import { east } from "../connect-fixture.ts";
import type { Input } from "../walk/inputs.ts";
import {
  type Center,
  now,
  openCenter,
  profileOf,
  profiles,
  queues,
  slots,
  statuses,
  users,
} from "./little-center.ts";

interface Moved extends Center {
  /** Lets time pass, five seconds at a time. */
  pass(minutes: number): void;
  readonly world: World;
  readonly isStopped: () => boolean;
}

const opened: Center[] = [];
afterEach(async () => {
  for (const center of opened.splice(0)) await center.close();
});

async function openMoving(seed: number): Promise<Moved> {
  let clock = now.getTime();
  let run = () => {};
  let stopped = false;
  let ids = 0;
  let world: World | undefined;
  const center = await openCenter([], {
    source: { now: () => new Date(clock), newId: () => `id-${++ids}` },
    prepare: (prepared) => {
      world = prepared;
      // Of the seed, neither a user nor a queue takes part.
      const instance = prepared.instance(east);
      instance.table("User").remove(instance.table("User").get(seedIds.user));
      instance.table("Queue").remove(instance.table("Queue").get(seedIds.queue));
    },
    live: {
      seed,
      contactsPerMinute: 4,
      every: (tick) => {
        run = tick;
        return () => {
          stopped = true;
        };
      },
    },
  });
  opened.push(center);
  if (!world) throw new Error("the server has no world");
  const pass = (minutes: number) => {
    for (let step = 0; step < minutes * 12; step++) {
      clock += 5000;
      run();
    }
  };
  return { ...center, pass, world, isStopped: () => stopped };
}

const contactsIn = ({ world }: Moved) =>
  world
    .instance(east)
    .contacts.all()
    .map(({ id, shape }) => ({ id, ...shape.described }));
const inHand = (center: Moved, user: string) =>
  contactsIn(center).filter(
    ({ AgentInfo: agent }) => agent?.Id === user && !agent.AfterContactWorkEndTimestamp,
  );
const put = (center: Moved, UserId: string, AgentStatusId: string) =>
  center.send("PutUserStatus", { UserId, AgentStatusId });

async function countNow(center: Moved, names: readonly string[]): Promise<Input> {
  const output = await center.send("GetCurrentMetricData", {
    Filters: { Queues: queues },
    CurrentMetrics: names.map((Name) => ({ Name })),
  });
  const [result] = output["MetricResults"] as {
    Collections: { Metric: { Name: string }; Value: number }[];
  }[];
  return Object.fromEntries((result?.Collections ?? []).map(({ Metric, Value }) => [Metric.Name, Value]));
}

describe("--live", () => {
  it("tells the same story for the same seed, and another for another", async () => {
    const stories = [];
    for (const seed of [7, 7, 8]) {
      const center = await openMoving(seed);
      center.pass(20);
      stories.push(contactsIn(center));
    }
    expect(stories[0]?.length).toBeGreaterThan(40);
    expect(stories[1]).toEqual(stories[0]);
    expect(stories[2]).not.toEqual(stories[0]);
  });

  it("gives contacts to agents who serve their queue and have a slot, and a wallboard sees it", async () => {
    const center = await openMoving(1);
    for (let minute = 0; minute < 30; minute++) {
      center.pass(1);
      for (const user of users)
        for (const channel of ["VOICE", "CHAT"] as const) {
          const held = inHand(center, user).filter((each) => each.Channel === channel);
          expect(held.length).toBeLessThanOrEqual(slots[channel]);
          for (const { QueueInfo } of held)
            expect(profiles[profileOf(user)]).toContainEqual([QueueInfo?.Id, channel]);
        }
    }
    const contacts = contactsIn(center);
    const waiting = contacts.filter((each) => !each.AgentInfo && !each.DisconnectTimestamp);
    const held = users.flatMap((user) => inHand(center, user));
    const names = ["CONTACTS_IN_QUEUE", "SLOTS_ACTIVE"];
    expect(await countNow(center, names)).toEqual({
      CONTACTS_IN_QUEUE: waiting.length,
      SLOTS_ACTIVE: held.length,
    });
    const done = contacts.filter((each) => each.AgentInfo?.AfterContactWorkEndTimestamp);
    const abandoned = contacts.filter((each) => !each.AgentInfo && each.DisconnectTimestamp);
    expect(done.length).toBeGreaterThan(10);
    expect(abandoned.length).toBeGreaterThan(10);
    const history = await center.send("GetMetricData", {
      StartTime: now,
      EndTime: new Date(now.getTime() + 3_600_000),
      Filters: { Queues: queues },
      HistoricalMetrics: ["CONTACTS_HANDLED", "CONTACTS_ABANDONED"].map((Name) => ({
        ...{ Name, Statistic: "SUM", Unit: "COUNT" },
      })),
    });
    expect(history["MetricResults"]).toMatchObject([
      { Collections: [{ Value: done.length }, { Value: abandoned.length }] },
    ]);
    const { UserDataList } = await center.send("GetCurrentUserData", { Filters: { Queues: queues } });
    expect((UserDataList as Input[]).flatMap(({ Contacts }) => Contacts)).toHaveLength(held.length);
  });

  it("gives no contact to a user whom a call has set offline, and leaves the status alone", async () => {
    const center = await openMoving(2);
    center.pass(5);
    for (const user of users) await put(center, user, statuses.offline);
    const before = new Set(users.flatMap((user) => inHand(center, user)).map(({ id }) => id));
    const offlineAt = contactsIn(center).length;
    center.pass(40);
    const later = contactsIn(center).slice(offlineAt);
    expect(later.length).toBeGreaterThan(40);
    expect(later.filter(({ AgentInfo }) => AgentInfo)).toEqual([]);
    expect(contactsIn(center).filter(({ id }) => before.has(id))).toHaveLength(before.size);
    expect(users.flatMap((user) => inHand(center, user))).toEqual([]);
    expect(await countNow(center, ["AGENTS_ONLINE"])).toEqual({ AGENTS_ONLINE: 0 });
  });

  it("takes over what calls change: a contact stopped, a queue deleted, a user deleted", async () => {
    const center = await openMoving(3);
    center.pass(10);
    const talking = contactsIn(center).find((each) => each.AgentInfo && !each.DisconnectTimestamp);
    await center.send("StopContact", { ContactId: talking?.id });
    center.pass(2);
    const stopped = contactsIn(center).find(({ id }) => id === talking?.id);
    expect(stopped).toMatchObject({
      DisconnectReason: "API",
      AgentInfo: { AfterContactWorkStartTimestamp: stopped?.DisconnectTimestamp },
    });
    expect(stopped?.AgentInfo?.AfterContactWorkEndTimestamp).toBeInstanceOf(Date);

    const other = contactsIn(center).find((each) => each.AgentInfo && !each.DisconnectTimestamp);
    const ContactId = other?.id;
    await center.send("StopContact", { ContactId });
    await center.send("DismissUserContact", { ContactId, UserId: other?.AgentInfo?.Id });
    const dismissed = contactsIn(center).find(({ id }) => id === ContactId);
    center.pass(2);
    expect(contactsIn(center).find(({ id }) => id === ContactId)).toEqual(dismissed);

    const instance = center.world.instance(east);
    for (const user of users) await put(center, user, statuses.offline);
    center.pass(0.5);
    instance.table("Queue").remove(instance.table("Queue").get("q-0"));
    instance.table("User").remove(instance.table("User").get("u-0"));
    const until = contactsIn(center).length;
    center.pass(10);
    const inQueue = contactsIn(center).filter(({ QueueInfo }) => QueueInfo?.Id === "q-0");
    expect(inQueue.filter((each) => !each.DisconnectTimestamp && !each.AgentInfo)).toEqual([]);
    expect(
      contactsIn(center)
        .slice(until)
        .filter(({ QueueInfo }) => QueueInfo?.Id === "q-0"),
    ).toEqual([]);
    expect(inHand(center, "u-0").filter((each) => !each.DisconnectTimestamp)).toEqual([]);
  });

  it("answers every call of a wallboard, over the queues and users that lists give", async () => {
    const center = await openMoving(5);
    center.pass(5);
    const idsOf = async (operation: string, list: string, input: Input = {}) =>
      ((await center.send(operation, input))[list] as { Id: string }[]).map(({ Id }) => Id);
    const Queues = await idsOf("ListQueues", "QueueSummaryList", { QueueTypes: ["STANDARD"] });
    const RoutingProfiles = await idsOf("ListRoutingProfiles", "RoutingProfileSummaryList");
    const Agents = await idsOf("ListUsers", "UserSummaryList");
    const [AgentStatusId] = await idsOf("ListAgentStatuses", "AgentStatusSummaryList");
    await center.send("DescribeAgentStatus", { AgentStatusId });
    await put(center, users[0] ?? "", statuses.available);
    for (const Filters of [{ Queues }, { RoutingProfiles }]) {
      const CurrentMetrics = [{ Name: "CONTACTS_IN_QUEUE", Unit: "COUNT" }];
      const { MetricResults } = await center.send("GetCurrentMetricData", { Filters, CurrentMetrics });
      expect(MetricResults).toHaveLength(1);
    }
    const { UserDataList } = await center.send("GetCurrentUserData", { Filters: { Agents } });
    expect(UserDataList).toHaveLength(users.length);
    const talking = contactsIn(center).find((each) => each.AgentInfo && !each.DisconnectTimestamp);
    await center.send("MonitorContact", { UserId: users[3], ContactId: talking?.id });
    const { MetricResults } = await center.send("GetMetricDataV2", {
      InstanceId: undefined,
      ResourceArn: center.world.instance(east).configured.arn,
      StartTime: now,
      EndTime: new Date(now.getTime() + 240_000),
      Filters: [{ FilterKey: "QUEUE", FilterValues: Queues }],
      Groupings: ["QUEUE", "CHANNEL"],
      Metrics: [{ Name: "CONTACTS_CREATED" }],
    });
    expect((MetricResults as unknown[]).length).toBeGreaterThan(0);
  });

  it("stops when the server closes", async () => {
    const center = await openMoving(4);
    expect(center.isStopped()).toBe(false);
    opened.splice(0);
    await center.close();
    expect(center.isStopped()).toBe(true);
  });
});
