/** Contacts after they have started: described, stopped, tagged. */
import type { Handlers } from "../../handler.ts";
import { ServiceFault } from "../../service-fault.ts";
import { checkTags } from "../settings/tags.ts";
import { firstOfChain } from "./contact-attributes.ts";
import type { ContactShape, Recording } from "./contact-shape.ts";

/** Handlers of the operations on existing contacts, except attributes and recordings. */
export const contactHandlers = {
  DescribeContact(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = instance.contacts.get(input.ContactId);
    return {
      Contact: {
        Id: row.id,
        Arn: row.arn,
        ...(row.shape.name === "" ? {} : { Name: row.shape.name }),
        ...row.shape.described,
        LastUpdateTimestamp: row.modifiedAt,
        Attributes: { ...firstOfChain(instance, row).shape.attributes },
        Recordings: describeRecordings(row.shape),
        Tags: { ...row.tags },
      },
    };
  },
  /** Ends a contact. One that does not exist or has ended answers `ContactNotFoundException`. */
  StopContact(input, world) {
    const { contacts } = world.instance(input.InstanceId);
    const row = contacts.find(input.ContactId);
    if (!row || row.shape.described.DisconnectTimestamp) {
      const message = `contact \`${input.ContactId}\` is not active or does not exist`;
      throw new ServiceFault("ContactNotFoundException", message);
    }
    const now = world.now();
    const ended = { DisconnectTimestamp: now, DisconnectReason: input.DisconnectReason?.Code ?? "API" };
    const described = { ...row.shape.described, ...ended };
    contacts.revise(row, {
      shape: { ...row.shape, described, recording: endRecording(row.shape.recording, now) },
    });
    return {};
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
