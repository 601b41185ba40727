/** What real-time metrics count: agents in their queues, contacts in agents' hands, and contacts that wait. */
import type { Channel } from "@aws-sdk/client-connect";
import type { InstanceState } from "../../instance-state.ts";
import type { Members, Row } from "../../records/resource-table.ts";
import { type Agent, agentsOf, servedBy } from "./agents.ts";
import { isHandled, type MeasuredContact, measureContacts } from "./contact-times.ts";

/** Something to count, and where it belongs. A contact that waits belongs to each profile that serves its queue. */
export interface Fact {
  /** `seat`: an agent who is not offline, in one queue and channel of their routing profile. */
  readonly kind: "seat" | "handled" | "queued" | "scheduled";
  readonly agent?: Agent;
  readonly contact?: MeasuredContact;
  readonly queueId: string | undefined;
  readonly channel: Channel;
  readonly profileId: string | undefined;
}

export function currentFacts(instance: InstanceState, now: Date): readonly Fact[] {
  const contacts = measureContacts(instance, now);
  const agents = agentsOf(instance, now, contacts);
  const profiles = instance.table("RoutingProfile").all();
  return [
    ...agents.filter(({ statusType }) => statusType !== "OFFLINE").flatMap(seatsOf),
    ...agents.flatMap(handledBy),
    ...contacts.flatMap((contact) => waiting(contact, profiles)),
  ];
}

function seatsOf(agent: Agent): readonly Fact[] {
  const profileId = agent.profile?.id;
  return servedBy(agent.profile).map(({ queueId, channel }) => ({
    kind: "seat",
    agent,
    queueId,
    channel,
    profileId,
  }));
}

function handledBy(agent: Agent): readonly Fact[] {
  const profileId = agent.profile?.id;
  return agent.contacts.filter(isHandled).map((contact) => {
    const { queueId, channel } = contact;
    return { kind: "handled", agent, contact, queueId, channel, profileId };
  });
}

function waiting(contact: MeasuredContact, profiles: readonly Row<Members>[]): readonly Fact[] {
  const { phase, queueId, channel } = contact;
  if ((phase !== "queued" && phase !== "scheduled") || queueId === undefined) return [];
  const serving = profiles.filter((profile) =>
    servedBy(profile).some((served) => served.queueId === queueId && served.channel === channel),
  );
  const ids = serving.length === 0 ? [undefined] : serving.map(({ id }) => id);
  return ids.map((profileId) => ({ kind: phase, contact, queueId, channel, profileId }));
}
