/**
 * A little contact center that moves: contacts arrive in queues, wait, are answered by agents whose routing profile
 * serves the queue, are talked about and worked on afterwards, or are abandoned.
 *
 * It moves its own contacts only, and gives way to what calls change: it routes by the agents, queues and profiles that
 * are there at the moment, and leaves a user alone once a call has set their status.
 */
import type { Channel } from "@aws-sdk/client-connect";
import type { ContactShape } from "../by-hand/contacts/contact-shape.ts";
import { endMonitoring } from "../by-hand/contacts/contacts.ts";
import { routedBefore } from "../by-hand/contacts/routing-data.ts";
import {
  type Agent,
  agentsOf,
  chosenStatus,
  keepSettled,
  servedBy,
  setStatus,
  slotsOf,
} from "../by-hand/metrics/agents.ts";
import { measureContact } from "../by-hand/metrics/contact-times.ts";
import type { InstanceState } from "../instance-state.ts";
import type { Row } from "../records/resource-table.ts";
import type { Chance } from "./chance.ts";
import { changeAgent, newContact, withEnd, withoutAgent } from "./contact-life.ts";

/** Where one of the simulation's contacts is, and when it moves on by itself, in milliseconds since 1970. */
interface Moving {
  readonly phase: "waiting" | "connected" | "working";
  readonly dueAt: number;
}

interface Options {
  readonly instance: InstanceState;
  readonly chance: Chance;
  /** Without it, a quarter of the number of users, and at least one. */
  readonly contactsPerMinute: number | undefined;
  readonly now: Date;
}

const seconds = 1000;
const minutes = 60 * seconds;
/** After a sleep of the machine, only the last ten minutes are made up for. */
const longestGapMs = 10 * minutes;

export class Simulation {
  readonly #instance: InstanceState;
  readonly #chance: Chance;
  readonly #contactsPerMinute: number | undefined;
  readonly #contacts = new Map<string, Moving>();
  /** Users whose status is of the simulation, and when it gives them the next. */
  readonly #people = new Map<string, number>();
  readonly #answeredAt = new Map<string, number>();
  #at: number;
  #arrivesAt: number;

  constructor({ instance, chance, contactsPerMinute, now }: Options) {
    this.#instance = instance;
    this.#chance = chance;
    this.#contactsPerMinute = contactsPerMinute;
    this.#at = now.getTime();
    this.#arrivesAt = this.#at + this.#untilNextArrival();
    this.#signIn();
    this.#takeOver();
  }

  /** Does everything that is due until a time. */
  advance(to: Date): void {
    const end = to.getTime();
    this.#arrivesAt = Math.max(this.#arrivesAt, end - longestGapMs);
    this.#giveWay(end);
    for (let next = this.#nextDue(); next <= end; next = this.#nextDue()) {
      this.#at = Math.max(this.#at, next);
      this.#moveDue();
      this.#route();
    }
    this.#at = Math.max(this.#at, end);
    this.#route();
  }

