/** Files of seeds: what they mean, and what is said of those that can't be used. */
import { existsSync, readFileSync } from "node:fs";
import * as sdk from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { run } from "../../../cli/command-run.ts";
import { east, instances, west } from "../connect-fixture.ts";
import { issuesOf, read, startSeeded, write } from "./seed-fixture.ts";

const center = `
Users:
  - Username: jo
    SecurityProfileIds: [Agent]
    RoutingProfileId: Phones
    UserProficiencies: [{ AttributeName: language, AttributeValue: German, Level: 4 }]
    Tags: { team: a }
AgentStatuses: [{ Name: Available, State: ENABLED, Type: ROUTABLE }]
SecurityProfiles: [{ SecurityProfileName: Agent }]
RoutingProfiles:
  - Name: Phones
    Description: x
    DefaultOutboundQueueId: Support
    MediaConcurrencies: [{ Channel: VOICE, Concurrency: 1 }]
    QueueConfigs: [{ QueueReference: { QueueId: Support, Channel: VOICE }, Priority: 1, Delay: 0 }]
Queues: [{ Name: Support, HoursOfOperationId: Office, QuickConnectIds: [To support], Status: DISABLED }]
QuickConnects:
  - Name: To support
    QuickConnectConfig: { QuickConnectType: QUEUE, QueueConfig: { QueueId: Support, ContactFlowId: flow-1 } }
HoursOfOperations: [{ Name: Office, TimeZone: Europe/Berlin, Config: [] }]
HoursOfOperationOverrides:
  - { HoursOfOperationId: Office, Name: Eve, Config: [], EffectiveFrom: 2026-12-24, EffectiveTill: 2026-12-24 }
ContactFlows: [{ Id: flow-1, Name: Flow, Type: CONTACT_FLOW, Content: "{}" }]
PhoneNumbers: [{ PhoneNumber: "+12025550100", ContactFlowId: Flow, Tags: { site: berlin } }]
Contacts:
  - Channel: VOICE
    InitiationMethod: INBOUND
    InitiationTimestamp: yesterday 09:30:00
    DisconnectTimestamp: yesterday 09:31:05
    QueueInfo: { Id: Support, EnqueueTimestamp: yesterday 09:30:10 }
    AgentInfo: { Id: jo, ConnectedToAgentTimestamp: yesterday 09:30:20 }
    Attributes: { reason: parcel }
Calls:
  - UpdateUserHierarchyStructure: { HierarchyStructure: { LevelOne: { Name: Site } } }
  - PutUserStatus: { UserId: jo, AgentStatusId: Available }
`;

