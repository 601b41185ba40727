/** Agents' states: `PutUserStatus`, `GetCurrentUserData`, and how a status waits for the contacts in hand. */
import { afterEach, describe, expect, it } from "vitest";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import type { Input } from "../walk/inputs.ts";
import { type Center, now, openCenter, type Planned, queues, statuses, users } from "./little-center.ts";

let clock = now;
let center: Center;
afterEach(() => center.close());

async function open(planned: readonly Planned[] = []): Promise<Center> {
  clock = now;
  center = await openCenter(planned, { source: { now: () => clock } });
  return center;
}

const call: Planned = {
  queue: "q-0",
  channel: "VOICE",
  method: "INBOUND",
  ago: 60,
  waited: 10,
  agent: "u-0",
  talked: 0,
  worked: 0,
  stage: "connected",
};
const put = (UserId: string, AgentStatusId: string) =>
  center.send("PutUserStatus", { UserId, AgentStatusId });
const read = async (Filters: Input, more: Input = {}) => {
  const output: Input = await center.send("GetCurrentUserData", { Filters, ...more });
  return { output, list: output["UserDataList"] as readonly Input[] };
};
const idsIn = (list: readonly Input[]) => list.map(({ User }) => (User as { Id: string }).Id);

describe("agents of the local Connect", () => {
  it("are active once they have a status, with their slots and the contacts in hand", async () => {
    await open([call, { ...call, channel: "CHAT", stage: "working", talked: 20 }]);
    expect((await read({})).list).toEqual([]);
    await put("u-0", statuses.available);
    const { list, output } = await read({ Agents: ["u-0"] });
    expect(output).toMatchObject({ ApproximateTotalCount: 1 });
    expect(list[0]).toMatchObject({
      User: { Id: "u-0" },
      RoutingProfile: { Id: "p-0" },
      Status: { StatusName: "Available", StatusStartTimestamp: now },
      MaxSlotsByChannel: { VOICE: 1, CHAT: 3 },
      ActiveSlotsByChannel: { VOICE: 1, CHAT: 1 },
      AvailableSlotsByChannel: { VOICE: 0, CHAT: 0 },
      Contacts: [
        { ContactId: "c-0", AgentContactState: "CONNECTED", Queue: { Id: "q-0" } },
        { ContactId: "c-1", AgentContactState: "ENDED", InitiationMethod: "INBOUND" },
      ],
    });
  });

  it("get their next status when the contact in hand has ended", async () => {
    await open([call]);
    await put("u-0", statuses.available);
    clock = new Date(now.getTime() + 5000);
    await put("u-0", statuses.lunch);
    const during = await read({ Agents: ["u-0"] });
    expect(during.list[0]).toMatchObject({ Status: { StatusName: "Available" }, NextStatus: "Lunch" });
    await center.send("StopContact", { ContactId: "c-0" });
    clock = new Date(now.getTime() + 9000);
    await center.send("DismissUserContact", { ContactId: "c-0", UserId: "u-0" });
    const ended = clock;
    clock = new Date(now.getTime() + 20_000);
    const [after] = (await read({ Agents: ["u-0"] })).list;
    expect(after).toMatchObject({
      Status: { StatusName: "Lunch", StatusStartTimestamp: ended },
      Contacts: [],
    });
    expect(after).not.toHaveProperty("NextStatus");
  });

  it("take a contact from its queue, are listened to, and are free again when they dismiss it", async () => {
    const waiting = { ...call, stage: "queued", agent: undefined } as const;
    await open([waiting, { ...waiting, ago: 30 }]);
    const position = async (ContactId: string) => {
      const Metrics = [{ Name: "POSITION_IN_QUEUE" }];
      const { MetricResults } = await center.send("GetContactMetrics", { ContactId, Metrics });
      return (MetricResults as { Value: { Number: number } }[]).map(({ Value }) => Value.Number);
    };
    const take = (UserId: string) => center.send("AssociateContactWithUser", { UserId, ContactId: "c-0" });
    const of = (UserId: string) => ({ UserId, ContactId: "c-0" });
    expect([await position("c-0"), await position("c-1")]).toEqual([[1], [2]]);
    await expect(take("u-0")).rejects.toMatchObject({ name: "InvalidRequestException" });
    await put("u-0", statuses.available);
    await put("u-1", statuses.available);
    await take("u-0");
    expect(await position("c-1")).toEqual([1]);
    for (const again of [take("u-1"), position("c-0"), center.send("DismissUserContact", of("u-0"))])
      await expect(again).rejects.toMatchObject({ name: "InvalidRequestException" });
    const { ContactId } = await center.send("MonitorContact", of("u-1"));
    const { Contact } = await center.send("DescribeContact", { ContactId });
    expect(Contact).toMatchObject({ InitiationMethod: "MONITOR", RelatedContactId: "c-0" });
    // It ends with what it listens to.
    await center.send("StopContact", { ContactId: "c-0" });
    await expect(center.send("StopContact", { ContactId })).rejects.toMatchObject({
      name: "ContactNotFoundException",
    });
    const { list } = await read({ Queues: ["q-0"] });
    expect(list.map(({ Contacts }) => Contacts)).toMatchObject([[{ AgentContactState: "ENDED" }], []]);
    await expect(center.send("MonitorContact", of("u-1"))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    await expect(center.send("DismissUserContact", of("u-1"))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
    await center.send("DismissUserContact", of("u-0"));
    expect((await read({ Agents: ["u-0"] })).list).toMatchObject([{ Contacts: [] }]);
  });

  it("are found by each filter, and one filter of resources at a time", async () => {
    await open([call]);
    for (const user of users) await put(user, statuses.available);
    await center.send("PutUserStatus", { UserId: seedIds.user, AgentStatusId: statuses.offline });
    await center.send("UpdateUserHierarchy", { UserId: "u-1", HierarchyGroupId: seedIds.hierarchyGroup });
    const cases: readonly (readonly [Input, readonly string[]])[] = [
      [{}, [seedIds.user, ...users]],
      [{ Queues: ["q-0"] }, ["u-0", "u-1", "u-2"]],
      [{ RoutingProfiles: ["p-1"] }, ["u-3"]],
      [{ Agents: ["u-2", "u-0"] }, ["u-0", "u-2"]],
      [{ UserHierarchyGroups: [seedIds.hierarchyGroup] }, ["u-1"]],
      [{ ContactFilter: { ContactStates: ["CONNECTED"] } }, ["u-0"]],
      [{ Queues: ["q-0"], ContactFilter: { ContactStates: ["ENDED", "MISSED"] } }, []],
    ];
    for (const [filters, wanted] of cases) expect(idsIn((await read(filters)).list)).toEqual(wanted);
    await expect(read({ Queues: ["q-0"], Agents: ["u-0"] })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringContaining("Queues and Agents"),
    });
    await expect(read({ Queues: ["nowhere"] })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("have pages that neither repeat nor skip", async () => {
    await open();
    for (const user of users) await put(user, statuses.available);
    const seen: string[] = [];
    let NextToken: unknown;
    do {
      const page = await read({ Queues: queues }, { MaxResults: 3, NextToken });
      expect(page.output).toMatchObject({ ApproximateTotalCount: 4 });
      seen.push(...idsIn(page.list));
      NextToken = page.output["NextToken"];
    } while (NextToken !== undefined);
    expect(seen).toEqual(users);
  });

  it("refuse statuses and users that are not there, and a status that is disabled", async () => {
    await open();
    await expect(put("nobody", statuses.available)).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(put("u-0", "nowhere")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const { AgentStatusId } = await center.send("CreateAgentStatus", { Name: "Old", State: "DISABLED" });
    await expect(put("u-0", String(AgentStatusId))).rejects.toMatchObject({
      name: "InvalidRequestException",
    });
  });
});
