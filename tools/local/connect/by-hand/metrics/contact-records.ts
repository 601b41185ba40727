/** Contacts as contact records have them, which historical metrics are computed from. Times are in milliseconds. */

import { groupPath } from "../../families/hierarchy.ts";
import type { InstanceState } from "../../instance-state.ts";
import { type MeasuredContact, measureContacts } from "./contact-times.ts";

export interface ContactRecord extends MeasuredContact {
  /** The routing profile that the agent has now. */
  readonly profileId: string | undefined;
  /** The agent's hierarchy groups as they are now, level one first. */
  readonly groupIds: readonly string[];
}

export function contactRecords(instance: InstanceState, now: Date): readonly ContactRecord[] {
  const agents = new Map<string, Pick<ContactRecord, "profileId" | "groupIds">>();
  for (const { id, shape } of instance.table("User").all()) {
    const path = groupPath(String(shape["HierarchyGroupId"] ?? ""), instance);
    const groupIds = path.map(({ Id }) => String(Id));
    agents.set(id, { profileId: String(shape["RoutingProfileId"]), groupIds });
  }
  const nobody = { profileId: undefined, groupIds: [] };
  const contacts = measureContacts(instance, now).filter(({ initiation }) => initiation !== "MONITOR");
  return contacts.map((contact) => ({
    ...contact,
    ...(agents.get(contact.agentId ?? "") ?? nobody),
  }));
}

/** When a record is complete, which most metrics go by: the contact has ended, and the work after it too. */
export function completedAt({ phase, disconnectedAt }: ContactRecord): number | undefined {
  return phase === "ended" ? disconnectedAt : undefined;
}

export function isQueued({ enqueuedAt }: ContactRecord): boolean {
  return enqueuedAt !== undefined;
}

export function isAnswered({ answeredAt }: ContactRecord): boolean {
  return answeredAt !== undefined;
}

/** It ended in the queue, before an agent answered, and did not go on to another. */
export function isAbandoned(record: ContactRecord): boolean {
  const { disconnectedAt, disconnectReason } = record;
  const isOver = disconnectedAt !== undefined && disconnectReason !== "TRANSFERRED";
  return isQueued(record) && !isAnswered(record) && isOver;
}

const seconds = (from: number | undefined, to: number | undefined) =>
  from === undefined || to === undefined ? undefined : (to - from) / 1000;

/** From the queue to the agent's answer, or else to the end. */
export function queueSeconds({ enqueuedAt, answeredAt, disconnectedAt }: ContactRecord) {
  return seconds(enqueuedAt, answeredAt ?? disconnectedAt);
}

export function interactionSeconds({ answeredAt, disconnectedAt }: ContactRecord) {
  return seconds(answeredAt, disconnectedAt);
}

/** 0 for a contact that an agent handled without any. */
export function workSeconds(record: ContactRecord) {
  return isAnswered(record) ? (seconds(record.workStartedAt, record.workEndedAt) ?? 0) : undefined;
}

export function handleSeconds(record: ContactRecord) {
  const interaction = interactionSeconds(record);
  return interaction === undefined ? undefined : interaction + (workSeconds(record) ?? 0);
}

export function durationSeconds({ initiatedAt, disconnectedAt }: ContactRecord) {
  return seconds(initiatedAt, disconnectedAt);
}

/** From its start to the end of the work after it. */
export function resolutionSeconds({ initiatedAt, disconnectedAt, workEndedAt }: ContactRecord) {
  return seconds(initiatedAt, workEndedAt ?? disconnectedAt);
}
