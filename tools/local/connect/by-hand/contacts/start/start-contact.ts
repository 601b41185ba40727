/** Contacts that callers start: calls, chats, tasks. Each is ongoing at once and stays so until stopped. */
import type { ChatMessage, ParticipantDetails, PersistentChat } from "@aws-sdk/client-connect";
import type { Handlers } from "../../../handler.ts";
import { checkLength } from "../../../records/limits.ts";
import { invalidParameter, invalidRequest, ServiceFault } from "../../../service-fault.ts";
import { pastChat } from "../chats.ts";
import type { Session } from "../contact-shape.ts";
import { withSubtype } from "../segment-attributes.ts";
import {
  addContact,
  addParticipant,
  checkPhoneNumber,
  type Particular,
  type Starting,
  starts,
} from "./new-contact.ts";

/** `StartTaskContact` in the API Reference. */
const maxScheduleAheadMs = 6 * 24 * 60 * 60 * 1000;
const maxChainedTasks = 12;

export const startContactHandlers = {
  StartOutboundVoiceContact: starts("StartOutboundVoiceContact", (input, starting) => {
    const {
      SourcePhoneNumber: source,
      DestinationPhoneNumber,
      QueueId,
      CampaignId,
      OutboundStrategy,
    } = input;
    const numbers = { DestinationPhoneNumber, SourcePhoneNumber: source };
    for (const [path, number] of Object.entries(numbers))
      if (number !== undefined) checkPhoneNumber(number, path);
    const described: Particular = {
      Channel: "VOICE",
      CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: DestinationPhoneNumber },
      SystemEndpoint: source === undefined ? undefined : { Type: "TELEPHONE_NUMBER", Address: source },
      QueueInfo: QueueId === undefined ? undefined : { Id: QueueId, EnqueueTimestamp: starting.now },
      Campaign: CampaignId === undefined ? undefined : { CampaignId },
      OutboundStrategy,
    };
    return { ContactId: addContact(starting, input, described).id };
  }),
  StartChatContact: starts("StartChatContact", (input, starting) => {
    checkChat(input);
    return startChat(starting, input, { message: input.InitialMessage });
  }),
  /** A chat with an AI agent, which answers nothing here; what knows AI agents is another service. */
  StartAssistantContact: starts("StartAssistantContact", (input, starting) => {
    checkChat(input);
    const aiAgents = [{ AiAgentVersionId: input.AiAgent.AiAgentId }];
    return startChat(starting, input, { message: input.InitialMessage, session: { aiAgents } });
  }),
  /** A call in a browser or app. The addresses of the meeting lead nowhere. */
  StartWebRTCContact: starts("StartWebRTCContact", (input, starting) => {
    const { participant, token } = participantOf(starting, input.ParticipantDetails);
    const { Customer: Capabilities } = input.AllowedCapabilities ?? {};
    const { id } = addContact(starting, input, {
      Channel: "VOICE",
      InitiationMethod: "WEBRTC_API",
      SegmentAttributes: withSubtype("connect:WebRTC", input.SegmentAttributes),
      Customer: Capabilities ? { Capabilities } : undefined,
      session: { participants: [participant] },
    });
    return {
      ContactId: id,
      ParticipantId: participant.id,
      ParticipantToken: token,
      ConnectionData: connectionOf(starting, token),
    };
  }),
  StartTaskContact: starts("StartTaskContact", (input, starting) => {
    const { ScheduledTime } = input;
    checkLength(input.Name, "Name", { from: 1, to: 512 });
    checkTask(starting, input);
    const described = ScheduledTime === undefined ? {} : { ScheduledTimestamp: ScheduledTime };
    return { ContactId: addContact(starting, input, { Channel: "TASK", ...described }).id };
  }),
} satisfies Handlers;

interface ChatInput {
  readonly ParticipantDetails: ParticipantDetails;
  readonly ChatDurationInMinutes?: number | undefined;
  readonly SupportedMessagingContentTypes?: readonly string[] | undefined;
  readonly PersistentChat?: PersistentChat | undefined;
  readonly RelatedContactId?: string | undefined;
}

