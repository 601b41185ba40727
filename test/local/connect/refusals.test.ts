/** What the API Reference says that resources must be, and when they cannot be made, changed or deleted: a table. */
import { describe, expect, it } from "vitest";
import { findOperationServer } from "../../../tools/local/connect/operations.ts";
import { createWorld, seedIds } from "../../../tools/local/connect/seed.ts";
import type { World } from "../../../tools/local/connect/world.ts";
import { east, instances, west } from "./connect-fixture.ts";
import type { Input } from "./walk/inputs.ts";
import { useWireClient } from "./walk/wire-client.ts";

const InstanceId = east;
const send = useWireClient();

/** Calls with what earlier ones answered: `$name` is the member that an earlier step kept under the name. */
type Step = readonly [operation: string, input: Input, keep?: Readonly<Record<string, string>>];

interface Case {
  readonly name: string;
  readonly given?: readonly Step[];
  readonly refused: readonly [operation: string, input: Input, fault: string];
  /** Makes the same call possible. */
  readonly after?: readonly Step[];
}

const profile = {
  Name: "Profile",
  Description: "d",
  DefaultOutboundQueueId: seedIds.queue,
  MediaConcurrencies: [{ Channel: "VOICE", Concurrency: 1 }],
};
const newProfile: Step = ["CreateRoutingProfile", profile, { profile: "RoutingProfileId" }];
const queueConfig = (Priority: number, Delay: number) => ({
  RoutingProfileId: "$profile",
  QueueConfigs: [{ QueueReference: { QueueId: seedIds.queue, Channel: "VOICE" }, Priority, Delay }],
});
const concurrencies = (...pairs: readonly (readonly [string, number])[]) => ({
  RoutingProfileId: "$profile",
  MediaConcurrencies: pairs.map(([Channel, Concurrency]) => ({ Channel, Concurrency })),
});
const storage = (StorageConfig: Input) => ({ ResourceType: "CALL_RECORDINGS", StorageConfig });
const s3 = storage({ StorageType: "S3", S3Config: { BucketName: "b", BucketPrefix: "p" } });
const language = { Name: "Language", Values: { StringList: ["en"] } };
const proficiency = (AttributeName: string, AttributeValue: string, Level = 3) => ({
  UserId: seedIds.user,
  UserProficiencies: [{ AttributeName, AttributeValue, Level }],
});
const event = {
  IntegrationType: "EVENT",
  IntegrationArn: "arn:aws:app-integrations:us-east-1:1:event-integration/x",
};
const useCase = { IntegrationAssociationId: "$association", UseCaseType: "RULES_EVALUATION" };
const withUseCase: readonly Step[] = [
  ["CreateIntegrationAssociation", event, { association: "IntegrationAssociationId" }],
  ["CreateUseCase", useCase, { useCase: "UseCaseId" }],
];
const email = (EmailAddress: string): Step => [
  "CreateEmailAddress",
  { EmailAddress },
  { [EmailAddress]: "EmailAddressId" },
];
const alias = (EmailAddressId: string, other: string) => ({
  EmailAddressId,
  AliasConfiguration: { EmailAddressId: other },
});
const vocabulary = { VocabularyName: "v", LanguageCode: "en-US", Content: "x" };
const module: Step = ["CreateContactFlowModule", { Name: "m", Content: "{}" }, { module: "Id" }];
const user = {
  Username: "someone",
  PhoneConfig: { PhoneType: "SOFT_PHONE" },
  SecurityProfileIds: [seedIds.agentProfile],
  RoutingProfileId: seedIds.routingProfile,
};
const free = "+12025550142";

const [parameter, request] = ["InvalidParameterException", "InvalidRequestException"];
const [missing, duplicate] = ["ResourceNotFoundException", "DuplicateResourceException"];
const [inUse, conflict] = ["ResourceInUseException", "ResourceConflictException"];

