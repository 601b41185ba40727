/** Contacts in agents' hands: given from a queue, listened to, and dismissed after the work that follows them. */
import type { Handlers } from "../../handler.ts";
import { invalidParameter, invalidRequest } from "../../service-fault.ts";
import { chosenStatus } from "../metrics/agents.ts";
import { measureContact, measureContacts } from "../metrics/contact-times.ts";
import { idIn, notMeasured } from "../metrics/filters.ts";
import { routedBefore } from "./routing-data.ts";
import { addContact, starts } from "./start/new-contact.ts";

export const agentContactHandlers = {
  /** The agent answers at once, whatever their status and slots are; only somebody who has signed in can. */
  AssociateContactWithUser(input, world) {
    const instance = world.instance(input.InstanceId);
    const now = world.now();
    const row = instance.contacts.get(input.ContactId);
    const user = instance.table("User").get(idIn(instance, input.UserId));
    if (measureContact(row, now).phase !== "queued")
      throw invalidRequest(`contact \`${row.id}\` does not wait in a queue`);
    if (!chosenStatus(instance, user.id))
      throw invalidRequest(
        `user \`${user.id}\` has not signed in: give them a status with \`PutUserStatus\``,
      );
    const accepted = { Id: user.id, AcceptedByAgentTimestamp: now, ConnectedToAgentTimestamp: now };
    const described = { ...row.shape.described, AgentInfo: accepted };
    instance.contacts.revise(row, { shape: { ...row.shape, described } });
    return {};
  },
  /** Ends after contact work, so that the agent's slot is free. */
  DismissUserContact(input, world) {
    const instance = world.instance(input.InstanceId);
    const user = instance.table("User").get(input.UserId);
    const row = instance.contacts.get(input.ContactId);
    const { AgentInfo: agent, ...described } = row.shape.described;
    if (agent?.Id !== user.id || measureContact(row, world.now()).phase !== "afterContactWork")
      throw invalidRequest(`contact \`${row.id}\` is not in after contact work of user \`${user.id}\``);
    const done = { ...agent, AfterContactWorkEndTimestamp: world.now() };
    instance.contacts.revise(row, {
      shape: { ...row.shape, described: { ...described, AgentInfo: done } },
    });
    return {};
  },
  /** The user gets a contact of their own, initiated by MONITOR, which nothing is heard on. */
  MonitorContact: starts("MonitorContact", (input, starting) => {
    const { instance, now } = starting;
    const row = instance.contacts.get(input.ContactId);
    const user = instance.table("User").get(idIn(instance, input.UserId));
    if (measureContact(row, now).phase !== "connected")
      throw invalidRequest(`contact \`${row.id}\` is not connected to an agent`);
    const monitoring = { RelatedContactId: row.id };
    const { id, arn } = addContact(starting, monitoring, {
      Channel: row.shape.described.Channel,
      InitiationMethod: "MONITOR",
      AgentInfo: { Id: user.id, ConnectedToAgentTimestamp: now },
    });
    return { ContactId: id, ContactArn: arn };
  }),
  /** A position counts the contacts of the same queue and channel. */
  GetContactMetrics(input, world) {
    const instance = world.instance(input.InstanceId);
    const now = world.now();
    const row = instance.contacts.get(input.ContactId);
    const contact = measureContact(row, now);
    if (input.Metrics.length === 0) throw invalidParameter("Metrics", "must have at least one element");
    for (const [index, { Name }] of input.Metrics.entries())
      if (Name !== "POSITION_IN_QUEUE") throw notMeasured(`Metrics[${index}].Name`, String(Name));
    if (contact.phase !== "queued") throw invalidRequest(`contact \`${row.id}\` does not wait in a queue`);
    const ahead = measureContacts(instance, now).filter(
      (other) =>
        other.phase === "queued" &&
        other.queueId === contact.queueId &&
        other.channel === contact.channel &&
        routedBefore(other, contact),
    );
    return {
      Id: row.id,
      Arn: row.arn,
      MetricResults: input.Metrics.map(() => ({
        Name: "POSITION_IN_QUEUE" as const,
        Value: { Number: ahead.length + 1 },
      })),
    };
  },
} satisfies Handlers;
