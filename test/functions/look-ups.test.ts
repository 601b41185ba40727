/**
 * What only Connect knows is asked of Connect when a decision hangs on it, once, and a failure denies.
 */
import {
  DeleteUserCommand,
  DescribeContactCommand,
  DescribeContactFlowCommand,
  DescribeInstanceCommand,
  DescribeUserCommand,
  DescribeUserHierarchyGroupCommand,
  ListTagsForResourceCommand,
  StopContactCommand,
  StopContactRecordingCommand,
  ThrottlingException,
  TransferContactCommand,
  UpdateContactFlowNameCommand,
} from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { allowAll, given, instanceArn, instanceId, type Statement } from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();

const $metadata = {};
const blue = { StringEquals: { "aws:ResourceTag/Team": "blue" } };

const user = (id: string) => `/users/${instanceId}/${id}`;
const lookedUp = () =>
  connect.commandCalls(ListTagsForResourceCommand).map(({ args }) => args[0].input.resourceArn);

describe("a resource's tags", () => {
  it("are not looked up when no policy asks for them", async () => {
    connect.on(DescribeUserCommand).resolves({ $metadata });
    expect(await given([allowAll]).call("GET", user("u-1"))).toMatchObject({ status: 200 });
    expect(connect.calls()).toHaveLength(1);
  });

  it("are not looked up when the decision stands without them", async () => {
    connect.on(DescribeUserCommand).resolves({ $metadata });
    const statements: Statement[] = [
      allowAll,
      { Effect: "Allow", Action: "connect:*", Resource: "*", Condition: blue },
    ];
    expect(await given(statements).call("GET", user("u-1"))).toMatchObject({ status: 200 });
    const denied: Statement[] = [
      { ...allowAll, Condition: blue },
      { ...allowAll, Effect: "Deny" },
    ];
    expect(await given(denied).call("GET", user("u-1"))).toMatchObject({ status: 403 });
    expect(lookedUp()).toEqual([]);
  });

  it.each([
    ["blue", { Team: "blue" }, 200],
    ["blue, under a key in other case", { TEAM: "blue" }, 200],
    ["red", { Team: "red" }, 403],
    ["none", {}, 403],
    ["both, under keys that differ in case only", { Team: "blue", team: "red" }, 403],
  ])("are looked up once when a policy asks for them, and decide: %s", async (_, tags, status) => {
    connect.on(ListTagsForResourceCommand).resolves({ $metadata, tags });
    connect.on(DeleteUserCommand).resolves({ $metadata });
    expect(await given([{ ...allowAll, Condition: blue }]).call("DELETE", user("u-1"))).toMatchObject({
      status,
    });
    expect(lookedUp()).toEqual([`${instanceArn}/agent/u-1`]);
    expect(connect.commandCalls(DeleteUserCommand)).toHaveLength(status === 200 ? 1 : 0);
  });

  it("are used again for a few seconds, and only for the same resource", async () => {
    connect.on(ListTagsForResourceCommand).resolves({ $metadata, tags: { Team: "blue" } });
    connect.on(DescribeUserCommand).resolves({ $metadata });
    const functions = given([{ ...allowAll, Condition: blue }]);
    for (const id of ["u-1", "u-1", "u-2", "u-1"]) await functions.call("GET", user(id));
    expect(lookedUp()).toEqual([`${instanceArn}/agent/u-1`, `${instanceArn}/agent/u-2`]);
  });

  it("are looked up once for calls at the same time", async () => {
    connect.on(ListTagsForResourceCommand).callsFake(async () => {
      await new Promise(setImmediate);
      return { $metadata, tags: { Team: "blue" } };
    });
    connect.on(DescribeUserCommand).resolves({ $metadata });
    const functions = given([{ ...allowAll, Condition: blue }]);
    const answers = await Promise.all(
      ["u-1", "u-1", "u-2", "u-1"].map((id) => functions.call("GET", user(id))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(lookedUp()).toEqual([`${instanceArn}/agent/u-1`, `${instanceArn}/agent/u-2`]);
  });

  it("are looked up once in a call, however many policies and questions ask for them", async () => {
    connect.on(ListTagsForResourceCommand).resolves({ $metadata, tags: { Team: "blue" } });
    connect.on(DeleteUserCommand).resolves({ $metadata });
    const red = { StringEquals: { "aws:ResourceTag/Team": "red", "aws:ResourceTag/Site": "1" } };
    const statements: Statement[] = [
      { ...allowAll, Condition: blue },
      { ...allowAll, Condition: { StringLike: { "aws:ResourceTag/team": "b*" } } },
      { ...allowAll, Effect: "Deny", Condition: red },
    ];
    expect(await given(statements).call("DELETE", user("u-1"))).toMatchObject({ status: 200 });
    expect(lookedUp()).toEqual([`${instanceArn}/agent/u-1`]);
  });

  it.each([
    ["refuses", new Error("AccessDeniedException")],
    ["throttles", new ThrottlingException({ message: "slow down", $metadata: { httpStatusCode: 429 } })],
    ["times out", Object.assign(new Error("slow"), { name: "TimeoutError" })],
  ])("deny with a reason of its own when Connect %s, and are asked again next time", async (_, error) => {
    connect
      .on(ListTagsForResourceCommand)
      .rejectsOnce(error)
      .resolves({ $metadata, tags: { Team: "blue" } });
    connect.on(DescribeUserCommand).resolves({ $metadata });
    const functions = given([{ ...allowAll, Condition: blue }]);
    const refused = await functions.call("GET", user("u-1"));
    expect(refused.status).toBe(403);
    expect(refused.body.message).toMatch(
      /because a policy needs a property of the resource that could not be looked up: aws:ResourceTag\/Team$/,
    );
    expect(functions.records.at(-1)).toMatchObject({
      outcome: "deny",
      decision: "unknown",
      reason: expect.stringContaining("`ListTagsForResource`"),
    });
    expect(connect.commandCalls(DescribeUserCommand)).toHaveLength(0);
    expect(await functions.call("GET", user("u-1"))).toMatchObject({ status: 200 });
  });

  it.each([
    ["red", 200],
    ["blue", 403],
  ])("decide a Deny on a resource that the call only refers to: %s", async (Team, status) => {
    connect.on(ListTagsForResourceCommand).resolves({ $metadata, tags: { Team } });
    connect.on(TransferContactCommand).resolves({ $metadata });
    const Resource = [instanceArn, `${instanceArn}/contact/*`, `${instanceArn}/contact-flow/*`];
    const statements: Statement[] = [
      { Effect: "Allow", Action: "connect:TransferContact", Resource },
      {
        Effect: "Deny",
        Action: "connect:TransferContact",
        Resource: `${instanceArn}/queue/*`,
        Condition: blue,
      },
    ];
    const transfer = { InstanceId: instanceId, ContactId: "c-1", ContactFlowId: "f-1" };
    expect(await given(statements).call("POST", "/contact/transfer", { body: transfer })).toMatchObject({
      status: 200,
    });
    expect(lookedUp()).toEqual([]);
    expect(
      await given(statements).call("POST", "/contact/transfer", { body: { ...transfer, QueueId: "q-1" } }),
    ).toMatchObject({ status });
    expect(lookedUp()).toEqual([`${instanceArn}/queue/q-1`]);
  });

  it("of an instance come with its description", async () => {
    connect.on(DescribeInstanceCommand).resolves({ $metadata, Instance: { Tags: { team: "blue" } } });
    const Condition = blue;
    expect(await given([{ ...allowAll, Condition }]).call("GET", `/instance/${instanceId}`)).toMatchObject({
      status: 200,
    });
    expect(connect.commandCalls(DescribeInstanceCommand)).toHaveLength(2);
  });
});

describe("a contact's own facts", () => {
  const stop = { InstanceId: instanceId, ContactId: "c-1" };
  const described = { Channel: "VOICE", ContactAssociationId: "a-1", AgentInfo: { Id: "u-7" } } as const;

  it.each([
    ["its channel", { StringEquals: { "connect:Channel": "VOICE" } }, 200],
    ["another channel", { StringEquals: { "connect:Channel": "CHAT" } }, 403],
    ["its association", { StringEquals: { "connect:ContactAssociationId": "a-1" } }, 200],
    ["its agent", { ArnEquals: { "connect:UserArn": `${instanceArn}/agent/u-7` } }, 200],
    ["another agent", { ArnEquals: { "connect:UserArn": `${instanceArn}/agent/u-8` } }, 403],
  ])("are looked up once: %s", async (_, Condition, status) => {
    connect.on(DescribeContactCommand).resolves({ $metadata, Contact: described });
    connect.on(StopContactCommand).resolves({ $metadata });
    expect(
      await given([{ ...allowAll, Condition }]).call("POST", "/contact/stop", { body: stop }),
    ).toMatchObject({
      status,
    });
    expect(connect.commandCalls(DescribeContactCommand)).toHaveLength(1);
  });

  it.each([
    ["both are the caller's", "u-7", 200],
    ["the second is another's", "u-8", 403],
  ])("are each contact's own where a call names two: %s", async (_, agent, status) => {
    const contactOf = (id: string) => ({ $metadata, Contact: { AgentInfo: { Id: id } } });
    connect
      .on(DescribeContactCommand, { ContactId: "c-1" })
      .resolves(contactOf("u-7"))
      .on(DescribeContactCommand, { ContactId: "c-2" })
      .resolves(contactOf(agent));
    connect.on(StopContactRecordingCommand).resolves({ $metadata });
    const Condition = { ArnEquals: { "connect:UserArn": `${instanceArn}/agent/u-7` } };
    const both = { ...stop, InitialContactId: "c-2" };
    const path = "/contact/stop-recording";
    expect(await given([{ ...allowAll, Condition }]).call("POST", path, { body: both })).toMatchObject({
      status,
    });
    expect(connect.commandCalls(StopContactRecordingCommand)).toHaveLength(status === 200 ? 1 : 0);
  });

  it("are missing, not unknown, when the contact has none", async () => {
    connect.on(DescribeContactCommand).resolves({ $metadata, Contact: { Channel: "VOICE" } });
    const Condition = { Null: { "connect:UserArn": "true" } };
    connect.on(StopContactCommand).resolves({ $metadata });
    expect(
      await given([{ ...allowAll, Condition }]).call("POST", "/contact/stop", { body: stop }),
    ).toMatchObject({
      status: 200,
    });
  });
});

describe("a user's place in the hierarchy", () => {
  const path = { LevelOne: { Id: "g-1" }, LevelTwo: { Id: "g-2" } };
  const level = (number: number, id: string) => ({
    StringEquals: { [`connect:HierarchyGroupL${number}Id/hierarchyGroupId`]: id },
  });
  const group = { $metadata, HierarchyGroup: { HierarchyPath: path } };

  it.each<[string, NonNullable<Statement["Condition"]>, string | undefined, number]>([
    ["the group itself", level(2, "g-2"), "g-2", 200],
    ["the one above", level(1, "g-1"), "g-2", 200],
    ["another", level(1, "g-9"), "g-2", 403],
    ["a level further down", { Null: { "connect:HierarchyGroupL3Id": "true" } }, "g-2", 200],
    ["none, of a user without a group", level(1, "g-1"), undefined, 403],
    ["none, and that is asked", { Null: { "connect:HierarchyGroupL1Id": "true" } }, undefined, 200],
  ])("is looked up by the user and the group when a policy asks: %s", async (_, Condition, id, status) => {
    connect
      .on(DescribeUserCommand)
      .resolves({ $metadata, User: id === undefined ? {} : { HierarchyGroupId: id } });
    connect.on(DescribeUserHierarchyGroupCommand).resolves(group);
    connect.on(DeleteUserCommand).resolves({ $metadata });
    const functions = given([{ ...allowAll, Condition }]);
    expect(await functions.call("DELETE", user("u-1"))).toMatchObject({ status });
    expect(connect.commandCalls(DescribeUserCommand)).toHaveLength(1);
    const groups = connect.commandCalls(DescribeUserHierarchyGroupCommand).map(({ args }) => args[0].input);
    expect(groups).toEqual(id === undefined ? [] : [{ InstanceId: instanceId, HierarchyGroupId: id }]);
    expect(lookedUp()).toEqual([]);
  });

  it.each([
    ["no user", {}, group],
    ["no group", { User: { HierarchyGroupId: "g-2" } }, {}],
    ["no path", { User: { HierarchyGroupId: "g-2" } }, { HierarchyGroup: {} }],
    ["an empty path", { User: { HierarchyGroupId: "g-2" } }, { HierarchyGroup: { HierarchyPath: {} } }],
  ])("denies when Connect describes %s, in an Allow and in a Deny", async (_, told, of) => {
    connect.on(DescribeUserCommand).resolves({ $metadata, ...told });
    connect.on(DescribeUserHierarchyGroupCommand).resolves({ $metadata, ...of });
    connect.on(DeleteUserCommand).resolves({ $metadata });
    const Condition = level(1, "g-9");
    for (const statements of [
      [{ ...allowAll, Condition: { StringNotEquals: level(1, "g-9").StringEquals } }],
      [allowAll, { ...allowAll, Effect: "Deny", Condition }],
    ] satisfies Statement[][])
      expect(await given(statements).call("DELETE", user("u-1"))).toMatchObject({ status: 403 });
    expect(connect.commandCalls(DeleteUserCommand)).toHaveLength(0);
  });
});

describe("a flow's type", () => {
  it.each([
    ["CONTACT_FLOW", 200],
    ["AGENT_HOLD", 403],
  ] as const)("is looked up for an existing flow: %s", async (Type, status) => {
    connect.on(DescribeContactFlowCommand).resolves({ $metadata, ContactFlow: { Type } });
    connect.on(UpdateContactFlowNameCommand).resolves({ $metadata });
    const Condition = { "ForAnyValue:StringEquals": { "connect:FlowType": "CONTACT_FLOW" } };
    const path = `/contact-flows/${instanceId}/f-1/name`;
    expect(
      await given([{ ...allowAll, Condition }]).call("POST", path, { body: { Name: "n" } }),
    ).toMatchObject({
      status,
    });
    expect(connect.commandCalls(DescribeContactFlowCommand)).toHaveLength(1);
  });
});
