/** Chats, messages of other networks and web calls: who takes part, what is said, what listens. */
import { describe, expect, it } from "vitest";
import { seedIds } from "../../../../tools/local/connect/seed.ts";
import { east } from "../connect-fixture.ts";
import type { Input } from "../walk/inputs.ts";
import { useWireClient } from "../walk/wire-client.ts";

const sendAny = useWireClient();
const send = (operation: string, input: Input) => sendAny(operation, { InstanceId: east, ...input });
const flow = { ContactFlowId: seedIds.contactFlow };
const chat = { ...flow, ParticipantDetails: { DisplayName: "Ann" } };
const started = async (operation: string, input: Input) => (await send(operation, input))["ContactId"];
const describeContact = async (ContactId: unknown) =>
  (await send("DescribeContact", { ContactId }))["Contact"] as Input;

async function said(ContactId: unknown): Promise<readonly unknown[]> {
  const { Segments } = await send("ListRealtimeContactAnalysisSegmentsV2", {
    ContactId,
    OutputType: "Raw",
    SegmentTypes: ["Transcript"],
  });
  return (Segments as { Transcript: Input }[]).map(({ Transcript: { ParticipantRole, Content } }) => [
    ParticipantRole,
    Content,
  ]);
}

async function refused(operation: string, input: Input, refusal: Input): Promise<void> {
  await expect(send(operation, input), operation).rejects.toMatchObject(refusal);
}

const badRequest = { name: "InvalidRequestException" };

describe("a chat", () => {
  it("tells what its customer said, as it is and not redacted", async () => {
    const InitialMessage = { ContentType: "text/plain", Content: "Hello" };
    const ContactId = await started("StartChatContact", { ...chat, InitialMessage });
    expect(await said(ContactId)).toEqual([["CUSTOMER", "Hello"]]);
    const ask = { ContactId, SegmentTypes: ["Transcript"] };
    await refused(
      "ListRealtimeContactAnalysisSegmentsV2",
      { ...ask, OutputType: "Redacted" },
      {
        name: "OutputTypeNotFoundException",
        $metadata: { httpStatusCode: 404 },
      },
    );
    await refused(
      "ListRealtimeContactAnalysisSegmentsV2",
      { ...ask, OutputType: "Raw", ContactId: seedIds.contact },
      badRequest,
    );
  });

  it("continues one that has ended, or the last of its session", async () => {
    const first = await started("StartChatContact", chat);
    const persistent = (RehydrationType: string) => ({
      ...chat,
      PersistentChat: { SourceContactId: first, RehydrationType },
    });
    await refused("StartChatContact", persistent("FROM_SEGMENT"), badRequest);
    await send("StopContact", { ContactId: first });
    const second = await send("StartChatContact", persistent("FROM_SEGMENT"));
    expect(second["ContinuedFromContactId"]).toBe(first);
    expect(await describeContact(second["ContactId"])).toMatchObject({ RelatedContactId: first });
    const third = await started("StartChatContact", chat);
    const associate = {
      InitialContactId: third,
      SourceContactId: first,
      RehydrationType: "ENTIRE_PAST_SESSION",
    };
    expect(await send("CreatePersistentContactAssociation", associate)).toEqual({
      ContinuedFromContactId: first,
    });
    expect(await describeContact(third)).toMatchObject({ RelatedContactId: first });
    await refused("CreatePersistentContactAssociation", { ...associate, SourceContactId: third }, badRequest);
    await refused(
      "CreatePersistentContactAssociation",
      { ...associate, InitialContactId: first },
      badRequest,
    );
  });

  it("takes a bot, streams and a processor while it lasts", async () => {
    const ContactId = await started("StartChatContact", chat);
    const bot = { ContactId, ParticipantDetails: { ParticipantRole: "CUSTOM_BOT", DisplayName: "Bot" } };
    const added = await send("CreateParticipant", { ...bot, ClientToken: "once" });
    expect(await send("CreateParticipant", { ...bot, ClientToken: "once" })).toEqual(added);
    const agent = { ParticipantRole: "AGENT", DisplayName: "Bot" };
    await refused("CreateParticipant", { ContactId, ParticipantDetails: agent }, badRequest);
    const topic = { StreamingEndpointArn: "arn:aws:sns:us-east-1:123456789012:chats" };
    const { StreamingId } = await send("StartContactStreaming", {
      ContactId,
      ChatStreamingConfiguration: topic,
    });
    await send("StopContactStreaming", { ContactId, StreamingId });
    await refused("StopContactStreaming", { ContactId, StreamingId }, { name: "ResourceNotFoundException" });
    const queue = { StreamingEndpointArn: "arn:aws:sqs:us-east-1:123456789012:chats" };
    await refused(
      "StartContactStreaming",
      { ContactId, ChatStreamingConfiguration: queue },
      { name: "InvalidParameterException" },
    );
    await refused("StopContactMediaProcessing", { ContactId }, badRequest);
    await refused("StopContactMediaProcessing", {}, { message: "ContactId: is required" });
    await send("StopContact", { ContactId });
    for (const [operation, more] of [
      ["CreateParticipant", bot],
      ["StartContactStreaming", { ChatStreamingConfiguration: topic }],
      ["StartContactMediaProcessing", { ProcessorArn: "arn:aws:lambda:us-east-1:123456789012:function:f" }],
      ["UpdateParticipantRoleConfig", { ChannelConfiguration: { Chat: { ParticipantTimerConfigList: [] } } }],
    ] as const)
      await refused(operation, { ContactId, ...more }, badRequest);
  });

  it("with an AI agent is found by the agent", async () => {
    const AiAgentId = "0a1b2c3d-0000-4000-8000-000000000000:7";
    const ContactId = await started("StartAssistantContact", {
      ...chat,
      ContactFlowId: undefined,
      AiAgent: { AiAgentId },
    });
    const search = async (criterion: Input) => {
      const TimeRange = { Type: "INITIATION_TIMESTAMP", StartTime: new Date(0), EndTime: new Date(4e12) };
      const SearchCriteria = { AiAgents: { Criteria: [criterion] } };
      return ((await send("SearchContacts", { TimeRange, SearchCriteria }))["Contacts"] as Input[]).map(
        ({ Id }) => Id,
      );
    };
    expect(await search({ Id: AiAgentId.slice(0, -2), VersionNumber: 7 })).toEqual([ContactId]);
    expect(await search({ Id: AiAgentId.slice(0, -2), VersionNumber: 8 })).toEqual([]);
  });
});

