/** What is kept of a contact, and the life of its voice recording. */
import type {
  Channel,
  ChatMessage,
  Contact,
  ContactInitiationMethod,
  ContactSearchSummaryAiAgentInfo,
  ParticipantRole,
  ParticipantTimerConfiguration,
  Reference,
} from "@aws-sdk/client-connect";
import type { Row } from "../../records/resource-table.ts";
import { invalidRequest } from "../../service-fault.ts";

export interface ContactShape {
  /** Empty when it has none. */
  readonly name: string;
  /** Members that `DescribeContact` returns unchanged. */
  readonly described: Pick<
    Contact,
    | "Description"
    | "InitialContactId"
    | "PreviousContactId"
    | "RelatedContactId"
    | "CustomerId"
    | "CustomerEndpoint"
    | "SystemEndpoint"
    | "AdditionalEmailRecipients"
    | "Customer"
    | "Campaign"
    | "OutboundStrategy"
    | "QueueInfo"
    | "QueuePriority"
    | "QueueTimeAdjustmentSeconds"
    | "RoutingCriteria"
    | "AgentInfo"
    | "ScheduledTimestamp"
    | "SegmentAttributes"
    | "TaskTemplateInfo"
    | "LastPausedTimestamp"
    | "LastResumedTimestamp"
    | "TotalPauseCount"
    | "TotalPauseDurationInSeconds"
  > & {
    readonly Channel: Channel;
    readonly InitiationMethod: ContactInitiationMethod;
    readonly InitiationTimestamp: Date;
    readonly DisconnectTimestamp?: Date;
    readonly DisconnectReason?: string;
  };
  /** User-defined attributes; in a chain, those of the first contact are used. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly recording: Recording;
  readonly isPaused?: boolean;
  /** By name. */
  readonly references?: Readonly<Record<string, Reference>>;
  readonly session?: Session;
  /** The simulation of `--live` moves it. */
  readonly isSimulated?: true;
}

/** A contact's voice recording. It starts and stops once; in between it can be suspended and resumed. */
export interface Recording {
  readonly state: "none" | "active" | "suspended" | "stopped";
  readonly startedAt?: Date;
  readonly stoppedAt?: Date;
}

/** What calls have said of a chat or a web call. Nothing is sent on. */
export interface Session {
  readonly participants?: readonly Participant[];
  readonly messages?: readonly Message[];
  /** Identifiers of the streams that are on. */
  readonly streams?: readonly string[];
  /** ARN of what processes its messages. */
  readonly processor?: string;
  readonly timers?: readonly ParticipantTimerConfiguration[];
  readonly aiAgents?: readonly ContactSearchSummaryAiAgentInfo[];
  readonly isScreenShared?: true;
}

export interface Participant {
  readonly id: string;
  readonly role: ParticipantRole;
  readonly name: string;
}

export interface Message extends ChatMessage {
  readonly id: string;
  readonly sentAt: Date;
  readonly from: Participant;
}

/** Refuses a contact that has ended, or that is of another channel. @throws ServiceFault `InvalidRequestException` */
export function checkOngoing({ id, shape: { described } }: Row<ContactShape>, ...channels: Channel[]): void {
  if (channels.length > 0 && !channels.includes(described.Channel))
    throw invalidRequest(
      `contact \`${id}\` is of the channel ${described.Channel}, not ${channels.join(" or ")}`,
    );
  if (described.DisconnectTimestamp) throw invalidRequest(`contact \`${id}\` has ended`);
}
