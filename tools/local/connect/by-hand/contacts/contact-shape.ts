/** What is kept of a contact, and the life of its voice recording. */
import type { Channel, Contact, ContactInitiationMethod } from "@aws-sdk/client-connect";

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
    | "QueueInfo"
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
  /** The simulation of `--live` moves it. */
  readonly isSimulated?: true;
}

/** A contact's voice recording. It starts and stops once; in between it can be suspended and resumed. */
export interface Recording {
  readonly state: "none" | "active" | "suspended" | "stopped";
  readonly startedAt?: Date;
  readonly stoppedAt?: Date;
}
