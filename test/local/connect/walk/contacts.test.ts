/**
 * Every operation on contacts, with inputs made from the schemas: minimal and full ones on a contact that is in the right
 * state, each answer held against the schema of its output, and refusals against the exceptions of the API Reference.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import { mayThrow } from "../../../../tools/local/connect/families/facts.ts";
import { byContacts } from "../../../../tools/local/connect/operations.ts";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { type LocalConnect, startLocalConnect } from "../../../../tools/local/connect/server.ts";
import type { FaultName } from "../../../../tools/local/connect/service-fault.ts";
import { east, instances, smallSeed } from "../connect-fixture.ts";
import { type Extent, type Input, makeInput } from "./inputs.ts";
import { recorded, type WireClient, wireClientOf } from "./wire-client.ts";

let folder = "";
let connect: LocalConnect;
let client: WireClient;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "walk-"));
  connect = await startLocalConnect({ instances, seed: smallSeed, stateFile: join(folder, "state.jsonl") });
  client = recorded(wireClientOf(connect));
});
afterAll(async () => {
  client.close();
  await connect.close();
  rmSync(folder, { recursive: true });
});
const send = (operation: string, input: Input) => client.send(operation, { InstanceId: east, ...input });

const nowhere = "99999999-123e-111e-93e3-11111bfbfcc17";
const flow = { ContactFlowId: seedIds.contactFlow };
const chat = { ...flow, ParticipantDetails: { DisplayName: "Ann" } };
const ids: Readonly<Record<string, string>> = {
  instance: east,
  "contact-flow": seedIds.contactFlow,
  queue: seedIds.queue,
  user: seedIds.user,
};

async function started(operation: string, input: Input): Promise<string> {
  return String((await send(operation, input))["ContactId"]);
}

/** A call that waits in a queue. */
const aCall = () =>
  started("StartOutboundVoiceContact", {
    ...flow,
    DestinationPhoneNumber: "+15555550100",
    QueueId: seedIds.queue,
  });
const aTask = () => started("StartTaskContact", { ...flow, Name: "Call back" });
const aChat = () => started("StartChatContact", chat);
const aWebCall = () => started("StartWebRTCContact", chat);
const aDraft = () =>
  started("CreateContact", {
    Channel: "EMAIL",
    InitiationMethod: "OUTBOUND",
    UserInfo: { UserId: seedIds.user },
  });

async function ended(id: string): Promise<string> {
  await send("StopContact", { ContactId: id });
  return id;
}

/** A call in the hand of an agent. */
async function answered(): Promise<string> {
  const ContactId = await aCall();
  await send("PutUserStatus", { UserId: seedIds.user, AgentStatusId: seedIds.availableStatus });
  await send("AssociateContactWithUser", { ContactId, UserId: seedIds.user });
  return ContactId;
}

