/** Settings and associations by hand: what is written is read, and every answer fits its schema. */
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { east, instances, west } from "./connect-fixture.ts";
import type { Input } from "./walk/inputs.ts";
import { useWireClient } from "./walk/wire-client.ts";

const InstanceId = east;
const instanceArn = instances[0]?.arn ?? "";
const userArn = `${instanceArn}/agent/${seedIds.user}`;

const send = useWireClient();

describe("settings of the local Connect", () => {
  it("name the levels of the hierarchy", async () => {
    const rename = (HierarchyStructure: Input) =>
      send("UpdateUserHierarchyStructure", { InstanceId, HierarchyStructure });
    const below = { InstanceId, Name: "Below", ParentGroupId: seedIds.hierarchyGroup };
    await expect(send("CreateUserHierarchyGroup", below)).rejects.toThrow("has 1 levels");
    await expect(rename({ LevelTwo: { Name: "Team" } })).rejects.toThrow("LevelOne");
    const HierarchyStructure = { LevelOne: { Name: "Site" }, LevelTwo: { Name: "Team" } };
    await rename(HierarchyStructure);
    expect(await send("DescribeUserHierarchyStructure", { InstanceId })).toMatchObject({
      HierarchyStructure,
    });
    const { HierarchyGroupId } = await send("CreateUserHierarchyGroup", below);
    await expect(rename({ LevelOne: { Name: "Site" } })).rejects.toMatchObject({
      name: "ResourceInUseException",
    });
    const { HierarchyGroup } = await send("DescribeUserHierarchyGroup", { InstanceId, HierarchyGroupId });
    expect(HierarchyGroup).toMatchObject({
      LevelId: "2",
      HierarchyPath: { LevelOne: { Name: "Everyone" }, LevelTwo: { Name: "Below" } },
    });
    await send("UpdateUserHierarchy", { InstanceId, UserId: seedIds.user, HierarchyGroupId });
    const among = async (HierarchyGroupMatchType: string) => {
      const HierarchyGroupCondition = { Value: seedIds.hierarchyGroup, HierarchyGroupMatchType };
      const found = await send("SearchUsers", { InstanceId, SearchCriteria: { HierarchyGroupCondition } });
      return found["ApproximateTotalCount"];
    };
    expect([await among("EXACT"), await among("WITH_CHILD_GROUPS")]).toEqual([0, 1]);
  });

  it("take an agent status out of the order", async () => {
    const { AgentStatusId } = await send("CreateAgentStatus", {
      InstanceId,
      Name: "Lunch",
      State: "ENABLED",
      DisplayOrder: 3,
    });
    await send("UpdateAgentStatus", {
      InstanceId,
      AgentStatusId,
      Description: "noon",
      ResetOrderNumber: true,
    });
    const { AgentStatus } = await send("DescribeAgentStatus", { InstanceId, AgentStatusId });
    expect(AgentStatus).toMatchObject({ Description: "noon", Type: "CUSTOM" });
    expect(AgentStatus).not.toHaveProperty("DisplayOrder");
  });

  it.each([
    ["USER", userArn, [seedIds.agentProfile]],
    ["AI_AGENT", "arn:aws:wisdom:us-east-1:123456789012:ai-agent/a/b", []],
  ])("give security profiles to an entity of the type %s", async (EntityType, EntityArn, before) => {
    const entity = { InstanceId, EntityType, EntityArn };
    const SecurityProfiles = [{ Id: seedIds.analystProfile }];
    await send("AssociateSecurityProfiles", { ...entity, SecurityProfiles });
    const had = before.map((Id) => ({ Id }));
    expect((await send("ListEntitySecurityProfiles", entity))["SecurityProfiles"]).toEqual([
      ...had,
      ...SecurityProfiles,
    ]);
    await send("DisassociateSecurityProfiles", { ...entity, SecurityProfiles });
    expect((await send("ListEntitySecurityProfiles", entity))["SecurityProfiles"]).toEqual(had);
    const missing = send("AssociateSecurityProfiles", { ...entity, SecurityProfiles: [{ Id: "missing" }] });
    await expect(missing).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("give workspaces to people, and pictures to workspaces", async () => {
    const { WorkspaceId } = await send("CreateWorkspace", { InstanceId, Name: "Desk" });
    const at = { InstanceId, WorkspaceId };
    await send("AssociateWorkspace", { ...at, ResourceArns: [userArn] });
    const found = await send("SearchWorkspaceAssociations", { InstanceId });
    const association = {
      WorkspaceId,
      ResourceId: seedIds.user,
      ResourceType: "USER",
      ResourceName: "jane.doe",
    };
    expect(found["WorkspaceAssociations"]).toMatchObject([association]);
    await send("DisassociateWorkspace", { ...at, ResourceArns: [userArn] });
    expect((await send("SearchWorkspaceAssociations", { InstanceId }))["ApproximateTotalCount"]).toBe(0);
    const MediaType = "IMAGE_LOGO_DARK_FAVICON";
    await send("ImportWorkspaceMedia", { ...at, MediaType, MediaSource: "a" });
    await send("ImportWorkspaceMedia", { ...at, MediaType, MediaSource: "b" });
    expect((await send("ListWorkspaceMedia", at))["Media"]).toEqual([{ Type: MediaType, Source: "b" }]);
    await send("DeleteWorkspaceMedia", { ...at, MediaType });
    expect((await send("ListWorkspaceMedia", at))["Media"]).toEqual([]);
  });

  it("share traffic", async () => {
    const { Id } = await send("CreateTrafficDistributionGroup", { InstanceId, Name: "Both" });
    const Distributions = [{ Region: "us-east-1", Percentage: 100 }];
    await send("UpdateTrafficDistribution", { Id, TelephonyConfig: { Distributions } });
    for (const [Region, Percentage] of [
      ["us-west-2", 100],
      ["us-east-1", 70],
    ] as const) {
      const TelephonyConfig = { Distributions: [{ Region, Percentage }] };
      await expect(send("UpdateTrafficDistribution", { Id, TelephonyConfig })).rejects.toMatchObject({
        name: "InvalidRequestException",
      });
    }
    expect(await send("GetTrafficDistribution", { Id })).toMatchObject({
      Id,
      TelephonyConfig: { Distributions },
      AgentConfig: { Distributions: [{ Region: "us-east-1", Percentage: 100 }] },
    });
  });
});

describe("files of the local Connect", () => {
  it("are announced, completed, and read one by one and together", async () => {
    const at = { InstanceId, AssociatedResourceArn: `${instanceArn}/contact/${seedIds.contact}` };
    const upload = { ...at, FileName: "a.pdf", FileSizeInBytes: 9, FileUseCaseType: "ATTACHMENT" };
    const { FileId, FileStatus } = await send("StartAttachedFileUpload", upload);
    expect(FileStatus).toBe("PROCESSING");
    await send("CompleteAttachedFileUpload", { ...at, FileId });
    const file = { FileId, FileName: "a.pdf", FileSizeInBytes: 9, FileStatus: "APPROVED" };
    const url = { UrlExpiry: expect.any(String), Url: expect.stringContaining(String(FileId)) };
    const read = await send("GetAttachedFile", { ...at, FileId, UrlExpiryInSeconds: 60 });
    expect(read).toMatchObject({ ...file, DownloadUrlMetadata: url });
    const batch = await send("BatchGetAttachedFileMetadata", { ...at, FileIds: [FileId, "missing"] });
    expect(batch).toMatchObject({ Files: [file], Errors: [{ FileId: "missing" }] });
  });

  it("of prompts have an address", async () => {
    const { PromptId } = await send("CreatePrompt", { InstanceId, Name: "Hello", S3Uri: "s3://b/hello.wav" });
    const { PromptPresignedUrl } = await send("GetPromptFile", { InstanceId, PromptId });
    expect(PromptPresignedUrl).toContain(String(PromptId));
  });
});

describe("associations of the local Connect", () => {
  it("are made and taken away many at once, each with its own outcome", async () => {
    const first = await send("BatchAssociateAnalyticsDataSet", {
      InstanceId,
      DataSetIds: ["contact_record"],
    });
    expect(first).toMatchObject({ Created: [{ DataSetId: "contact_record" }], Errors: [] });
    const again = await send("BatchAssociateAnalyticsDataSet", {
      InstanceId,
      DataSetIds: ["contact_record", "b"],
    });
    expect(again).toMatchObject({
      Created: [{ DataSetId: "b" }],
      Errors: [{ ErrorMessage: expect.any(String) }],
    });
    const gone = await send("BatchDisassociateAnalyticsDataSet", {
      InstanceId,
      DataSetIds: ["b", "missing"],
    });
    expect(gone).toMatchObject({ Deleted: ["b"], Errors: [{ ErrorCode: "ResourceNotFoundException" }] });
  });

  it("of flows are read for many resources", async () => {
    const flow = {
      ResourceType: "INBOUND_EMAIL",
      FlowId: `${instanceArn}/contact-flow/${seedIds.contactFlow}`,
    };
    const ResourceId = "arn:aws:ses:us-east-1:123456789012:identity/example.com";
    await send("AssociateFlow", { InstanceId, ResourceId, ...flow });
    const found = await send("BatchGetFlowAssociation", { InstanceId, ResourceIds: [ResourceId, "other"] });
    expect(found["FlowAssociationSummaryList"]).toMatchObject([{ ResourceId, FlowId: flow.FlowId }]);
  });

  it("of vocabularies are one for each language", async () => {
    const vocabulary = { InstanceId, VocabularyName: "Words", LanguageCode: "en-US", Content: "word" };
    const { VocabularyId } = await send("CreateVocabulary", vocabulary);
    const at = { InstanceId, LanguageCode: "en-US" };
    await send("AssociateDefaultVocabulary", { ...at, VocabularyId });
    const listed = async () =>
      (await send("ListDefaultVocabularies", { InstanceId }))["DefaultVocabularyList"];
    expect(await listed()).toMatchObject([{ LanguageCode: "en-US", VocabularyId, VocabularyName: "Words" }]);
    await send("AssociateDefaultVocabulary", at);
    expect(await listed()).toEqual([]);
  });

  it("of hours are found from the parent", async () => {
    const hours = { InstanceId, Name: "Child", TimeZone: "UTC", Config: [] };
    const ParentHoursOfOperationConfigs = [{ HoursOfOperationId: seedIds.hoursOfOperation }];
    const { HoursOfOperationId: Id } = await send("CreateHoursOfOperation", {
      ...hours,
      ParentHoursOfOperationConfigs,
    });
    const parent = { InstanceId, HoursOfOperationId: seedIds.hoursOfOperation };
    const children = await send("ListChildHoursOfOperations", parent);
    expect(children["ChildHoursOfOperationsSummaryList"]).toMatchObject([{ Id, Name: "Child" }]);
  });
});

describe("notifications of the local Connect", () => {
  it("are unread until the user reads them, and nobody else's", async () => {
    const content = { InstanceId, Content: { en_US: "Hello" } };
    const { NotificationId } = await send("CreateNotification", { ...content, Recipients: [userArn] });
    const at = { InstanceId, UserId: seedIds.user };
    await send("UpdateUserNotificationStatus", { ...at, NotificationId, Status: "READ" });
    const read = { NotificationId, NotificationStatus: "READ", Content: content.Content };
    expect((await send("ListUserNotifications", at))["UserNotifications"]).toMatchObject([read]);
  });
});

describe("tags of the local Connect", () => {
  it("are found by key and value, each pair once", async () => {
    const tagged = { InstanceId, TimeZone: "UTC", Config: [], Tags: { team: "a", site: "x" } };
    await send("CreateHoursOfOperation", { ...tagged, Name: "One" });
    await send("CreateHoursOfOperation", { ...tagged, Name: "Two" });
    const ResourceTypes = ["HOURS_OF_OPERATION"];
    const all = await send("SearchResourceTags", { InstanceId, ResourceTypes });
    expect(all["Tags"]).toEqual([
      { key: "site", value: "x" },
      { key: "team", value: "a" },
    ]);
    const TagSearchCondition = { tagKey: "SI", tagKeyComparisonType: "STARTS_WITH" };
    const some = await send("SearchResourceTags", {
      InstanceId,
      ResourceTypes,
      SearchCriteria: { TagSearchCondition },
    });
    expect(some["Tags"]).toEqual([{ key: "site", value: "x" }]);
  });
});

describe("phone numbers of the local Connect", () => {
  const kind = { PhoneNumberCountryCode: "US", PhoneNumberType: "DID" };

  it("are found, claimed once, given a flow and a queue, moved and released", async () => {
    const search = async () => {
      const found = await send("SearchAvailablePhoneNumbers", { InstanceId, ...kind, MaxResults: 2 });
      return (found["AvailableNumbersList"] as Input[]).map(({ PhoneNumber }) => PhoneNumber);
    };
    const [PhoneNumber, second] = await search();
    const { PhoneNumberId } = await send("ClaimPhoneNumber", { TargetArn: instanceArn, PhoneNumber });
    expect((await search())[0]).toBe(second);
    await expect(send("ClaimPhoneNumber", { InstanceId, PhoneNumber })).rejects.toThrow("claimed already");
    await expect(send("ClaimPhoneNumber", { InstanceId, PhoneNumber: "911" })).rejects.toThrow("E.164");
    await expect(send("ClaimPhoneNumber", { PhoneNumber: second })).rejects.toThrow("exactly one");
    const at = { PhoneNumberId, InstanceId };
    await send("AssociatePhoneNumberContactFlow", { ...at, ContactFlowId: seedIds.contactFlow });
    await send("DisassociatePhoneNumberContactFlow", at);
    const caller = (OutboundCallerIdNumberId: unknown) =>
      send("UpdateQueueOutboundCallerConfig", {
        InstanceId,
        QueueId: seedIds.queue,
        OutboundCallerConfig: { OutboundCallerIdNumberId },
      });
    await expect(caller("missing")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await caller(PhoneNumberId);
    await expect(send("ReleasePhoneNumber", { PhoneNumberId })).rejects.toMatchObject({
      name: "ResourceInUseException",
    });
    const { Arn: TargetArn } = await send("CreateTrafficDistributionGroup", { InstanceId, Name: "Both" });
    await send("UpdatePhoneNumber", { PhoneNumberId, TargetArn });
    await send("UpdatePhoneNumber", { PhoneNumberId, InstanceId: west });
    const described = await send("DescribePhoneNumber", { PhoneNumberId });
    expect(described["ClaimedPhoneNumberSummary"]).toMatchObject({
      PhoneNumber,
      ...kind,
      InstanceId: west,
      PhoneNumberStatus: { Status: "CLAIMED" },
    });
    const listed = await send("ListPhoneNumbersV2", {
      PhoneNumberPrefix: "+1202",
      PhoneNumberTypes: ["DID"],
    });
    expect(listed["ListPhoneNumbersSummaryList"]).toMatchObject([{ PhoneNumberId, InstanceId: west }]);
    await send("ReleasePhoneNumber", { PhoneNumberId });
    const imported = {
      InstanceId,
      SourcePhoneNumberArn: "arn:aws:sms-voice:us-east-1:123456789012:phone-number/p",
    };
    expect(await send("ImportPhoneNumber", imported)).toMatchObject({ PhoneNumberId: expect.any(String) });
  });
});
