/** What the rules refuse and keep for every family alike: versions, parents, quotas, references. */
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { startLocalConnect } from "../../../tools/local/connect/server.ts";
import { east, instances, smallSeed, west } from "./connect-fixture.ts";
import type { Input } from "./walk/inputs.ts";
import { useWireClient, wireClientOf } from "./walk/wire-client.ts";

const InstanceId = east;

const send = useWireClient();

const refusal = (name: string) => expect.objectContaining({ name });

describe("versions and aliases", () => {
  it("keep what was there, have numbers that are not used again, and go with their module", async () => {
    const module = { InstanceId, Name: "Module", Content: '{"a":1}' };
    const { Id: ContactFlowModuleId } = await send("CreateContactFlowModule", module);
    const at = { InstanceId, ContactFlowModuleId };
    const version = async () => (await send("CreateContactFlowModuleVersion", at))["Version"];
    expect([await version(), await version()]).toEqual([1, 2]);
    await send("UpdateContactFlowModuleContent", { ...at, Content: '{"a":2}' });
    expect(await version()).toBe(3);
    await send("DeleteContactFlowModuleVersion", { ...at, ContactFlowModuleVersion: 2 });
    await send("DeleteContactFlowModuleVersion", { ...at, ContactFlowModuleVersion: await version() });
    expect(await version()).toBe(5);
    expect(
      (await send("ListContactFlowModuleVersions", at))["ContactFlowModuleVersionSummaryList"],
    ).toMatchObject([{ Version: 1 }, { Version: 3 }, { Version: 5 }]);
    const contentOf = async (id: unknown) => {
      const described = await send("DescribeContactFlowModule", { InstanceId, ContactFlowModuleId: id });
      return (described["ContactFlowModule"] as Input)["Content"];
    };
    const contents = [await contentOf(ContactFlowModuleId), await contentOf(`${ContactFlowModuleId}:1`)];
    expect([...contents, await contentOf(`${ContactFlowModuleId}:3`)]).toEqual([
      '{"a":2}',
      '{"a":1}',
      '{"a":2}',
    ]);
    await expect(contentOf(`${ContactFlowModuleId}:9`)).rejects.toThrow(refusal("ResourceNotFoundException"));
    const alias = { ...at, AliasName: "live", ContactFlowModuleVersion: 1 };
    const { Id: AliasId } = await send("CreateContactFlowModuleAlias", alias);
    await expect(send("CreateContactFlowModuleAlias", alias)).rejects.toThrow(
      refusal("DuplicateResourceException"),
    );
    await send("UpdateContactFlowModuleAlias", { ...at, AliasId, Name: "next", ContactFlowModuleVersion: 3 });
    const described = await send("DescribeContactFlowModuleAlias", { ...at, AliasId });
    expect(described["ContactFlowModuleAlias"]).toMatchObject({ Name: "next", Version: 3, AliasId });
    await send("DeleteContactFlowModule", at);
    await expect(send("ListContactFlowModuleVersions", at)).rejects.toThrow(
      refusal("ResourceNotFoundException"),
    );
    await expect(send("DescribeContactFlowModuleAlias", { ...at, AliasId })).rejects.toThrow(
      refusal("ResourceNotFoundException"),
    );
  });
});

