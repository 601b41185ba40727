/** SearchContacts: every criterion, the orders, and pages while contacts come and go. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { ContactShape } from "../../../../tools/local/connect/by-hand/contacts/contact-shape.ts";
import { startLocalConnect } from "../../../../tools/local/connect/server.ts";
import type { World } from "../../../../tools/local/connect/world.ts";
import { east, instances, smallSeed } from "../connect-fixture.ts";
import { now, openCenter, type Planned } from "../metrics/little-center.ts";
import type { Input } from "../walk/inputs.ts";
import { type WireClient, wireClientOf } from "../walk/wire-client.ts";

const plan = { channel: "VOICE", method: "INBOUND", waited: 10, talked: 60, worked: 10 } as const;
const planned: readonly Planned[] = [
  { ...plan, queue: "q-0", agent: "u-0", ago: 500, stage: "ended" },
  { ...plan, queue: "q-1", agent: "u-3", ago: 400, stage: "connected", channel: "CHAT" },
  { ...plan, queue: "q-0", ago: 300, stage: "abandoned", method: "API" },
  { ...plan, queue: "q-2", ago: 200, stage: "queued" },
];
const at = (ago: number) => new Date(now.getTime() - ago * 1000);

/** Gives the contacts what they are found by; `c-3` has nothing. */
function dress(world: World): void {
  const instance = world.instance(east);
  const change = (id: string, more: Partial<ContactShape>, tags = {}) => {
    const row = instance.contacts.get(id);
    const described = { ...row.shape.described, ...more.described };
    instance.contacts.revise(row, { tags, shape: { ...row.shape, ...more, described } });
  };
  const described = (more: Partial<ContactShape["described"]>) => more as ContactShape["described"];
  const groups = instance.table("UserHierarchyGroup");
  groups.add({ id: "g-1", shape: { Name: "One", LevelId: "1" } });
  groups.add({ id: "g-2", shape: { Name: "Two", LevelId: "2", ParentGroupId: "g-1" } });
  const users = instance.table("User");
  const user = users.get("u-3");
  users.revise(user, { shape: { ...user.shape, HierarchyGroupId: "g-2" } });
  const from = { id: "p", role: "CUSTOMER", name: "Ann" } as const;
  const message = { id: "m", sentAt: now, from, ContentType: "text/plain", Content: "Where is my Parcel?" };
  const preferred = { AttributeCondition: { MatchCriteria: { AgentsCriteria: { AgentIds: ["u-1"] } } } };
  change("c-0", { name: "Claim 17", attributes: { crm: "1", toString: "x" } }, { team: "a", site: "b" });
  change("c-1", { session: { messages: [message] } }, { team: "b" });
  change("c-2", {
    name: "Claim 18",
    attributes: { crm: "2" },
    described: described({
      ScheduledTimestamp: at(250),
      RoutingCriteria: { Steps: [{ Expression: { OrExpression: [preferred] } }] },
      SegmentAttributes: { "connect:Subtype": { ValueString: "connect:Telephony" } },
    }),
  });
}

const range = { Type: "INITIATION_TIMESTAMP", StartTime: at(1000), EndTime: now };
const attributes = (Criteria: readonly object[], MatchType?: string) => ({ Criteria, MatchType });
const crm = (...Values: string[]) => ({ Key: "crm", Values });
const during = (from: number, to: number, Type = "INITIATION_TIMESTAMP") => ({
  TimeRange: { Type, StartTime: at(from), EndTime: at(to) },
});
const team = (TagValue?: string) => ({ TagKey: "team", TagValue });