/** Starts a chat of a customer, which a persistent one continues. */
function startChat(
  starting: Starting,
  input: ChatInput,
  { message, session }: { readonly message: ChatMessage | undefined; readonly session?: Session },
) {
  const { participant, token } = participantOf(starting, input.ParticipantDetails);
  const { SourceContactId: source, RehydrationType } = input.PersistentChat ?? {};
  const past = source === undefined ? undefined : pastChat(starting.instance, source, RehydrationType);
  const messages = message
    ? { messages: [{ ...message, id: starting.newId(), sentAt: starting.now, from: participant }] }
    : {};
  const { id } = addContact(starting, input, {
    Channel: "CHAT",
    ...(past ? { RelatedContactId: past.id } : {}),
    session: { ...session, participants: [participant], ...messages },
  });
  return {
    ContactId: id,
    ParticipantId: participant.id,
    ParticipantToken: token,
    ...(past ? { ContinuedFromContactId: past.id } : {}),
  };
}

function participantOf({ newId }: Starting, { DisplayName: name = "" }: ParticipantDetails) {
  checkLength(name, "ParticipantDetails.DisplayName", { from: 1, to: 256 });
  return addParticipant(newId, { name, role: "CUSTOMER" });
}

function connectionOf({ instance, newId }: Starting, JoinToken: string) {
  const host = "local-connect.invalid";
  return {
    Attendee: { AttendeeId: newId(), JoinToken },
    Meeting: {
      MeetingId: newId(),
      MediaRegion: instance.configured.region,
      MediaPlacement: {
        AudioHostUrl: host,
        SignalingUrl: `wss://${host}`,
        TurnControlUrl: `https://${host}`,
      },
    },
  };
}

/** Checks the members of a chat that the schema leaves open. */
export function checkChat(input: Omit<ChatInput, "ParticipantDetails">): void {
  const minutes = input.ChatDurationInMinutes ?? 60;
  if (!Number.isInteger(minutes) || minutes < 60 || minutes > 10_080)
    throw invalidParameter("ChatDurationInMinutes", "must be 60 to 10080");
  if (input.SupportedMessagingContentTypes?.includes("text/plain") === false)
    throw invalidParameter("SupportedMessagingContentTypes", "must contain `text/plain`");
  if (input.PersistentChat && input.RelatedContactId !== undefined)
    throw invalidRequest("give either `PersistentChat` or `RelatedContactId`, not both");
}

interface TaskInput {
  readonly ContactFlowId?: string | undefined;
  readonly QuickConnectId?: string | undefined;
  readonly TaskTemplateId?: string | undefined;
  readonly PreviousContactId?: string | undefined;
  readonly ScheduledTime?: Date | undefined;
}

/** Checks when a task is to start. @throws ServiceFault `InvalidParameterException` */
export function checkSchedule(time: Date, now: Date): void {
  const ahead = time.getTime() - now.getTime();
  if (ahead < 0 || ahead > maxScheduleAheadMs)
    throw invalidParameter("ScheduledTime", "must be within the next 6 days");
}

/** Checks which flow a task runs, when, and after which contact. */
function checkTask({ instance, now }: Starting, input: TaskInput): void {
  const { ContactFlowId, QuickConnectId, TaskTemplateId, PreviousContactId, ScheduledTime } = input;
  const ways = [ContactFlowId, QuickConnectId, TaskTemplateId].filter((id) => id !== undefined);
  if (ways.length !== 1)
    throw invalidRequest("give exactly one of `ContactFlowId`, `QuickConnectId` and `TaskTemplateId`");
  if (ScheduledTime) checkSchedule(ScheduledTime, now);
  const followers = instance.contacts
    .all()
    .filter(
      (row) => PreviousContactId !== undefined && row.shape.described.PreviousContactId === PreviousContactId,
    );
  if (followers.length >= maxChainedTasks) {
    throw new ServiceFault(
      "ServiceQuotaExceededException",
      `\`${PreviousContactId}\` has ${maxChainedTasks} linked tasks`,
    );
  }
}
