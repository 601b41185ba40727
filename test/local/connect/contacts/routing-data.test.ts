/** Priority, age and routing criteria of contacts that wait, as callers and the simulation see them. */
import { afterEach, describe, expect, it } from "vitest";
import { now, openCenter, type Planned, statuses } from "../metrics/little-center.ts";
import type { Input } from "../walk/inputs.ts";

const plan = {
  channel: "VOICE",
  method: "INBOUND",
  waited: 0,
  talked: 0,
  worked: 0,
  stage: "queued",
} as const;
const planned: readonly Planned[] = [300, 200, 100].map((ago) => ({ ...plan, queue: "q-0", ago }));

let stop: () => Promise<void>;
afterEach(() => stop());

async function center() {
  const clock = { at: now.getTime() };
  const opened = await openCenter(planned, { source: { now: () => new Date(clock.at) } });
  stop = () => opened.close();
  const { send } = opened;
  return {
    clock,
    send,
    route: (ContactId: string, more: Input) => send("UpdateContactRoutingData", { ContactId, ...more }),
    describe: async (ContactId: string) => (await send("DescribeContact", { ContactId }))["Contact"] as Input,
  };
}

describe("routing data of contacts", () => {
  it("change the position in the queue, first by priority, then by age", async () => {
    const { send, route, describe: read } = await center();
    const positions = async () => {
      const found: unknown[] = [];
      for (const ContactId of ["c-0", "c-1", "c-2"]) {
        const output = await send("GetContactMetrics", {
          ContactId,
          Metrics: [{ Name: "POSITION_IN_QUEUE" }],
        });
        const [{ Value } = {}] = output["MetricResults"] as Input[];
        found.push(Object(Value).Number);
      }
      return found;
    };
    expect(await positions()).toEqual([1, 2, 3]);
    await route("c-2", { QueueTimeAdjustmentSeconds: 150 });
    expect(await positions()).toEqual([1, 3, 2]);
    await route("c-1", { QueuePriority: 1 });
    expect(await positions()).toEqual([2, 1, 3]);
    await route("c-2", { QueuePriority: 1 });
    expect(await read("c-2")).toMatchObject({ QueuePriority: 1 });
    expect(await read("c-2")).not.toHaveProperty("QueueTimeAdjustmentSeconds");
    expect(await positions()).toEqual([3, 1, 2]);
  });

  it("let steps expire one after another, until an agent joins", async () => {
    const { clock, send, route, describe: read } = await center();
    const Expression = {
      AttributeCondition: {
        Name: "skill",
        Value: "claims",
        ProficiencyLevel: 3,
        ComparisonOperator: "NumberGreaterOrEqualTo",
      },
    };
    const Steps = [30, 30, undefined].map((seconds) => ({
      Expression,
      ...(seconds === undefined ? {} : { Expiry: { DurationInSeconds: seconds } }),
    }));
    await route("c-0", { RoutingCriteria: { Steps } });
    const routing = async () => {
      const { Steps: steps, Index } = (await read("c-0"))["RoutingCriteria"] as {
        Steps: Input[];
        Index: number;
      };
      return [Index, ...steps.map(({ Status }) => Status)];
    };
    expect(await routing()).toEqual([0, "ACTIVE", "INACTIVE", "INACTIVE"]);
    clock.at += 30_000;
    expect(await routing()).toEqual([1, "EXPIRED", "ACTIVE", "INACTIVE"]);
    clock.at += 15_000;
    await send("PutUserStatus", { UserId: "u-0", AgentStatusId: statuses.available });
    await send("AssociateContactWithUser", { ContactId: "c-0", UserId: "u-0" });
    clock.at += 600_000;
    expect(await routing()).toEqual([1, "EXPIRED", "JOINED", "INACTIVE"]);
  });

  it("are refused both at once, none at all, below their limits, and for what does not wait", async () => {
    const { send, route } = await center();
    for (const [input, name] of [
      [{ QueuePriority: 1, QueueTimeAdjustmentSeconds: 1 }, "InvalidParameterException"],
      [{}, "InvalidParameterException"],
      [{ QueuePriority: 0 }, "InvalidParameterException"],
      [{ RoutingCriteria: { Steps: [{ Expiry: { DurationInSeconds: 0 } }] } }, "InvalidParameterException"],
      [{ RoutingCriteria: { Steps: [{ Expression: preferring("nobody") }] } }, "ResourceNotFoundException"],
    ] as const)
      await expect(route("c-0", input)).rejects.toMatchObject({ name });
    await send("StopContact", { ContactId: "c-0" });
    await expect(route("c-0", { QueuePriority: 1 })).rejects.toMatchObject({
      name: "ResourceConflictException",
    });
  });

  it("decide whom the simulation gives the next agent", async () => {
    const clock = { at: now.getTime() };
    let advance = () => {};
    const opened = await openCenter([...planned], {
      source: { now: () => new Date(clock.at) },
      prepare: (world) => {
        const [instance] = world.instances();
        for (const row of instance?.contacts.all() ?? [])
          instance?.contacts.revise(row, { shape: { ...row.shape, isSimulated: true } });
        for (const { id } of instance?.table("User").all() ?? [])
          if (id !== "u-0") instance?.table("User").remove({ id, parents: [] });
      },
      live: {
        seed: 1,
        contactsPerMinute: 0.001,
        every: (run) => {
          advance = run;
          return () => {};
        },
      },
    });
    stop = () => opened.close();
    await opened.send("UpdateContactRoutingData", { ContactId: "c-2", QueuePriority: 1 });
    clock.at += 1000;
    advance();
    const { UserDataList } = await opened.send("GetCurrentUserData", { Filters: { Agents: ["u-0"] } });
    const [{ Contacts } = { Contacts: [] }] = UserDataList as { Contacts: Input[] }[];
    expect(Contacts.map(({ ContactId }) => ContactId)).toEqual(["c-2"]);
  });
});

function preferring(user: string): Input {
  return { AttributeCondition: { MatchCriteria: { AgentsCriteria: { AgentIds: [user] } } } };
}