describe("a seed", () => {
  it("makes its resources in every instance, whatever their order, with names for references", async () => {
    const { client } = await startSeeded(await read(center));
    const users = await client.send(new sdk.SearchUsersCommand({ InstanceId: east }));
    const [user] = users.Users ?? [];
    expect(users.Users).toHaveLength(1);
    const InstanceId = west;
    const described = await client.send(new sdk.DescribeUserCommand({ InstanceId, UserId: user?.Id }));
    expect(described.User).toMatchObject({ Username: "jo", Tags: { team: "a" }, Id: user?.Id });
    const { QueueSummaryList: [queue] = [] } = await client.send(new sdk.ListQueuesCommand({ InstanceId }));
    const ofQueue = { InstanceId, QueueId: queue?.Id };
    const { Queue } = await client.send(new sdk.DescribeQueueCommand(ofQueue));
    expect(Queue).toMatchObject({ Name: "Support", Status: "DISABLED" });
    const { HoursOfOperationId } = Queue ?? {};
    const overrides = new sdk.ListHoursOfOperationOverridesCommand({ InstanceId, HoursOfOperationId });
    expect((await client.send(overrides)).HoursOfOperationOverrideList).toMatchObject([{ Name: "Eve" }]);
    const connects = await client.send(new sdk.ListQueueQuickConnectsCommand(ofQueue));
    expect(connects.QuickConnectSummaryList).toMatchObject([{ Name: "To support" }]);
    const { QuickConnect } = await client.send(
      new sdk.DescribeQuickConnectCommand({
        InstanceId,
        QuickConnectId: connects.QuickConnectSummaryList?.[0]?.Id,
      }),
    );
    const config = { QueueId: queue?.Id, ContactFlowId: "flow-1" };
    expect(QuickConnect?.QuickConnectConfig?.QueueConfig).toEqual(config);
    const skills = new sdk.ListUserProficienciesCommand({ InstanceId, UserId: user?.Id });
    expect((await client.send(skills)).UserProficiencyList).toMatchObject([{ AttributeValue: "German" }]);
    const numbers = await client.send(new sdk.ListPhoneNumbersV2Command({ InstanceId }));
    expect(numbers.ListPhoneNumbersSummaryList).toMatchObject([
      { PhoneNumber: "+12025550100", TargetArn: instances[1]?.arn },
    ]);
  });

  it("makes its contacts by the clock, and its calls at last", async () => {
    const now = new Date("2026-03-01T07:00:00Z");
    const { client } = await startSeeded(await read(center), { source: { now: () => now } });
    const InstanceId = east;
    const queues = await client.send(new sdk.ListQueuesCommand({ InstanceId }));
    const ids = queues.QueueSummaryList?.map(({ Id }) => Id ?? "") ?? [];
    const metrics = await client.send(
      new sdk.GetMetricDataV2Command({
        ResourceArn: instances[0]?.arn,
        StartTime: new Date("2026-02-28T00:00:00Z"),
        EndTime: new Date("2026-03-01T00:00:00Z"),
        Filters: [{ FilterKey: "QUEUE", FilterValues: ids }],
        Metrics: [{ Name: "CONTACTS_HANDLED" }, { Name: "AVG_QUEUE_ANSWER_TIME" }],
      }),
    );
    expect(metrics.MetricResults?.[0]?.Collections?.map(({ Value }) => Value)).toEqual([1, 10]);
    const Filters = { Queues: ids };
    const { UserDataList } = await client.send(new sdk.GetCurrentUserDataCommand({ InstanceId, Filters }));
    expect(UserDataList).toMatchObject([{ Status: { StatusName: "Available", StatusStartTimestamp: now } }]);
    const levels = await client.send(new sdk.DescribeUserHierarchyStructureCommand({ InstanceId }));
    expect(levels.HierarchyStructure?.LevelOne?.Name).toBe("Site");
  });

  it("is the same at each start: identifiers follow from names", async () => {
    const ids = async () => {
      const { client } = await startSeeded(await read(center));
      const { QueueSummaryList } = await client.send(new sdk.ListQueuesCommand({ InstanceId: east }));
      return QueueSummaryList?.map(({ Id }) => Id);
    };
    expect(await ids()).toEqual(await ids());
    expect((await ids())?.[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/);
  });

  it("may have a group as it was described, below the group that its path names", async () => {
    const path = "{ LevelOne: { Id: g-1, Name: Berlin }, LevelTwo: { Id: g-2, Name: Team } }";
    const groups = `[{ Id: g-2, Name: Team, LevelId: "2", HierarchyPath: ${path} }, { Id: g-1, Name: Berlin }]`;
    const structure = "{ LevelOne: { Name: Site }, LevelTwo: { Name: Team } }";
    const { client } = await startSeeded(
      await read(
        `UserHierarchyGroups: ${groups}\nCalls: [{ UpdateUserHierarchyStructure: { HierarchyStructure: ${structure} } }]`,
      ),
    );
    const { HierarchyGroup } = await client.send(
      new sdk.DescribeUserHierarchyGroupCommand({ InstanceId: east, HierarchyGroupId: "g-2" }),
    );
    expect(HierarchyGroup).toMatchObject({ LevelId: "2", HierarchyPath: { LevelOne: { Id: "g-1" } } });
  });

  it("of YAML has a size that is read in a moment", async () => {
    const file = write("seed.yaml", `Queues:\n${"- {}\n".repeat(600_000)}`);
    expect(await issuesOf(file)).toEqual([
      "1:1 fileTooLarge a seed of YAML has at most 2097152 bytes; write a larger one as JSON",
    ]);
  });

  it("may be JSON", async () => {
    const json = JSON.stringify({ SecurityProfiles: [{ SecurityProfileName: "Agent" }] }, undefined, "\t");
    expect(await issuesOf(write("seed.json", json))).toEqual([]);
    expect(await issuesOf(write("seed.json", `${json}}`))).toEqual([
      expect.stringContaining("7:2 badJson there is more text after the document"),
    ]);
  });

  it("is not used for an instance that a state file has, which is said", async () => {
    const stateFile = write("state.jsonl", "");
    const first = await startSeeded(await read(center), { stateFile, instances: instances.slice(0, 1) });
    expect(first.connect.notes).toEqual([]);
    await first.client.send(new sdk.ListQueuesCommand({ InstanceId: east }));
    await first.connect.close();
    const seed = await read("SecurityProfiles: [{ SecurityProfileName: Other }]");
    const { connect, client } = await startSeeded(seed, { stateFile });
    expect(connect.notes).toEqual([
      `\`${stateFile}\` has the resources of an instance already, so the seed was not used there: delete it to begin anew`,
    ]);
    const names = async (InstanceId: string) =>
      (await client.send(new sdk.ListSecurityProfilesCommand({ InstanceId }))).SecurityProfileSummaryList;
    expect(await names(east)).toMatchObject([{ Name: "Agent" }]);
    expect(await names(west)).toMatchObject([{ Name: "Other" }]);
  });
});

const users = "SecurityProfiles: [{ SecurityProfileName: A }]\nUsers:\n";
const hours = "HoursOfOperations:\n  - { Name: H, TimeZone: UTC, Config: [] }\n";

describe("a seed that can't be used", () => {
  it.each([
    ["no group", "Queue: []", "1:1 unknownGroup a seed has no `Queue`; did you mean `Queues`"],
    ["a prototype", "__proto__: []", "1:1 unknownGroup a seed has no `__proto__`"],
    ["no mapping", "- a", "1:1 wrongType expected a mapping of groups like `Queues`"],
    ["no list", "Queues: x", "1:9 wrongValue `Queues` must be a list of at most 2000"],
    [
      "too long a list",
      `Views:\n${"- 1\n".repeat(2001)}`,
      "2:1 wrongValue `Views` must be a list of at most",
    ],
    ["no entry", "Queues: [x]", "1:10 wrongValue an entry must be a mapping of its members"],
    ["an unknown member", "Queues: [{ Colour: red }]", "1:12 unknownMember `Queues` have no member `Colour`"],
    [
      "a member of the call alone",
      "Queues: [{ ClientToken: red }]",
      "1:12 unknownMember `Queues` have no member `ClientToken`",
    ],
    [
      "a missing member",
      "Queues: [{ Name: a }]",
      "1:10 missingMember `HoursOfOperationId` is missing; `CreateQueue`",
    ],
    [
      "a wrong value",
      `${hours}  - Name: I\n    TimeZone: UTC\n    Config: [{ Day: MONDAY, StartTime: { Hours: x } }]`,
      "5:49 wrongValue `Config[0].StartTime.Hours` must be a number",
    ],
    [
      "a value of no enumeration",
      `${hours}Queues: [{ Name: a, HoursOfOperationId: H, Status: OPEN }]`,
      "3:52 wrongValue `Status`: must be one of DISABLED, ENABLED",
    ],
    [
      "a reference to nothing",
      `${hours}Queues:\n  - Name: a\n    HoursOfOperationId: G`,
      "5:25 unknownReference there is no hours of operation `G`; write it into the seed, or refer to another",
    ],
    [
      "a mistyped reference in a list",
      `${users}  - { Username: a, RoutingProfileId: r, SecurityProfileIds: [A, Agnet] }\nRoutingProfiles: []`,
      "3:65 unknownReference there is no security profile `Agnet`",
    ],
    [
      "a name twice",
      `${hours}  - { Name: H, TimeZone: UTC, Config: [] }`,
      "3:5 duplicateName another hours of operation",
    ],
    [
      "an identifier twice",
      "Prompts:\n  - { PromptId: p, Name: a, S3Uri: s }\n  - { PromptId: p, Name: b, S3Uri: s }",
      "3:5 duplicateId another prompt has the identifier `p`",
    ],
    [
      "an identifier that no path can have",
      "Prompts: [{ PromptId: a/b, Name: a, S3Uri: s }]",
      "1:11 wrongValue the identifier `a/b` must have only letters",
    ],
    [
      "what create refuses",
      'ContactFlows: [{ Name: a, Type: CONTACT_FLOW, Content: "no JSON" }]',
      "1:16 refused the content must be a JSON object",
    ],
    [
      "a bad number",
      'PhoneNumbers: [{ PhoneNumber: "123" }]',
      "1:31 refused `PhoneNumber`: must be a phone number in E.164",
    ],
    [
      "more than the quota",
      `SecurityKeys: [{ Key: a }, { Key: b }, { Key: c }]`,
      "1:40 refused an instance has at most 2 resources of the kind security key",
    ],
    [
      "a contact without its channel",
      "Contacts: [{ InitiationMethod: API }]",
      "1:12 refused `Channel`: is missing",
    ],
    [
      "a time of no form",
      "Contacts: [{ Channel: CHAT, InitiationMethod: API, InitiationTimestamp: noon }]",
      "1:73 wrongValue `InitiationTimestamp` must be a time: seconds since the epoch, or RFC 3339 text, or like `yesterday 09:30:00`",
    ],
    [
      "a life in another order",
      "Contacts: [{ Channel: CHAT, InitiationMethod: API, InitiationTimestamp: now-5s, DisconnectTimestamp: now-6s }]",
      "1:102 refused `DisconnectTimestamp`: must not be before `InitiationTimestamp`",
    ],
    [
      "a time to come",
      "Contacts: [{ Channel: CHAT, InitiationMethod: API, InitiationTimestamp: 2999-01-01T00:00:00Z }]",
      "1:73 refused `InitiationTimestamp`: must not be in the future",
    ],
    [
      "a contact of an agent who is not there",
      "Contacts: [{ Channel: CHAT, InitiationMethod: API, AgentInfo: { Id: jo } }]",
      "1:69 unknownReference there is no user `jo`",
    ],
    [
      "a call of nothing",
      "Calls: [{ PutUserStaus: {} }]",
      "1:11 unknownMember the local Connect does not serve `PutUserStaus`; did you mean `PutUserStatus`",
    ],
    [
      "two calls in one",
      "Calls: [{ StopContact: {}, TagContact: {} }]",
      "1:9 wrongValue a call must be one operation",
    ],
    [
      "a call that is refused",
      "Calls: [{ StopContact: { ContactId: c } }]",
      "1:24 refused contact `c` is not active or does not exist",
    ],
  ])("%s has its place", async (_what, yaml, expected) => {
    expect((await issuesOf(write("seed.yaml", yaml))).join("\n")).toContain(expected);
  });

  it("says all that is wrong, up to a hundred", async () => {
    const wrong = `Queues:\n${"  - { Colour: red, Name: a, HoursOfOperationId: H }\n".repeat(1000)}`;
    expect(await issuesOf(write("seed.yaml", wrong))).toHaveLength(100);
  });

  it.each([
    ["binary", "seed.yaml", Buffer.from([0xff, 0xfe, 0, 1]), "notUtf8"],
    ["empty", "seed.yaml", "", "emptyFile"],
    ["a bomb of aliases", "seed.yaml", "a: &a [x]\nb: [*a, *a]", "anchor"],
    ["deep YAML", "seed.yaml", `Queues: ${"[".repeat(50_000)}`, "nested too deeply"],
    ["deep JSON", "seed.json", `{"Queues": ${"[".repeat(50_000)}`, "tooDeep"],
    ["too large", "seed.yaml", Buffer.alloc(10 * 1024 * 1024 + 1, 32), "fileTooLarge"],
  ])("%s", async (_what, name, content, expected) => {
    expect((await issuesOf(write(name, content))).join("\n")).toContain(expected);
  });

  it.each(["local-connect", "start"])("ends `%s` with status 2, and nothing is kept", async (command) => {
    const [seed, state] = [write("seed.yaml", "Queue: []"), `${write("x", "")}.jsonl`];
    const { status, stderr } = await run([command, "--port", "0", "--seed", seed, "--state", state]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/seed\.yaml:1:1 (error )?unknownGroup a seed/),
    ]);
    expect(existsSync(state)).toBe(false);
    const dash = await run([command, "--port", "0", "--seed", "-"], "Queue: []");
    expect([dash.status, dash.stderr]).toEqual([
      2,
      expect.stringMatching(/^standard input:1:1 (error )?unknownGroup a seed/),
    ]);
    expect(readFileSync(seed, "utf8")).toBe("Queue: []");
  });
});