describe("messages of another network", () => {
  const Address = "+15555550100";
  const event = (Type: string, Content?: string) => ({ Type, Content, ContentType: "text/plain" });

  it("begin a chat, go on in it, and end it", async () => {
    const number = await send("ClaimPhoneNumber", { PhoneNumber: "+15555550111" });
    const { PhoneNumberId, PhoneNumberArn: DestinationId } = number;
    const tell = (Event: Input, more: Input = {}) =>
      sendAny("SendChatIntegrationEvent", { SourceId: Address, DestinationId, Event, ...more });
    await expect(tell(event("MESSAGE", "Hi"))).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: expect.stringContaining("AssociatePhoneNumberContactFlow"),
    });
    await send("AssociatePhoneNumberContactFlow", { PhoneNumberId, ...flow });
    const first = await tell(event("MESSAGE", "Hi"));
    expect(first["NewChatCreated"]).toBe(true);
    expect(await tell(event("MESSAGE", "Anybody?"))).toEqual({ ...first, NewChatCreated: false });
    await tell(event("DISCONNECT"));
    expect(await said(first["InitialContactId"])).toEqual([
      ["CUSTOMER", "Hi"],
      ["CUSTOMER", "Anybody?"],
    ]);
    expect(await describeContact(first["InitialContactId"])).toMatchObject({
      DisconnectReason: "CUSTOMER_DISCONNECT",
      SegmentAttributes: { "connect:Subtype": { ValueString: "connect:SMS" } },
    });
    expect(await tell(event("MESSAGE", "Again"))).toMatchObject({ NewChatCreated: true });
    await expect(tell(event("MESSAGE", "Hi"), { DestinationId: "arn:x" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  it("go out from a number of the instance", async () => {
    const { PhoneNumberArn } = await send("ClaimPhoneNumber", { PhoneNumber: "+15555550111" });
    const outbound = {
      ...flow,
      SourceEndpoint: { Type: "CONNECT_PHONENUMBER_ARN", Address: PhoneNumberArn },
      DestinationEndpoint: { Type: "TELEPHONE_NUMBER", Address },
      SegmentAttributes: { "connect:Subtype": { ValueString: "connect:SMS" } },
      InitialSystemMessage: { ContentType: "text/plain", Content: "Your parcel is here" },
    };
    const ContactId = await started("StartOutboundChatContact", outbound);
    expect(await describeContact(ContactId)).toMatchObject({
      Channel: "CHAT",
      CustomerEndpoint: outbound.DestinationEndpoint,
      SystemEndpoint: outbound.SourceEndpoint,
    });
    expect(await said(ContactId)).toEqual([["SYSTEM", "Your parcel is here"]]);
    const reply = { SourceId: Address, DestinationId: PhoneNumberArn, Event: event("MESSAGE", "Thanks") };
    expect(await sendAny("SendChatIntegrationEvent", reply)).toEqual({
      InitialContactId: ContactId,
      NewChatCreated: false,
    });
    for (const [change, name] of [
      [{ SourceEndpoint: outbound.DestinationEndpoint }, "InvalidRequestException"],
      [{ DestinationEndpoint: outbound.SourceEndpoint }, "InvalidRequestException"],
      [
        { SourceEndpoint: { Type: "CONNECT_PHONENUMBER_ARN", Address: "arn:x" } },
        "ResourceNotFoundException",
      ],
    ] as const)
      await refused("StartOutboundChatContact", { ...outbound, ...change }, { name });
  });
});

describe("a web call", () => {
  it("is a voice contact with a meeting, more customers, and a shared screen", async () => {
    const call = await send("StartWebRTCContact", {
      ...chat,
      AllowedCapabilities: { Customer: { Video: "SEND" } },
    });
    expect(call).toMatchObject({ ConnectionData: { Meeting: { MediaRegion: "us-east-1" } } });
    const { ContactId } = call;
    expect(await describeContact(ContactId)).toMatchObject({
      Channel: "VOICE",
      InitiationMethod: "WEBRTC_API",
      Customer: { Capabilities: { Video: "SEND" } },
    });
    const bob = { ParticipantDetails: { ParticipantRole: "CUSTOMER", DisplayName: "Bob" } };
    await send("CreateParticipant", { ContactId, ...bob });
    await send("StartScreenSharing", { ContactId });
    await refused("CreateParticipant", { ContactId: seedIds.contact, ...bob }, badRequest);
    await refused("StartScreenSharing", { ContactId: seedIds.contact }, badRequest);
  });
});
