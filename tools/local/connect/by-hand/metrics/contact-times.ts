/** Where a contact is in its life, and how long each part of it took: all from the times that the contact has. */
import type { Channel, ContactInitiationMethod } from "@aws-sdk/client-connect";
import type { InstanceState } from "../../instance-state.ts";
import type { Row } from "../../records/resource-table.ts";
import type { ContactShape } from "../contacts/contact-shape.ts";

/** `elsewhere`: it is in a flow, with neither a queue nor an agent. */
type Phase = "scheduled" | "queued" | "connected" | "afterContactWork" | "ended" | "elsewhere";

/** A contact, as metrics see it. Times are in milliseconds since 1970. */
export interface MeasuredContact {
  readonly id: string;
  readonly phase: Phase;
  readonly channel: Channel;
  readonly initiation: ContactInitiationMethod;
  readonly queueId: string | undefined;
  readonly agentId: string | undefined;
  readonly disconnectReason: string | undefined;
  readonly initiatedAt: number;
  readonly enqueuedAt: number | undefined;
  /** The lowest is routed first. */
  readonly priority: number;
  /** Since when it waits, as routing sees it: `QueueTimeAdjustmentSeconds` makes it older or younger. */
  readonly agesFrom: number;
  readonly answeredAt: number | undefined;
  readonly disconnectedAt: number | undefined;
  readonly workStartedAt: number | undefined;
  readonly workEndedAt: number | undefined;
}

/** `QueuePriority` in the API Reference. */
const usualPriority = 5;

export function measureContact({ id, shape }: Row<ContactShape>, now: Date): MeasuredContact {
  const { QueueInfo: queue, AgentInfo: agent, ...described } = shape.described;
  const enqueuedAt = queue?.EnqueueTimestamp?.getTime();
  return {
    id,
    phase: phaseAt(shape.described, now),
    channel: described.Channel,
    initiation: described.InitiationMethod,
    queueId: queue?.Id,
    agentId: agent?.Id,
    disconnectReason: described.DisconnectReason,
    initiatedAt: described.InitiationTimestamp.getTime(),
    enqueuedAt,
    priority: described.QueuePriority ?? usualPriority,
    agesFrom: (enqueuedAt ?? 0) - (described.QueueTimeAdjustmentSeconds ?? 0) * 1000,
    answeredAt: agent?.ConnectedToAgentTimestamp?.getTime(),
    disconnectedAt: described.DisconnectTimestamp?.getTime(),
    workStartedAt: agent?.AfterContactWorkStartTimestamp?.getTime(),
    workEndedAt: agent?.AfterContactWorkEndTimestamp?.getTime(),
  };
}

export function measureContacts(instance: InstanceState, now: Date): readonly MeasuredContact[] {
  return instance.contacts.all().map((row) => measureContact(row, now));
}

function phaseAt(described: ContactShape["described"], now: Date): Phase {
  const { QueueInfo: queue, AgentInfo: agent, DisconnectTimestamp, ScheduledTimestamp } = described;
  if (DisconnectTimestamp) {
    const works = agent?.AfterContactWorkStartTimestamp && !agent.AfterContactWorkEndTimestamp;
    return works ? "afterContactWork" : "ended";
  }
  if (agent?.ConnectedToAgentTimestamp) return "connected";
  if (ScheduledTimestamp && ScheduledTimestamp > now) return "scheduled";
  return queue ? "queued" : "elsewhere";
}

/** Whether an agent has the contact in hand: after contact work takes a slot too. */
export function isHandled({ phase }: MeasuredContact): boolean {
  return phase === "connected" || phase === "afterContactWork";
}