  #nextDue(): number {
    const due = [...this.#contacts.values()].map(({ dueAt }) => dueAt);
    return Math.min(this.#arrivesAt, ...due, ...this.#people.values());
  }

  /** Takes over what calls have done: contacts stopped, queues and users deleted, statuses set. */
  #giveWay(now: number): void {
    for (const userId of this.#people.keys()) {
      const isThere = this.#instance.table("User").find(userId) !== undefined;
      if (!isThere || !chosenStatus(this.#instance, userId)?.isSimulated) this.#people.delete(userId);
    }
    for (const [id, moving] of this.#contacts) {
      const row = this.#instance.contacts.find(id);
      if (row) this.#giveWayTo(row, moving, now);
      else this.#contacts.delete(id);
    }
  }

  #giveWayTo(row: Row<ContactShape>, { phase }: Moving, now: number): void {
    const { AgentInfo: agent, QueueInfo: queue, DisconnectTimestamp: endedAt } = row.shape.described;
    const at = new Date(now);
    const isGone = agent?.Id !== undefined && !this.#instance.table("User").find(agent.Id);
    if (phase === "waiting") {
      const isQueueGone = !this.#instance.table("Queue").find(queue?.Id ?? "");
      if (isQueueGone && !endedAt) this.#revise(row, withEnd(row.shape, at, "CONTACT_FLOW_DISCONNECT"));
      if (isQueueGone || endedAt) this.#contacts.delete(row.id);
    } else if (agent?.AfterContactWorkEndTimestamp) {
      this.#contacts.delete(row.id);
    } else if (isGone) {
      this.#revise(row, withoutAgent(row.shape, at));
      this.#contacts.delete(row.id);
    } else if (phase === "connected" && endedAt) this.#beginWork(row, endedAt);
  }

  #moveDue(): void {
    const now = this.#at;
    if (this.#arrivesAt <= now) this.#arrive();
    for (const [userId, changesAt] of this.#people) if (changesAt <= now) this.#changeStatus(userId);
    for (const [id, { phase, dueAt }] of this.#contacts) {
      const row = this.#instance.contacts.find(id);
      if (dueAt <= now && row) this.#moveOn(row, phase);
    }
  }

  #arrive(): void {
    const now = this.#at;
    this.#arrivesAt = now + this.#untilNextArrival();
    const served = this.#instance
      .table("RoutingProfile")
      .all()
      .flatMap((profile) => servedBy(profile));
    const queues = this.#instance
      .table("Queue")
      .all()
      .filter(
        ({ id, shape }) => shape["Status"] !== "DISABLED" && served.some(({ queueId }) => queueId === id),
      );
    // Of two draws the earlier: a center has queues that are busier than others.
    const queue = queues[Math.min(this.#chance.below(queues.length), this.#chance.below(queues.length))];
    if (!queue) return;
    const channels = served.filter(({ queueId }) => queueId === queue.id).map(({ channel }) => channel);
    const channel = this.#chance.oneOf([...new Set<Channel>(channels)]) ?? "VOICE";
    const shape = newContact({ queueId: queue.id, channel, now: new Date(now) }, this.#chance);
    const { id } = this.#instance.contacts.add({ shape });
    const dueAt = now + 20 * seconds + this.#chance.wait(2 * minutes);
    this.#contacts.set(id, { phase: "waiting", dueAt });
  }

  #untilNextArrival(): number {
    const usual = Math.max(1, this.#instance.table("User").size / 4);
    return this.#chance.wait(minutes / (this.#contactsPerMinute ?? usual));
  }

  #moveOn(row: Row<ContactShape>, phase: Moving["phase"]): void {
    const now = new Date(this.#at);
    if (phase === "waiting") {
      this.#revise(row, withEnd(row.shape, now, "CUSTOMER_DISCONNECT"));
      this.#contacts.delete(row.id);
    } else if (phase === "connected") {
      const reason = this.#chance.below(3) === 0 ? "AGENT_DISCONNECT" : "CUSTOMER_DISCONNECT";
      this.#beginWork(this.#revise(row, withEnd(row.shape, now, reason)), now);
      endMonitoring(this.#instance.contacts, row.id, now);
    } else {
      this.#revise(row, changeAgent(row.shape, { AfterContactWorkEndTimestamp: now }));
      this.#contacts.delete(row.id);
    }
  }

  #beginWork(row: Row<ContactShape>, from: Date): void {
    this.#revise(row, changeAgent(row.shape, { AfterContactWorkStartTimestamp: from }));
    const user = this.#instance.table("User").find(row.shape.described.AgentInfo?.Id ?? "");
    const { AfterContactWorkTimeLimit: limit = 0 } = (user?.shape["PhoneConfig"] ?? {}) as {
      readonly AfterContactWorkTimeLimit?: number;
    };
    const wanted = 5 * seconds + this.#chance.below(40 * seconds);
    const dueAt = from.getTime() + (limit > 0 ? Math.min(wanted, limit * seconds) : wanted);
    this.#contacts.set(row.id, { phase: "working", dueAt });
  }

  /** Gives each contact that waits, the most urgent first, to the agent who has been without a new one for longest. */
  #route(): void {
    const now = new Date(this.#at);
    const agents = new Map(agentsOf(this.#instance, now).map((agent) => [agent.user.id, agent]));
    for (const agent of agents.values()) keepSettled(this.#instance, agent);
    for (const row of this.#waiting(now)) {
      const agent = this.#longestWithout([...agents.values()].filter((each) => this.#takes(each, row)));
      if (!agent) continue;
      const answered = this.#answer(row, agent);
      const contacts = [...agent.contacts, measureContact(answered, now)];
      agents.set(agent.user.id, { ...agent, contacts });
    }
  }

  /** In the order of their routing: by priority, then by age. */
  #waiting(now: Date): readonly Row<ContactShape>[] {
    return [...this.#contacts]
      .flatMap(([id, { phase }]) => (phase === "waiting" ? (this.#instance.contacts.find(id) ?? []) : []))
      .filter(({ shape }) => !shape.described.DisconnectTimestamp)
      .map((row) => ({ row, contact: measureContact(row, now) }))
      .sort((a, b) => Number(routedBefore(b.contact, a.contact)) - Number(routedBefore(a.contact, b.contact)))
      .map(({ row }) => row);
  }

  #takes(agent: Agent, { shape: { described } }: Row<ContactShape>): boolean {
    const { QueueInfo: queue, Channel: channel } = described;
    const waited = this.#at - (queue?.EnqueueTimestamp?.getTime() ?? this.#at);
    return (
      servedBy(agent.profile).some(
        (served) =>
          served.queueId === queue?.Id &&
          served.channel === channel &&
          waited >= served.delaySeconds * seconds,
      ) && slotsOf(agent).some((slots) => slots.channel === channel && slots.available > 0)
    );
  }

  #longestWithout(agents: readonly Agent[]): Agent | undefined {
    const since = ({ user }: Agent) => this.#answeredAt.get(user.id) ?? 0;
    return agents.reduce<Agent | undefined>(
      (best, each) => (best && since(best) <= since(each) ? best : each),
      undefined,
    );
  }

  #answer(row: Row<ContactShape>, { user }: Agent): Row<ContactShape> {
    const now = new Date(this.#at);
    this.#answeredAt.set(user.id, this.#at);
    const dueAt = this.#at + 20 * seconds + this.#chance.wait(2.5 * minutes);
    this.#contacts.set(row.id, { phase: "connected", dueAt });
    const accepted = { Id: user.id, AcceptedByAgentTimestamp: now, ConnectedToAgentTimestamp: now };
    return this.#revise(row, changeAgent(row.shape, accepted));
  }

  /** Users who have no status begin as available. */
  #signIn(): void {
    const [available] = this.#statuses("ROUTABLE");
    for (const { id } of this.#instance.table("User").all()) {
      const chosen = chosenStatus(this.#instance, id);
      if (!chosen && available !== undefined) this.#setStatus(id, available, 15 * minutes);
      if (chosen?.isSimulated) this.#people.set(id, this.#at + this.#chance.wait(4 * minutes));
    }
  }

  /** Goes on with the contacts of an earlier simulation, which a file may have kept. */
  #takeOver(): void {
    for (const { id, shape } of this.#instance.contacts.all()) {
      const { DisconnectTimestamp: endedAt, AgentInfo: agent } = shape.described;
      if (!shape.isSimulated || (endedAt && (!agent || agent.AfterContactWorkEndTimestamp))) continue;
      const phase = endedAt ? "working" : agent ? "connected" : "waiting";
      this.#contacts.set(id, { phase, dueAt: this.#at + this.#chance.wait(minutes) });
    }
  }

  /** From available to a break, and back. */
  #changeStatus(userId: string): void {
    const [available] = this.#statuses("ROUTABLE");
    const onBreak = this.#chance.oneOf(this.#statuses("CUSTOM"));
    const isAvailable = chosenStatus(this.#instance, userId)?.id === available;
    if (isAvailable && onBreak !== undefined) this.#setStatus(userId, onBreak, 4 * minutes);
    else if (available !== undefined) this.#setStatus(userId, available, 15 * minutes);
  }

  #setStatus(userId: string, statusId: string, about: number): void {
    setStatus(this.#instance, userId, { id: statusId, now: new Date(this.#at), isSimulated: true });
    this.#people.set(userId, this.#at + minutes + this.#chance.wait(about));
  }

  #statuses(type: "ROUTABLE" | "CUSTOM"): readonly string[] {
    return this.#instance
      .table("AgentStatus")
      .all()
      .filter(({ shape }) => shape["Type"] === type && shape["State"] !== "DISABLED")
      .map(({ id }) => id);
  }

  #revise(row: Row<ContactShape>, shape: ContactShape): Row<ContactShape> {
    return this.#instance.contacts.revise(row, { shape });
  }
}
