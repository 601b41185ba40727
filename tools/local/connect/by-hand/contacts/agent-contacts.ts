/** Contacts in agents' hands: given from a queue, listened to, and dismissed after the work that follows them. */
import { once } from "../../engine/change.ts";
import type { Handlers } from "../../handler.ts";
import { invalidParameter, invalidRequest } from "../../service-fault.ts";
import { chosenStatus } from "../metrics/agents.ts";
import { measureContact, measureContacts } from "../metrics/contact-times.ts";
import { idIn, notMeasured } from "../metrics/filters.ts";
import { addContact } from "./new-contact.ts";

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
  MonitorContact(input, world) {
    const instance = world.instance(input.InstanceId);
    return once(instance, "MonitorContact", input.ClientToken, () => {
      const now = world.now();
      const row = instance.contacts.get(input.ContactId);
      const user = instance.table("User").get(input.UserId);
      if (measureContact(row, now).phase !== "connected")
        throw invalidRequest(`contact \`${row.id}\` is not connected to an agent`);
      const id = addContact(
        { instance, now },
        { RelatedContactId: row.id },
        {
          Channel: row.shape.described.Channel,
          AgentInfo: { Id: user.id, ConnectedToAgentTimestamp: now },
        },
      );
      const monitoring = instance.contacts.get(id);
      const described = { ...monitoring.shape.described, InitiationMethod: "MONITOR" as const };
      instance.contacts.revise(monitoring, { shape: { ...monitoring.shape, described } });
      return { ContactId: id, ContactArn: monitoring.arn };
    });
  },
  /** A position counts the contacts of the same queue and channel. */
  GetContactMetrics(input, world) {
    const instance = world.instance(input.InstanceId);
    const now = world.now();
    const row = instance.contacts.get(input.ContactId);
    const { phase, queueId, channel, enqueuedAt = 0 } = measureContact(row, now);
    if (input.Metrics.length === 0) throw invalidParameter("Metrics", "must have at least one element");
    for (const [index, { Name }] of input.Metrics.entries())
      if (Name !== "POSITION_IN_QUEUE") throw notMeasured(`Metrics[${index}].Name`, String(Name));
    if (phase !== "queued") throw invalidRequest(`contact \`${row.id}\` does not wait in a queue`);
    const ahead = measureContacts(instance, now).filter(
      (other) =>
        other.phase === "queued" &&
        other.queueId === queueId &&
        other.channel === channel &&
        (other.enqueuedAt ?? 0) < enqueuedAt,
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