const criteria: readonly (readonly [criteria: Input, found: string])[] = [
  [{}, "0123"],
  [{ Channels: ["CHAT"] }, "1"],
  [{ Channels: [] }, "0123"],
  [{ InitiationMethods: ["API"] }, "2"],
  [{ QueueIds: ["q-0", "q-2"] }, "023"],
  [{ QueueIds: ["q-0"], Channels: ["CHAT"] }, ""],
  [{ AgentIds: ["u-0", "nobody"] }, "0"],
  [{ AgentIds: [`${instances[0]?.arn}/agent/u-3`] }, "1"],
  [{ AgentHierarchyGroups: { L1Ids: ["g-1"] } }, "1"],
  [{ AgentHierarchyGroups: { L1Ids: ["g-1"], L2Ids: ["g-1"] } }, ""],
  [{ Name: { SearchText: ["claim", "17"], MatchType: "MATCH_ALL" } }, "0"],
  [{ Name: { SearchText: ["17", "18"], MatchType: "MATCH_ANY" } }, "02"],
  [{ Name: { SearchText: ["claim 17", "claim"], MatchType: "MATCH_EXACT" } }, "0"],
  [{ Name: { SearchText: ["claim"], MatchType: "MATCH_NONE" } }, "13"],
  [{ SearchableContactAttributes: attributes([crm("1", "2")]) }, "02"],
  [{ SearchableContactAttributes: attributes([crm("1"), crm("2")]) }, ""],
  [{ SearchableContactAttributes: attributes([crm("1"), crm("2")], "MATCH_ANY") }, "02"],
  [{ SearchableContactAttributes: attributes([crm("1")], "MATCH_NONE") }, "123"],
  [{ SearchableContactAttributes: attributes([{ Key: "toString", Values: ["x"] }]) }, "0"],
  [
    { SearchableSegmentAttributes: attributes([{ Key: "connect:Subtype", Values: ["connect:Telephony"] }]) },
    "2",
  ],
  [{ ContactTags: { TagCondition: team() } }, "01"],
  [{ ContactTags: { AndConditions: [team("a"), { TagKey: "site", TagValue: "b" }] } }, "0"],
  [{ ContactTags: { OrConditions: [[team("a"), team("b")], [team("b")]] } }, "1"],
  [{ RoutingCriteria: { Steps: [{ AgentCriteria: { AgentIds: ["u-1", "u-2"] } }] } }, "2"],
  [
    { RoutingCriteria: { Steps: [{ AgentCriteria: { AgentIds: ["u-1", "u-2"], MatchType: "MATCH_ALL" } }] } },
    "",
  ],
  [{ ActiveRegions: ["us-east-1"] }, "0123"],
  [{ ActiveRegions: ["us-west-2"] }, ""],
  [{ AiAgents: { Criteria: [{ AiUseCase: "SelfService" }] } }, ""],
  [{ ContactAnalysis: transcript("CUSTOMER", "parcel") }, "1"],
  [{ ContactAnalysis: transcript("AGENT", "parcel") }, ""],
  [
    {
      AdditionalTimeRange: {
        Criteria: [during(350, 0, "DISCONNECT_TIMESTAMP"), during(450, 350)],
        MatchType: "MATCH_ANY",
      },
    },
    "12",
  ],
  [
    {
      AdditionalTimeRange: {
        Criteria: [
          { TimestampCondition: { Type: "DISCONNECT_TIMESTAMP", ConditionType: "NOT_EXISTS" } },
          { TimestampCondition: { Type: "CONNECTED_TO_AGENT_TIMESTAMP", ConditionType: "NOT_EXISTS" } },
        ],
        MatchType: "MATCH_ALL",
      },
    },
    "3",
  ],
];

function transcript(ParticipantRole: string, text: string) {
  const condition = { ParticipantRole, SearchText: [text], MatchType: "MATCH_ALL" };
  return { Transcript: { Criteria: [condition] } };
}

/** The last character of each contact's id, in the order of the answer. */
const idsIn = (output: Input) =>
  (output["Contacts"] as readonly Input[]).map(({ Id }) => String(Id).slice(2)).join("");

