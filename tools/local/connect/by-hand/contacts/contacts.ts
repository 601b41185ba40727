/** Contacts after they have started: described, changed, stopped, tagged. */
import type { ContactEvaluation } from "@aws-sdk/client-connect";
import { cutPage } from "../../engine/paging.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { Row } from "../../records/resource-table.ts";
import { ServiceFault } from "../../service-fault.ts";
import { checkTags } from "../settings/tags.ts";
import { firstOfChain } from "./contact-attributes.ts";
import type { ContactShape, Recording } from "./contact-shape.ts";
import { routingAt } from "./routing-data.ts";

/** Handlers of the operations on existing contacts, except attributes and recordings. */
export const contactHandlers = {
  DescribeContact(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = instance.contacts.get(input.ContactId);
    const { RoutingCriteria: criteria } = row.shape.described;
    const evaluations = evaluationsOf(row.id, instance);
    return {
      Contact: {
        Id: row.id,
        Arn: row.arn,
        ...(row.shape.name === "" ? {} : { Name: row.shape.name }),
        ...row.shape.described,
        ...(criteria ? { RoutingCriteria: routingAt(row.shape, world.now()) } : {}),
        LastUpdateTimestamp: row.modifiedAt,
        Attributes: { ...firstOfChain(instance, row).shape.attributes },
        Recordings: describeRecordings(row.shape),
        ...(evaluations.length > 0 ? { ContactEvaluations: Object.fromEntries(evaluations) } : {}),
        Tags: { ...row.tags },
      },
    };
  },
  /** Ends a contact, and begins its agent's work after it. One that does not exist or has ended answers `ContactNotFoundException`. */
  StopContact(input, world) {
    const { contacts } = world.instance(input.InstanceId);
    const row = contacts.find(input.ContactId);
    if (!row || row.shape.described.DisconnectTimestamp) {
      const message = `contact \`${input.ContactId}\` is not active or does not exist`;
      throw new ServiceFault("ContactNotFoundException", message);
    }
    contacts.revise(row, { shape: endedAt(row.shape, world.now(), input.DisconnectReason?.Code) });
    endMonitoring(contacts, row.id, world.now());
    return {};
  },
  /** The contacts of one tree: linked by first, previous and related contacts, in either direction. */
  ListAssociatedContacts(input, world) {
    const { contacts } = world.instance(input.InstanceId);
    const tree = treeOf(contacts.get(input.ContactId), contacts.all());
    const page = cutPage(tree, input, { scope: `ListAssociatedContacts:${input.ContactId}` });
    const summaries = page.items.map(({ id, arn, shape: { described } }) => ({
      ContactId: id,
      ContactArn: arn,
      InitiationTimestamp: described.InitiationTimestamp,
      DisconnectTimestamp: described.DisconnectTimestamp,
      InitialContactId: described.InitialContactId,
      PreviousContactId: described.PreviousContactId,
      RelatedContactId: described.RelatedContactId,
      InitiationMethod: described.InitiationMethod,
      Channel: described.Channel,
    }));
    return { ContactSummaryList: summaries, NextToken: page.next };
  },
  TagContact(input, world) {
    const { contacts } = world.instance(input.InstanceId);
    const row = contacts.get(input.ContactId);
    checkTags(input.Tags, "Tags");
    contacts.revise(row, { tags: checkTags({ ...row.tags, ...input.Tags }, "Tags") });
    return {};
  },
  UntagContact(input, world) {
    const { contacts } = world.instance(input.InstanceId);
    const row = contacts.get(input.ContactId);
    const removed = new Set(input.TagKeys);
    const tags = Object.fromEntries(Object.entries(row.tags).filter(([key]) => !removed.has(key)));
    contacts.revise(row, { tags });
    return {};
  },
} satisfies Handlers;

/** What a contact is after its end, with which its agent's work after it begins. */
export function endedAt(shape: ContactShape, now: Date, DisconnectReason = "API"): ContactShape {
  const described = {
    ...shape.described,
    DisconnectTimestamp: now,
    DisconnectReason,
    ...beginWork(shape, now),
  };
  return { ...shape, described, recording: endRecording(shape.recording, now) };
}

/** Nobody listens to a contact that has ended. */
export function endMonitoring(contacts: InstanceState["contacts"], monitoredId: string, now: Date): void {
  for (const row of contacts.all()) {
    const { InitiationMethod, RelatedContactId, DisconnectTimestamp } = row.shape.described;
    if (InitiationMethod === "MONITOR" && RelatedContactId === monitoredId && !DisconnectTimestamp)
      contacts.revise(row, { shape: endedAt(row.shape, now, "OTHER") });
  }
}

function treeOf(start: Row<ContactShape>, all: readonly Row<ContactShape>[]): readonly Row<ContactShape>[] {
  const linked = ({ shape: { described } }: Row<ContactShape>) =>
    [described.InitialContactId, described.PreviousContactId, described.RelatedContactId].filter(
      (id) => id !== undefined,
    );
  const ids = new Set([start.id]);
  for (let before = 0; before < ids.size; ) {
    before = ids.size;
    for (const row of all) {
      const near = [row.id, ...linked(row)];
      if (near.some((id) => ids.has(id))) for (const id of near) ids.add(id);
    }
  }
  return all.filter((row) => ids.has(row.id));
}

/** An agent who has been connected works on the contact until it is dismissed; somebody who listened does not. */
function beginWork({ described: { AgentInfo: agent, InitiationMethod } }: ContactShape, now: Date) {
  if (!agent?.ConnectedToAgentTimestamp || InitiationMethod === "MONITOR") return {};
  return { AgentInfo: { ...agent, AfterContactWorkStartTimestamp: now } };
}

/** What has been said of the contact, by the evaluation's identifier. */
function evaluationsOf(contactId: string, instance: InstanceState) {
  const rows = instance.table("ContactEvaluation").all();
  return rows
    .filter(({ shape }) => shape["ContactId"] === contactId)
    .map(({ id, arn, shape, createdAt, modifiedAt }) => {
      const isSubmitted = shape["Status"] === "SUBMITTED";
      const evaluation: ContactEvaluation = {
        FormId: String(shape["EvaluationFormId"]),
        EvaluationArn: arn,
        Status: isSubmitted ? "COMPLETE" : "IN_PROGRESS",
        StartTimestamp: createdAt,
        ...(isSubmitted ? { EndTimestamp: modifiedAt } : {}),
      };
      return [id, evaluation] as const;
    });
}

function endRecording(recording: Recording, now: Date): Recording {
  const running = recording.state === "active" || recording.state === "suspended";
  return running ? { ...recording, state: "stopped", stoppedAt: now } : recording;
}

function describeRecordings({ recording }: ContactShape) {
  if (recording.state === "none") return [];
  return [
    {
      StorageType: "S3" as const,
      MediaStreamType: "AUDIO" as const,
      ParticipantType: "ALL" as const,
      StartTimestamp: recording.startedAt,
      ...(recording.state === "stopped"
        ? { StopTimestamp: recording.stoppedAt, Status: "AVAILABLE" as const }
        : {}),
    },
  ];
}
