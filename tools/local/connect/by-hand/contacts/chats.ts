/** Chats and web calls under way: who takes part, what listens to them, what has been said. Nothing is sent on. */
import type { RehydrationType } from "@aws-sdk/client-connect";
import { once } from "../../engine/change.ts";
import { cutPage } from "../../engine/paging.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { InputOf } from "../../operation-types.ts";
import { checkLength } from "../../records/limits.ts";
import type { Row } from "../../records/resource-table.ts";
import { invalidParameter, invalidRequest, ServiceFault } from "../../service-fault.ts";
import type { World } from "../../world.ts";
import { type ContactShape, checkOngoing, type Session } from "./contact-shape.ts";
import { subtypeOf } from "./segment-attributes.ts";
import { addParticipant } from "./start/new-contact.ts";

const tokenLifetimeMs = 24 * 60 * 60 * 1000;

export const chatHandlers = {
  /** A chat takes a bot of the customer's own, a web call another customer. */
  CreateParticipant(input, world) {
    const instance = world.instance(input.InstanceId);
    return once(instance, "CreateParticipant", input.ClientToken, () => {
      const row = instance.contacts.get(input.ContactId);
      checkOngoing(row, "CHAT", "VOICE");
      const isChat = row.shape.described.Channel === "CHAT";
      if (!isChat) checkWebCall(row);
      const { ParticipantRole, DisplayName = "" } = input.ParticipantDetails;
      const role = isChat ? "CUSTOM_BOT" : "CUSTOMER";
      if (ParticipantRole !== role)
        throw invalidParameter("ParticipantDetails.ParticipantRole", `must be ${role} for this contact`);
      checkLength(DisplayName, "ParticipantDetails.DisplayName", { from: 1, to: 256 });
      const { participant, token } = addParticipant(() => world.newId(), { name: DisplayName, role });
      const participants = [...(row.shape.session?.participants ?? []), participant];
      revise(instance, row, { participants });
      const Expiry = new Date(world.now().getTime() + tokenLifetimeMs).toISOString();
      return {
        ParticipantId: participant.id,
        ParticipantCredentials: { ParticipantToken: token, Expiry },
      };
    });
  },
  CreatePersistentContactAssociation(input, world) {
    const instance = world.instance(input.InstanceId);
    return once(instance, "CreatePersistentContactAssociation", input.ClientToken, () => {
      const row = instance.contacts.get(input.InitialContactId);
      checkOngoing(row, "CHAT");
      const { id } = pastChat(instance, input.SourceContactId, input.RehydrationType);
      const described = { ...row.shape.described, RelatedContactId: id };
      instance.contacts.revise(row, { shape: { ...row.shape, described } });
      return { ContinuedFromContactId: id };
    });
  },
  StartContactStreaming(input, world) {
    const instance = world.instance(input.InstanceId);
    return once(instance, "StartContactStreaming", input.ClientToken, () => {
      const row = instance.contacts.get(input.ContactId);
      checkOngoing(row, "CHAT");
      const { StreamingEndpointArn: arn = "" } = input.ChatStreamingConfiguration;
      if (!/^arn:[\w-]+:sns:/.test(arn))
        throw invalidParameter(
          "ChatStreamingConfiguration.StreamingEndpointArn",
          "must be the ARN of an SNS topic",
        );
      const StreamingId = world.newId();
      revise(instance, row, { streams: [...(row.shape.session?.streams ?? []), StreamingId] });
      return { StreamingId };
    });
  },
  StopContactStreaming(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = instance.contacts.get(input.ContactId);
    const streams = row.shape.session?.streams ?? [];
    if (!streams.includes(input.StreamingId)) {
      const message = `contact \`${row.id}\` has no stream \`${input.StreamingId}\``;
      throw new ServiceFault("ResourceNotFoundException", message);
    }
    revise(instance, row, { streams: streams.filter((id) => id !== input.StreamingId) });
    return {};
  },
  StartContactMediaProcessing(input, world) {
    const { ProcessorArn } = input;
    const { instance, row } = processedChat(input, world);
    if (ProcessorArn === undefined || !/^arn:[\w-]+:lambda:/.test(ProcessorArn))
      throw invalidParameter("ProcessorArn", "must be the ARN of a Lambda function");
    revise(instance, row, { processor: ProcessorArn });
    return {};
  },
  StopContactMediaProcessing(input, world) {
    const { instance, row } = processedChat(input, world);
    const { processor, ...session } = row.shape.session ?? {};
    if (processor === undefined)
      throw invalidRequest(`nothing processes the messages of contact \`${row.id}\``);
    instance.contacts.revise(row, { shape: { ...row.shape, session } });
    return {};
  },
  StartScreenSharing(input, world) {
    const instance = world.instance(input.InstanceId);
    return once(instance, "StartScreenSharing", input.ClientToken, () => {
      const row = instance.contacts.get(input.ContactId);
      checkOngoing(row, "VOICE");
      checkWebCall(row);
      revise(instance, row, { isScreenShared: true });
      return {};
    });
  },
  /** Keeps the timers; nobody is idle here. */
  UpdateParticipantRoleConfig(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = instance.contacts.get(input.ContactId);
    checkOngoing(row, "CHAT");
    const timers = input.ChannelConfiguration.Chat?.ParticipantTimerConfigList ?? [];
    if (timers.length < 1 || timers.length > 4)
      throw invalidParameter("ChannelConfiguration.Chat.ParticipantTimerConfigList", "must be 1 to 4 timers");
    for (const [at, { TimerValue }] of timers.entries()) {
      const minutes = TimerValue?.ParticipantTimerDurationInMinutes;
      if (minutes !== undefined && (minutes < 2 || minutes > 480))
        throw invalidParameter(
          `ChannelConfiguration.Chat.ParticipantTimerConfigList[${at}].TimerValue`,
          "must be 2 to 480 minutes",
        );
    }
    const kept = (row.shape.session?.timers ?? []).filter(
      ({ ParticipantRole, TimerType }) =>
        !timers.some((timer) => timer.ParticipantRole === ParticipantRole && timer.TimerType === TimerType),
    );
    revise(instance, row, { timers: [...kept, ...timers] });
    return {};
  },
  /** What calls have said in a chat, word for word: nothing is analysed, and nothing redacted. */
  ListRealtimeContactAnalysisSegmentsV2(input, world) {
    const { shape, id } = world.instance(input.InstanceId).contacts.get(input.ContactId);
    if (shape.described.Channel !== "CHAT") throw invalidRequest(`contact \`${id}\` is not a chat`);
    if (input.OutputType !== "Raw")
      throw new ServiceFault("OutputTypeNotFoundException", `contact \`${id}\` has no redacted output`);
    const messages = input.SegmentTypes.includes("Transcript") ? (shape.session?.messages ?? []) : [];
    const items = messages.map((message, at) => ({ message, sequence: at + 1 }));
    const scope = `ListRealtimeContactAnalysisSegmentsV2:${input.InstanceId}:${id}`;
    const page = cutPage(items, input, { scope, sizes: { usual: 100, largest: 100 } });
    return {
      Channel: "CHAT",
      Status: shape.described.DisconnectTimestamp ? "COMPLETED" : "IN_PROGRESS",
      Segments: page.items.map(({ message }) => ({
        Transcript: {
          Id: message.id,
          ParticipantId: message.from.id,
          ParticipantRole: message.from.role,
          DisplayName: message.from.name,
          Content: message.Content,
          ContentType: message.ContentType,
          Time: { AbsoluteTime: message.sentAt },
        },
      })),
      NextToken: page.next,
    };
  },
} satisfies Handlers;