describe("SearchContacts", () => {
  let stop: () => Promise<void>;
  afterEach(() => stop());

  async function center() {
    const opened = await openCenter(planned, { prepare: dress });
    stop = () => opened.close();
    return (more: Input) => opened.send("SearchContacts", { TimeRange: range, ...more });
  }

  it("finds the contacts that meet all criteria, the newest first", async () => {
    const search = await center();
    for (const [SearchCriteria, ids] of criteria) {
      const output = await search({ SearchCriteria });
      expect([SearchCriteria, idsIn(output)]).toEqual([SearchCriteria, [...ids].reverse().join("")]);
      expect(output["TotalCount"]).toBe(ids.length);
    }
  });

  it("looks at the time that the range names, both ends included", async () => {
    const search = await center();
    const found: string[] = [];
    for (const [Type, from, to] of [
      ["INITIATION_TIMESTAMP", 400, 300],
      ["ENQUEUE_TIMESTAMP", 399, 300],
      ["CONNECTED_TO_AGENT_TIMESTAMP", 500, 390],
      ["DISCONNECT_TIMESTAMP", 430, 290],
      ["SCHEDULED_TIMESTAMP", 250, 250],
    ] as const)
      found.push(idsIn(await search({ TimeRange: { Type, StartTime: at(from), EndTime: at(to) } })));
    expect(found).toEqual(["21", "2", "10", "20", "2"]);
  });

  it("sorts by each field, with what lacks it last", async () => {
    const search = await center();
    const orders: [string, string, string][] = [];
    for (const FieldName of [
      "INITIATION_TIMESTAMP",
      "DISCONNECT_TIMESTAMP",
      "CONNECTED_TO_AGENT_TIMESTAMP",
      "SCHEDULED_TIMESTAMP",
      "CHANNEL",
      "INITIATION_METHOD",
      "EXPIRY_TIMESTAMP",
    ]) {
      const by = async (Order: string) => idsIn(await search({ Sort: { FieldName, Order } }));
      orders.push([FieldName, await by("ASCENDING"), await by("DESCENDING")]);
    }
    expect(orders).toEqual([
      ["INITIATION_TIMESTAMP", "0123", "3210"],
      ["DISCONNECT_TIMESTAMP", "0213", "2031"],
      ["CONNECTED_TO_AGENT_TIMESTAMP", "0123", "1032"],
      ["SCHEDULED_TIMESTAMP", "2013", "2310"],
      ["CHANNEL", "1023", "3201"],
      ["INITIATION_METHOD", "2013", "3102"],
      ["EXPIRY_TIMESTAMP", "0123", "3210"],
    ]);
  });

  it("refuses a range that ends before it begins, criteria over their limits, and foreign tokens", async () => {
    const search = await center();
    const { NextToken } = await search({ MaxResults: 1 });
    for (const [input, message] of [
      [{ TimeRange: { ...range, EndTime: at(2000) } }, "TimeRange.EndTime"],
      [{ SearchCriteria: { AgentIds: Array(101).fill("u-0") } }, "SearchCriteria.AgentIds"],
      [
        {
          SearchCriteria: {
            SearchableSegmentAttributes: attributes([{ Key: "a", Values: Array(21).fill("x") }]),
          },
        },
        "SearchCriteria.SearchableSegmentAttributes.Criteria[0].Values",
      ],
      [
        { SearchCriteria: { AdditionalTimeRange: { Criteria: [{}], MatchType: "MATCH_ALL" } } },
        "exactly one",
      ],
      [{ SearchCriteria: { Channels: ["FAX"] } }, "must be one of"],
      [{ MaxResults: 101 }, "MaxResults"],
      [{ NextToken, SearchCriteria: { Channels: ["CHAT"] } }, "NextToken"],
      [{ NextToken: "bm90IGEgdG9rZW4" }, "NextToken"],
    ] as const)
      await expect(search(input)).rejects.toMatchObject({
        name: "InvalidParameterException",
        message: expect.stringContaining(message),
      });
  });
});

describe("pages of SearchContacts", () => {
  it("give each contact that stays exactly once, while others start and vanish", async () => {
    let world: World | undefined;
    const connect = await startLocalConnect({
      seed: smallSeed,
      instances,
      source: { now: () => now },
      prepare: (made) => {
        world = made;
      },
    });
    const client = wireClientOf(connect);
    const instance = world?.instance(east);
    if (!instance) throw new Error("no world");
    const begin = (ago: number) => instance.contacts.add({ shape: { ...shapeless, described: begun(ago) } });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }),
        fc.array(fc.record({ ago: fc.nat(5), gone: fc.nat(11) }), { maxLength: 6 }),
        fc.constantFrom("ASCENDING", "DESCENDING"),
        async (starts, changes, Order) => {
          for (const row of instance.contacts.all()) instance.contacts.remove(row);
          const rows = starts.map(begin);
          const gone = new Set<string>();
          const seen = await pagesOf(client, Order, (page) => {
            const change = changes[page];
            if (!change) return;
            begin(change.ago);
            const row = rows[change.gone];
            if (row) instance.contacts.remove(row);
            if (row) gone.add(row.id);
          });
          expect(new Set(seen).size).toBe(seen.length);
          const stayed = rows.filter(({ id }) => !gone.has(id)).map(({ id }) => id);
          expect(stayed.filter((id) => !seen.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 25, seed: 17 },
    );
    client.close();
    await connect.close();
  });
});

const shapeless = { name: "", attributes: {}, recording: { state: "none" } } as const;
const begun = (ago: number) =>
  ({ Channel: "VOICE", InitiationMethod: "INBOUND", InitiationTimestamp: at(ago) }) as const;

async function pagesOf(client: WireClient, Order: string, between: (page: number) => void) {
  const seen: string[] = [];
  let NextToken: unknown;
  for (let page = 0; page === 0 || NextToken !== undefined; page++) {
    const output = await client.send("SearchContacts", {
      InstanceId: east,
      TimeRange: range,
      MaxResults: 2,
      Sort: { FieldName: "INITIATION_TIMESTAMP", Order },
      NextToken,
    });
    seen.push(...(output["Contacts"] as readonly Input[]).map(({ Id }) => String(Id)));
    NextToken = output["NextToken"];
    between(page);
  }
  return seen;
}