const cases: readonly Case[] = [
  {
    name: "a priority of 100",
    given: [newProfile],
    refused: ["AssociateRoutingProfileQueues", queueConfig(100, 0), parameter],
  },
  {
    name: "a delay of 10,000",
    given: [newProfile],
    refused: ["AssociateRoutingProfileQueues", queueConfig(1, 10_000), parameter],
  },
  {
    name: "two calls at once",
    given: [newProfile],
    refused: ["UpdateRoutingProfileConcurrency", concurrencies(["VOICE", 2]), parameter],
  },
  {
    name: "11 chats",
    given: [newProfile],
    refused: ["UpdateRoutingProfileConcurrency", concurrencies(["CHAT", 11]), parameter],
  },
  {
    name: "a channel twice",
    given: [newProfile],
    refused: ["UpdateRoutingProfileConcurrency", concurrencies(["CHAT", 1], ["CHAT", 2]), parameter],
  },
  {
    name: "less than no contacts",
    refused: ["UpdateQueueMaxContacts", { QueueId: seedIds.queue, MaxContacts: -1 }, parameter],
  },
  {
    name: "to delete hours that a queue has",
    given: [
      ["CreateHoursOfOperation", { Name: "h", TimeZone: "UTC", Config: [] }, { hours: "HoursOfOperationId" }],
      ["CreateQueue", { Name: "q", HoursOfOperationId: "$hours" }, { queue: "QueueId" }],
    ],
    refused: ["DeleteHoursOfOperation", { HoursOfOperationId: "$hours" }, "InvalidRequestException"],
    after: [["DeleteQueue", { QueueId: "$queue" }]],
  },
  {
    name: "an attribute that is neither on nor off",
    refused: ["UpdateInstanceAttribute", { AttributeType: "INBOUND_CALLS", Value: "maybe" }, parameter],
  },
  {
    name: "a quick connect without the part of its type",
    refused: [
      "CreateQuickConnect",
      { Name: "q", QuickConnectConfig: { QuickConnectType: "USER", PhoneConfig: { PhoneNumber: free } } },
      parameter,
    ],
  },
  {
    name: "a quick connect to no phone number",
    refused: [
      "CreateQuickConnect",
      {
        Name: "q",
        QuickConnectConfig: { QuickConnectType: "PHONE_NUMBER", PhoneConfig: { PhoneNumber: "home" } },
      },
      parameter,
    ],
  },
  {
    name: "a storage without its place",
    refused: ["AssociateInstanceStorageConfig", storage({ StorageType: "S3" }), parameter],
  },
  {
    name: "a second storage of a type",
    given: [["AssociateInstanceStorageConfig", s3, { storage: "AssociationId" }]],
    refused: ["AssociateInstanceStorageConfig", s3, conflict],
    after: [
      ["DisassociateInstanceStorageConfig", { AssociationId: "$storage", ResourceType: "CALL_RECORDINGS" }],
    ],
  },
  {
    name: "a prompt from elsewhere",
    refused: ["CreatePrompt", { Name: "p", S3Uri: "http://example.com/p.wav" }, parameter],
  },
  {
    name: "a proficiency that is not predefined",
    refused: ["AssociateUserProficiencies", proficiency("Nothing", "x"), missing],
  },
  {
    name: "a value that is not predefined",
    given: [["CreatePredefinedAttribute", language]],
    refused: ["AssociateUserProficiencies", proficiency("Language", "fr"), parameter],
  },
  {
    name: "a proficiency beyond 5",
    given: [["CreatePredefinedAttribute", language]],
    refused: ["AssociateUserProficiencies", proficiency("Language", "en", 6), parameter],
  },
  {
    name: "to delete an attribute of a proficiency",
    given: [
      ["CreatePredefinedAttribute", language],
      ["AssociateUserProficiencies", proficiency("Language", "en")],
    ],
    refused: ["DeletePredefinedAttribute", { Name: "Language" }, inUse],
    after: [
      [
        "DisassociateUserProficiencies",
        { UserId: seedIds.user, UserProficiencies: [{ AttributeName: "Language", AttributeValue: "en" }] },
      ],
    ],
  },
  { name: "a use case twice", given: withUseCase, refused: ["CreateUseCase", useCase, duplicate] },
  {
    name: "to delete an integration with a use case",
    given: withUseCase,
    refused: ["DeleteIntegrationAssociation", { IntegrationAssociationId: "$association" }, request],
    after: [["DeleteUseCase", { IntegrationAssociationId: "$association", UseCaseId: "$useCase" }]],
  },
  {
    name: "an address that is taken",
    given: [email("a@example.com")],
    refused: ["CreateEmailAddress", { EmailAddress: "a@example.com" }, duplicate],
  },
  { name: "no address", refused: ["CreateEmailAddress", { EmailAddress: "nobody" }, parameter] },
  {
    name: "an alias of itself",
    given: [email("a@example.com")],
    refused: ["AssociateEmailAddressAlias", alias("$a@example.com", "$a@example.com"), parameter],
  },
  {
    name: "to delete an alias of another address",
    given: [
      email("a@example.com"),
      email("b@example.com"),
      ["AssociateEmailAddressAlias", alias("$a@example.com", "$b@example.com")],
    ],
    refused: ["DeleteEmailAddress", { EmailAddressId: "$b@example.com" }, conflict],
    after: [["DisassociateEmailAddressAlias", alias("$a@example.com", "$b@example.com")]],
  },
  {
    name: "an alias of a version that is not there",
    given: [module],
    refused: [
      "CreateContactFlowModuleAlias",
      { ContactFlowModuleId: "$module", ContactFlowModuleVersion: 1, AliasName: "live" },
      missing,
    ],
    after: [["CreateContactFlowModuleVersion", { ContactFlowModuleId: "$module" }]],
  },
  {
    name: "a version of other content",
    refused: [
      "CreateContactFlowVersion",
      { ContactFlowId: seedIds.contactFlow, FlowContentSha256: "00" },
      request,
    ],
  },
  {
    name: "to delete a default vocabulary",
    given: [
      ["CreateVocabulary", vocabulary, { vocabulary: "VocabularyId" }],
      ["AssociateDefaultVocabulary", { LanguageCode: "en-US", VocabularyId: "$vocabulary" }],
    ],
    refused: ["DeleteVocabulary", { VocabularyId: "$vocabulary" }, inUse],
    after: [["AssociateDefaultVocabulary", { LanguageCode: "en-US" }]],
  },
  {
    name: "a number that another instance has",
    given: [["ClaimPhoneNumber", { InstanceId: west, PhoneNumber: free }, { number: "PhoneNumberId" }]],
    refused: ["ClaimPhoneNumber", { PhoneNumber: free }, parameter],
    after: [["ReleasePhoneNumber", { PhoneNumberId: "$number" }]],
  },
  { name: "a weak password", refused: ["CreateUser", { ...user, Password: "password" }, parameter] },
  {
    name: "a desk phone without a number",
    refused: ["CreateUser", { ...user, PhoneConfig: { PhoneType: "DESK_PHONE" } }, parameter],
  },
];