/** Unlike other operations, these two have no required member in their schemas. */
function processedChat({ InstanceId, ContactId }: InputOf<"StopContactMediaProcessing">, world: World) {
  if (InstanceId === undefined) throw invalidParameter("InstanceId", "is required");
  if (ContactId === undefined) throw invalidParameter("ContactId", "is required");
  const instance = world.instance(InstanceId);
  const row = instance.contacts.get(ContactId);
  checkOngoing(row, "CHAT");
  return { instance, row };
}

function revise({ contacts }: InstanceState, row: Row<ContactShape>, change: Session): void {
  contacts.revise(row, { shape: { ...row.shape, session: { ...row.shape.session, ...change } } });
}

function checkWebCall({ id, shape }: Row<ContactShape>): void {
  if (subtypeOf(shape) !== "connect:WebRTC") throw invalidRequest(`contact \`${id}\` is not a web call`);
}

/**
 * The chat that a persistent one continues: the given one, or with `ENTIRE_PAST_SESSION` the last one of its session.
 * @throws ServiceFault `InvalidRequestException` for one that is under way or no chat
 */
export function pastChat(
  { contacts }: InstanceState,
  sourceId: string,
  type: RehydrationType | undefined,
): Row<ContactShape> {
  const source = contacts.get(sourceId);
  const session = contacts
    .all()
    .filter(({ id, shape: { described } }) => id === sourceId || described.InitialContactId === sourceId);
  const past = (type === "ENTIRE_PAST_SESSION" ? session.at(-1) : source) ?? source;
  if (past.shape.described.Channel === "CHAT" && past.shape.described.DisconnectTimestamp) return past;
  throw invalidRequest(`contact \`${past.id}\` is not a chat that has ended`);
}
