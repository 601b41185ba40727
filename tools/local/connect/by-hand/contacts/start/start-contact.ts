/** Calls and chats that callers start. Each is ongoing at once and stays so until stopped. */
import type { ChatMessage, ParticipantDetails, PersistentChat } from "@aws-sdk/client-connect";
import type { Handlers } from "../../../handler.ts";
import { checkLength } from "../../../records/limits.ts";
import { invalidParameter, invalidRequest } from "../../../service-fault.ts";
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