describe("the local Connect refuses", () => {
  it.each(cases.map((each) => [each.name, each] as const))(
    "%s",
    async (_name, { given = [], refused, after }) => {
      const kept = new Map<string, unknown>();
      const fill = (input: Input): Input =>
        JSON.parse(JSON.stringify(input), (_key, value) =>
          typeof value === "string" && value.startsWith("$") ? kept.get(value.slice(1)) : value,
        );
      const run = async ([operation, input, keep = {}]: Step) => {
        const output = await send(operation, { InstanceId, ...fill(input) });
        for (const [name, member] of Object.entries(keep)) kept.set(name, output[member]);
      };
      for (const step of given) await run(step);
      const [operation, input, name] = refused;
      await expect(run([operation, input])).rejects.toMatchObject({ name });
      for (const step of after ?? []) await run(step);
      if (after) await run([operation, input]);
    },
  );

  it("no version of a view that has not changed: it answers the highest", async () => {
    const Content = { Template: "{}", Actions: [] };
    const { View } = await send("CreateView", { InstanceId, Name: "v", Status: "PUBLISHED", Content });
    const { Id: ViewId } = View as Input;
    const version = async () => (await send("CreateViewVersion", { InstanceId, ViewId }))["View"];
    expect([await version(), await version()]).toMatchObject([
      { Id: ViewId, Version: 1 },
      { Id: ViewId, Version: 1 },
    ]);
    const changed = { ...Content, Template: '{"a":1}' };
    await send("UpdateViewContent", { InstanceId, ViewId, Status: "PUBLISHED", Content: changed });
    expect(await version()).toMatchObject({ Id: ViewId, Version: 2 });
  });

  it("to share traffic with a Region that the instance is not in, and to isolate an instance of one Region", () => {
    const [first] = instances;
    if (!first) throw new Error("no instance");
    const replica = { ...first, region: "us-west-2", arn: first.arn.replace("us-east-1", "us-west-2") };
    const call = (world: World, operation: string, input: Input) =>
      findOperationServer(operation)?.({ InstanceId, ...input }, world) as Input;
    const one = createWorld({ instances: [first] });
    expect(() => call(one, "GetCrossRegionRouting", {})).toThrow("no replica");
    const both = createWorld({ instances: [first, replica] });
    const regions = () => call(both, "GetCrossRegionRouting", {})["IsolatedRegions"];
    expect(regions()).toEqual([]);
    call(both, "UpdateCrossRegionRouting", { IsolatedAll: true });
    expect(regions()).toEqual(["us-east-1", "us-west-2"]);
    const { Id } = call(both, "CreateTrafficDistributionGroup", { Name: "Both" });
    const share = (Region: string) => {
      const Distributions = [
        { Region: "us-east-1", Percentage: 40 },
        { Region, Percentage: 60 },
      ];
      return call(both, "UpdateTrafficDistribution", { Id, TelephonyConfig: { Distributions } });
    };
    expect(share("us-west-2")).toEqual({});
    expect(() => share("eu-west-2")).toThrow("is not in `eu-west-2`");
  });

  it("to lose a flow's description for a version's", async () => {
    const at = { InstanceId, ContactFlowId: seedIds.contactFlow };
    await send("CreateContactFlowVersion", { ...at, Description: "before the sale" });
    const { ContactFlow } = await send("DescribeContactFlow", {
      ...at,
      ContactFlowId: `${seedIds.contactFlow}:1`,
    });
    expect(ContactFlow).toMatchObject({
      Description: "Ends the contact at once.",
      Version: 1,
      VersionDescription: "before the sale",
    });
  });
});