/** Makes something once. */
function kept(make: () => Promise<string>): () => Promise<string> {
  let made: Promise<string> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const aNumber = kept(async () => {
  const output = await send("ClaimPhoneNumber", { PhoneNumber: "+15555550111" });
  await send("AssociatePhoneNumberContactFlow", { PhoneNumberId: output["PhoneNumberId"], ...flow });
  return String(output["PhoneNumberArn"]);
});

const anAddress = kept(async () => {
  await send("CreateEmailAddress", { EmailAddress: "help@example.com" });
  return "help@example.com";
});

const aTemplate = kept(async () => {
  const { Id } = await send("CreateTaskTemplate", { Name: "Template", Fields: [] });
  return String(Id);
});

const customer = { EmailAddress: "ann@example.net" };
const raw = {
  MessageSourceType: "RAW",
  RawMessage: { Subject: "Hi", Body: "Hello", ContentType: "text/plain" },
};
const emails = { DestinationEmailAddress: customer, EmailMessage: raw, AdditionalRecipients: undefined };
const references = { References: { page: { Type: "URL", Value: "https://example.com" } } };
const common = { ...references, RelatedContactId: undefined, PreviousContactId: undefined };
const day = { Type: "INITIATION_TIMESTAMP", StartTime: new Date(0), EndTime: new Date(4e12) };

/** What an operation needs that its schema does not say. */
const needs: Readonly<Record<string, () => Promise<Input>>> = {
  StartOutboundVoiceContact: async () => ({
    ...common,
    DestinationPhoneNumber: "+15555550100",
    SourcePhoneNumber: undefined,
  }),
  StartChatContact: async () => ({ ...common, ...persistent, PersistentChat: undefined }),
  StartAssistantContact: async () => ({ ...common, PersistentChat: undefined }),
  StartWebRTCContact: async () => common,
  StartTaskContact: async () => ({ ...common, ...noTemplate, ScheduledTime: undefined }),
  CreateContact: async () => ({ ...common, Channel: "TASK", InitiationMethod: "API" }),
  BatchPutContact: async () => ({}),
  StartEmailContact: async () => ({
    ...emails,
    ...common,
    FromEmailAddress: customer,
    DestinationEmailAddress: await anAddress(),
  }),
  StartOutboundEmailContact: async () => ({
    ...emails,
    FromEmailAddress: { EmailAddress: await anAddress() },
    ContactId: await aDraft(),
  }),
  SendOutboundEmail: async () => ({
    ...emails,
    FromEmailAddress: { EmailAddress: await anAddress() },
    TrafficType: "GENERAL",
  }),
  StartOutboundChatContact: async () => ({
    ...common,
    ...persistent,
    SourceEndpoint: { Type: "CONNECT_PHONENUMBER_ARN", Address: await aNumber() },
    DestinationEndpoint: { Type: "TELEPHONE_NUMBER", Address: "+15555550100" },
    SegmentAttributes: { "connect:Subtype": { ValueString: "connect:SMS" } },
  }),
  SendChatIntegrationEvent: async () => ({
    DestinationId: await aNumber(),
    Event: { Type: "MESSAGE", ContentType: "text/plain", Content: "Hello" },
  }),
  CreateParticipant: async () => ({
    ContactId: await aChat(),
    ParticipantDetails: { ParticipantRole: "CUSTOM_BOT", DisplayName: "Bot" },
  }),
  CreatePersistentContactAssociation: async () => ({
    InitialContactId: await aChat(),
    SourceContactId: await ended(await aChat()),
  }),
  StartContactStreaming: async () => ({
    ContactId: await aChat(),
    ChatStreamingConfiguration: { StreamingEndpointArn: "arn:aws:sns:us-east-1:123456789012:chats" },
  }),
  StopContactStreaming: async () => {
    const ContactId = await aChat();
    const ChatStreamingConfiguration = { StreamingEndpointArn: "arn:aws:sns:us-east-1:123456789012:chats" };
    const { StreamingId } = await send("StartContactStreaming", { ContactId, ChatStreamingConfiguration });
    return { ContactId, StreamingId };
  },
  StartContactMediaProcessing: async () => ({ ContactId: await aChat(), ...processor }),
  StopContactMediaProcessing: async () => {
    const ContactId = await aChat();
    await send("StartContactMediaProcessing", { ContactId, ...processor });
    return { ContactId };
  },
  StartScreenSharing: async () => ({ ContactId: await aWebCall() }),
  UpdateParticipantRoleConfig: async () => ({ ContactId: await aChat() }),
  ListRealtimeContactAnalysisSegmentsV2: async () => ({ ContactId: await aChat(), OutputType: "Raw" }),
  DescribeContact: async () => ({}),
  ListAssociatedContacts: async () => ({}),
  ListContactReferences: async () => ({}),
  GetContactAttributes: async () => ({ InitialContactId: await aCall() }),
  UpdateContactAttributes: async () => ({ InitialContactId: await aCall() }),
  TagContact: async () => ({}),
  UntagContact: async () => ({}),
  StopContact: async () => ({}),
  SearchContacts: async () => ({ TimeRange: day }),
  UpdateContact: async () => ({
    ...references,
    Name: "A name",
    ...Object.fromEntries(
      ["QueueInfo", "UserInfo", "CustomerEndpoint", "SystemEndpoint"].map((name) => [name, undefined]),
    ),
  }),
  DeleteContactData: async () => ({ ContactId: await ended(await aTask()) }),
  UpdateContactRoutingData: async () => ({ QueuePriority: 2, QueueTimeAdjustmentSeconds: undefined }),
  TransferContact: async () => ({ ContactId: await aTask(), QueueId: seedIds.queue, UserId: undefined }),
  AssociateContactWithUser: async () => {
    await send("PutUserStatus", { UserId: seedIds.user, AgentStatusId: seedIds.availableStatus });
    return {};
  },
  DismissUserContact: async () => ({ ContactId: await ended(await answered()), UserId: seedIds.user }),
  MonitorContact: async () => ({ ContactId: await answered() }),
  GetContactMetrics: async () => ({ Metrics: [{ Name: "POSITION_IN_QUEUE" }] }),
  StartContactRecording: () => toRecord(),
  SuspendContactRecording: () => recording(),
  StopContactRecording: () => recording(),
  ResumeContactRecording: async () => {
    const input = await recording();
    await send("SuspendContactRecording", input);
    return input;
  },
  PauseContact: async () => ({ ContactId: await aTask() }),
  ResumeContact: async () => {
    const ContactId = await aTask();
    await send("PauseContact", { ContactId });
    return { ContactId };
  },
  UpdateContactSchedule: async () => {
    const ScheduledTime = new Date(Date.now() + 3_600_000);
    return {
      ContactId: await started("StartTaskContact", { ...flow, Name: "Later", ScheduledTime }),
      ScheduledTime,
    };
  },
  UpdateContactTaskTemplate: async () => ({ ContactId: await aTask(), TaskTemplateId: await aTemplate() }),
};

const persistent = { SupportedMessagingContentTypes: ["text/plain"], ChatDurationInMinutes: 60 };
const noTemplate = { TaskTemplateId: undefined, QuickConnectId: undefined, ...flow };
const processor = { ProcessorArn: "arn:aws:lambda:us-east-1:123456789012:function:process" };

async function toRecord(): Promise<Input> {
  const id = await aCall();
  return { ContactId: id, InitialContactId: id, ContactRecordingType: undefined };
}

async function recording(): Promise<Input> {
  const input = await toRecord();
  await send("StartContactRecording", {
    ...input,
    VoiceRecordingConfiguration: { VoiceRecordingTrack: "ALL" },
  });
  return input;
}

async function inputFor(operation: string, extent: Extent): Promise<Input> {
  const contact = await aCall();
  const made = await makeInput(operation, extent, async (type) => (type === "contact" ? contact : ids[type]));
  return { ...made, InstanceId: east, ...(await needs[operation]?.()) };
}

describe("operations on contacts", () => {
  it("are all walked", () => {
    expect(Object.keys(needs).sort()).toEqual(Object.keys(byContacts).sort());
  });

  it.each(Object.keys(needs))(
    "%s answers as its schema says, and refuses what does not exist",
    async (operation) => {
      const minimal = await inputFor(operation, "minimal");
      const members = findOperation(operation)?.targets.map(({ source }) => source) ?? [];
      for (const member of ["InstanceId", "ContactId", "InitialContactId", "UserId", "ContactFlowId"]) {
        if (!members.includes(member) || minimal[member] === undefined) continue;
        const error: unknown = await send(operation, { ...minimal, [member]: nowhere }).catch(
          (e: unknown) => e,
        );
        const name = Reflect.get(Object(error), "name");
        expect([member, name, mayThrow(operation, name as FaultName)]).toEqual([member, name, true]);
      }
      await send(operation, minimal);
      await send(operation, await inputFor(operation, "full"));
    },
  );

  it("have left a state file whose changes make again what is in memory", async () => {
    const [ended, killed] = [join(folder, "state.jsonl"), join(folder, "killed.jsonl")];
    copyFileSync(ended, killed);
    await connect.close();
    const again = await startLocalConnect({ instances, stateFile: killed });
    await again.close();
    expect(readFileSync(killed, "utf8").split("\n")).toEqual(readFileSync(ended, "utf8").split("\n"));
  });
});
