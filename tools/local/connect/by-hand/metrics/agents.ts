/**
 * Agents: users with a status, their contacts, and the slots that their routing profile gives them.
 *
 * A user has no status until `PutUserStatus` or the simulation gives one: they have not signed in, and no metric counts them.
 */
import type {
  AgentStatusType,
  Channel,
  MediaConcurrency,
  RoutingProfileQueueConfig,
} from "@aws-sdk/client-connect";
import type { InstanceState } from "../../instance-state.ts";
import type { Members, Row } from "../../records/resource-table.ts";
import { isHandled, type MeasuredContact, measureContacts } from "./contact-times.ts";

/** What {@link InstanceState.settings} keeps of a user's status. */
interface KeptStatus {
  readonly id: string;
  readonly since: Date;
  /** The status to come when the contacts in hand have ended, and when it was asked for. */
  readonly next?: { readonly id: string; readonly askedAt: Date };
  /** The simulation of `--live` has given it, and no call has since. */
  readonly isSimulated?: true;
}

export interface Agent {
  readonly user: Row<Members>;
  readonly status: Row<Members>;
  readonly statusType: AgentStatusType;
  readonly since: Date;
  /** Name of the status to come. */
  readonly next: string | undefined;
  readonly profile: Row<Members> | undefined;
  /** In hand now. */
  readonly contacts: readonly MeasuredContact[];
}

/** Queues and channels that an agent takes contacts of. */
export interface Served {
  readonly queueId: string;
  readonly channel: Channel;
  readonly delaySeconds: number;
}

const keyOf = (userId: string) => `status of user ${userId}`;

/** The agents who have signed in, in the order of their users' creation. */
export function agentsOf(
  instance: InstanceState,
  now: Date,
  contacts: readonly MeasuredContact[] = measureContacts(instance, now),
): readonly Agent[] {
  const byAgent = new Map<string, MeasuredContact[]>();
  for (const contact of contacts) {
    if (contact.agentId === undefined) continue;
    const known = byAgent.get(contact.agentId);
    if (known) known.push(contact);
    else byAgent.set(contact.agentId, [contact]);
  }
  return instance
    .table("User")
    .all()
    .flatMap((user) => readAgent(instance, user, byAgent.get(user.id) ?? []) ?? []);
}

function readAgent(
  instance: InstanceState,
  user: Row<Members>,
  contacts: readonly MeasuredContact[],
): Agent | undefined {
  const kept = readKept(instance, user.id);
  if (!kept) return undefined;
  const inHand = contacts.filter(isHandled);
  const settled = inHand.length > 0 ? kept : settle(kept, contacts);
  const statuses = instance.table("AgentStatus");
  const status = statuses.find(settled.id);
  if (!status) return undefined;
  return {
    user,
    status,
    statusType: typeOf(status),
    since: settled.since,
    next: settled.next && String(statuses.find(settled.next.id)?.shape["Name"] ?? ""),
    profile: instance.table("RoutingProfile").find(String(user.shape["RoutingProfileId"])),
    contacts: inHand,
  };
}

/** With no contact in hand, the status to come has come: when the last contact ended, but not before it was asked for. */
function settle(kept: KeptStatus, contacts: readonly MeasuredContact[]): KeptStatus {
  if (!kept.next) return kept;
  const ends = contacts.map(({ workEndedAt, disconnectedAt }) => workEndedAt ?? disconnectedAt ?? 0);
  const askedAt = kept.next.askedAt.getTime();
  return { id: kept.next.id, since: new Date(ends.reduce((a, b) => Math.max(a, b), askedAt)) };
}

/** Statuses that nobody gave a type are those that you made. */
function typeOf({ shape }: Row<Members>): AgentStatusType {
  const type = shape["Type"];
  return type === "ROUTABLE" || type === "OFFLINE" ? type : "CUSTOM";
}

interface StatusChange {
  readonly id: string;
  readonly now: Date;
  readonly isSimulated?: true;
}

/** Gives a user a status, or, while they have contacts in hand, their next status. */
export function setStatus(instance: InstanceState, userId: string, { now, ...change }: StatusChange): void {
  const agent = agentsOf(instance, now).find(({ user }) => user.id === userId);
  const kept = readKept(instance, userId);
  if (kept && agent && agent.contacts.length > 0) {
    const next = change.id === kept.id ? {} : { next: { id: change.id, askedAt: now } };
    keep(instance, userId, { ...change, id: kept.id, since: kept.since, ...next });
    return;
  }
  const since = agent?.status.id === change.id ? agent.since : now;
  keep(instance, userId, { ...change, since });
}

/** Makes a status that has come the kept one, before the agent gets other contacts. */
export function keepSettled(instance: InstanceState, agent: Agent): void {
  const kept = readKept(instance, agent.user.id);
  if (agent.contacts.length > 0 || !kept?.next) return;
  const { next: _, ...others } = kept;
  keep(instance, agent.user.id, { ...others, id: agent.status.id, since: agent.since });
}

/** The status that a user was last given, be it the next one, and by whom; `undefined` when they never had one. */
export function chosenStatus(instance: InstanceState, userId: string) {
  const kept = readKept(instance, userId);
  return kept && { id: kept.next?.id ?? kept.id, isSimulated: kept.isSimulated === true };
}

function keep(instance: InstanceState, userId: string, kept: KeptStatus): void {
  instance.settings.set(keyOf(userId), { ...kept });
}

// INVARIANT: only `keep` writes under this name.
function readKept(instance: InstanceState, userId: string): KeptStatus | undefined {
  return instance.settings.get(keyOf(userId)) as KeptStatus | undefined;
}

/** What a routing profile serves. Its members have the SDK's types, since the decoder checked what made them. */
export function servedBy(profile: Row<Members> | undefined): readonly Served[] {
  const configs = (profile?.shape["QueueConfigs"] ?? []) as readonly RoutingProfileQueueConfig[];
  return configs.flatMap(({ QueueReference: queue, Delay }) =>
    queue?.QueueId === undefined || queue.Channel === undefined
      ? []
      : [{ queueId: queue.QueueId, channel: queue.Channel, delaySeconds: Delay ?? 0 }],
  );
}

interface Slots {
  readonly channel: Channel;
  readonly max: number;
  readonly active: number;
  readonly available: number;
}

/**
 * The slots of an agent by channel. A channel whose `CrossChannelBehavior` is not `ROUTE_ANY_CHANNEL` leaves no slot of
 * another channel while a contact of it is in hand.
 */
export function slotsOf({ profile, contacts, statusType, next }: Agent): readonly Slots[] {
  const media = (profile?.shape["MediaConcurrencies"] ?? []) as readonly MediaConcurrency[];
  const activeOn = (channel: Channel) => contacts.filter((each) => each.channel === channel).length;
  const blocks = media.filter(
    ({ Channel: channel, CrossChannelBehavior: behaviour }) =>
      channel && activeOn(channel) > 0 && behaviour?.BehaviorType !== "ROUTE_ANY_CHANNEL",
  );
  const takes = statusType === "ROUTABLE" && next === undefined;
  return media.flatMap(({ Channel: channel, Concurrency: max = 0 }) => {
    if (channel === undefined) return [];
    const active = activeOn(channel);
    const isBlocked = blocks.some((other) => other.Channel !== channel);
    return [{ channel, max, active, available: takes && !isBlocked ? Math.max(0, max - active) : 0 }];
  });
}