describe("the rules of every family", () => {
  it("find a resource by its ARN too, and only in its own instance", async () => {
    const { PromptId, PromptARN } = await send("CreatePrompt", {
      InstanceId,
      Name: "Hello",
      S3Uri: "s3://b/k",
    });
    expect(await send("DescribePrompt", { InstanceId, PromptId: PromptARN })).toMatchObject({
      Prompt: { PromptId },
    });
    await expect(send("DescribePrompt", { InstanceId: west, PromptId })).rejects.toThrow(
      refusal("ResourceNotFoundException"),
    );
  });

  it("find a resource only as the other members of the call say", async () => {
    const StorageConfig = { StorageType: "S3", S3Config: { BucketName: "b", BucketPrefix: "p" } };
    const storage = { InstanceId, ResourceType: "CALL_RECORDINGS", StorageConfig };
    const { AssociationId } = await send("AssociateInstanceStorageConfig", storage);
    const at = { InstanceId, AssociationId };
    const wrong = { ...at, ResourceType: "CHAT_TRANSCRIPTS" };
    for (const operation of ["DescribeInstanceStorageConfig", "DisassociateInstanceStorageConfig"])
      await expect(send(operation, wrong)).rejects.toThrow(refusal("ResourceNotFoundException"));
    await send("DisassociateInstanceStorageConfig", { ...at, ResourceType: "CALL_RECORDINGS" });
  });

  it("let nothing belong to what is not there", async () => {
    const override = {
      InstanceId,
      Name: "x",
      Config: [],
      EffectiveFrom: "2026-12-24",
      EffectiveTill: "2026-12-24",
    };
    const missing = send("CreateHoursOfOperationOverride", { ...override, HoursOfOperationId: "missing" });
    await expect(missing).rejects.toThrow(refusal("ResourceNotFoundException"));
  });

  it("refuse more than the documented quota, and make room when something is deleted", async () => {
    const made: unknown[] = [];
    const create = async () => {
      const input = { InstanceId, Name: `status ${made.length}`, State: "ENABLED" };
      made.push((await send("CreateAgentStatus", input))["AgentStatusId"]);
    };
    const { AgentStatusSummaryList: there } = await send("ListAgentStatuses", { InstanceId });
    for (let n = (there as unknown[]).length; n < 50; n++) await create();
    await expect(create()).rejects.toThrow(refusal("LimitExceededException"));
    const key = (Key: string) => send("AssociateSecurityKey", { InstanceId, Key });
    const { AssociationId } = await key("a");
    await key("b");
    await expect(key("c")).rejects.toThrow(refusal("ServiceQuotaExceededException"));
    await send("DisassociateSecurityKey", { InstanceId, AssociationId });
    await key("c");
  });

  it("refuse a name that is taken, in an update too, and give a free one", async () => {
    const hours = (Name: string) =>
      send("CreateHoursOfOperation", { InstanceId, Name, TimeZone: "UTC", Config: [] });
    const { HoursOfOperationId } = await hours("Day");
    await expect(hours("Day")).rejects.toThrow(refusal("DuplicateResourceException"));
    const rename = (Name: string) => send("UpdateHoursOfOperation", { InstanceId, HoursOfOperationId, Name });
    await expect(rename("Basic Hours")).rejects.toThrow(refusal("DuplicateResourceException"));
    await rename("Day");
    await rename("Night");
    await hours("Day");
  });

  it("take clock and ids from a test that has its own", async () => {
    let count = 0;
    const source = { now: () => new Date("2026-01-02T03:04:05Z"), newId: () => `id-${++count}` };
    const connect = await startLocalConnect({ instances, seed: smallSeed, source });
    const client = wireClientOf(connect);
    const created = await client.send("CreateView", {
      InstanceId,
      Name: "View",
      Status: "SAVED",
      Content: { Template: "{}", Actions: [] },
    });
    const at = new Date("2026-01-02T03:04:05Z");
    expect(created).toMatchObject({ View: { Id: "id-1", CreatedTime: at, LastModifiedTime: at } });
    client.close();
    await connect.close();
  });

  it("do once what is asked twice with one token", async () => {
    const template = { InstanceId, Name: "Template", Fields: [], ClientToken: "token" };
    const [first, again] = [
      await send("CreateTaskTemplate", template),
      await send("CreateTaskTemplate", template),
    ];
    expect(again).toEqual(first);
    expect((await send("ListTaskTemplates", { InstanceId }))["TaskTemplates"]).toHaveLength(1);
  });

  it("refuse values that an enumeration does not have, wherever they stand", async () => {
    const QuickConnectConfig = { QuickConnectType: "CARRIER_PIGEON" };
    const wrong = send("CreateQuickConnect", { InstanceId, Name: "x", QuickConnectConfig });
    await expect(wrong).rejects.toThrow(/QuickConnectConfig\.QuickConnectType.*must be one of/);
  });

  it("keep what others use", async () => {
    const PhoneConfig = { PhoneNumber: "+15555550100" };
    const QuickConnectConfig = { QuickConnectType: "PHONE_NUMBER", PhoneConfig };
    const { QuickConnectId } = await send("CreateQuickConnect", {
      InstanceId,
      Name: "Taxi",
      QuickConnectConfig,
    });
    const queue = { InstanceId, QueueId: seedIds.queue };
    await send("AssociateQueueQuickConnects", { ...queue, QuickConnectIds: [QuickConnectId] });
    expect((await send("ListQueueQuickConnects", queue))["QuickConnectSummaryList"]).toMatchObject([
      { Id: QuickConnectId, Name: "Taxi", QuickConnectType: "PHONE_NUMBER" },
    ]);
    const profile = { InstanceId, RoutingProfileId: seedIds.routingProfile };
    expect(
      (await send("ListRoutingProfileQueues", profile))["RoutingProfileQueueConfigSummaryList"],
    ).toMatchObject([{ QueueId: seedIds.queue, QueueName: "BasicQueue", Channel: "VOICE", Priority: 1 }]);
    await expect(send("DeleteQueue", queue)).rejects.toThrow(refusal("ResourceInUseException"));
  });
});
