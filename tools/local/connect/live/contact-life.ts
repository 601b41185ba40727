/** What happens to a contact of the simulation, as the contact has it afterwards. */
import type { AgentInfo, Channel } from "@aws-sdk/client-connect";
import type { ContactShape } from "../by-hand/contacts/contact-shape.ts";
import type { Chance } from "./chance.ts";

interface Arrival {
  readonly queueId: string;
  readonly channel: Channel;
  readonly now: Date;
}

export function newContact({ queueId, channel, now }: Arrival, chance: Chance): ContactShape {
  // Numbers from 555-0100 to 555-0199 are nobody's.
  const Address = `+1555555${String(100 + chance.below(100)).padStart(4, "0")}`;
  return {
    name: channel === "TASK" ? "Call the customer back" : "",
    described: {
      Channel: channel,
      InitiationMethod: channel === "VOICE" || channel === "EMAIL" ? "INBOUND" : "API",
      InitiationTimestamp: now,
      QueueInfo: { Id: queueId, EnqueueTimestamp: now },
      ...(channel === "VOICE" ? { CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address } } : {}),
    },
    attributes: {},
    recording: { state: "none" },
    isSimulated: true,
  };
}

export function withEnd(shape: ContactShape, now: Date, reason: string): ContactShape {
  const { recording, described } = shape;
  const isRecorded = recording.state === "active" || recording.state === "suspended";
  return {
    ...shape,
    described: { ...described, DisconnectTimestamp: now, DisconnectReason: reason },
    recording: isRecorded ? { ...recording, state: "stopped", stoppedAt: now } : recording,
  };
}

export function changeAgent(shape: ContactShape, change: AgentInfo): ContactShape {
  const { AgentInfo: agent, ...described } = shape.described;
  return { ...shape, described: { ...described, AgentInfo: { ...agent, ...change } } };
}

/** Ends what a deleted user had in hand: the contact, or the work after it. */
export function withoutAgent(shape: ContactShape, now: Date): ContactShape {
  if (!shape.described.DisconnectTimestamp) return withEnd(shape, now, "AGENT_DISCONNECT");
  return changeAgent(shape, { AfterContactWorkEndTimestamp: now });
}
