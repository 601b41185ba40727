/**
 * Contacts that callers start: an outbound call, a chat, a task. Each is ongoing at once and stays so until stopped.
 *
 * A call repeated with its `ClientToken` starts nothing and gets the first answer again.
 */
import { Buffer } from "node:buffer";
import { once } from "../../engine/change.ts";
import type { Handlers } from "../../handler.ts";
import { checkReferences } from "../../records/checks.ts";
import { checkLength } from "../../records/limits.ts";
import { addContact, checkChat, checkPhoneNumber, checkTask, type Particular } from "./new-contact.ts";

export const startContactHandlers = {
  StartOutboundVoiceContact(input, world) {
    const instance = world.instance(input.InstanceId);
    return once(instance, "StartOutboundVoiceContact", input.ClientToken, () => {
      const numbers = {
        DestinationPhoneNumber: input.DestinationPhoneNumber,
        SourcePhoneNumber: input.SourcePhoneNumber,
      };
      for (const [path, number] of Object.entries(numbers))
        if (number !== undefined) checkPhoneNumber(number, path);
      checkReferences("StartOutboundVoiceContact", input, instance);
      const { SourcePhoneNumber: source, QueueId: queueId } = input;
      const described: Particular = {
        Channel: "VOICE",
        CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: input.DestinationPhoneNumber },
        SystemEndpoint: source === undefined ? undefined : { Type: "TELEPHONE_NUMBER", Address: source },
        QueueInfo: queueId === undefined ? undefined : { Id: queueId, EnqueueTimestamp: world.now() },
      };
      return { ContactId: addContact({ instance, now: world.now() }, input, described) };
    });
  },
  StartChatContact(input, world) {
    const instance = world.instance(input.InstanceId);
    return once(instance, "StartChatContact", input.ClientToken, () => {
      checkLength(input.ParticipantDetails.DisplayName ?? "", "ParticipantDetails.DisplayName", {
        from: 1,
        to: 256,
      });
      checkChat(input);
      checkReferences("StartChatContact", input, instance);
      const source = input.PersistentChat?.SourceContactId;
      return {
        ContactId: addContact({ instance, now: world.now() }, input, { Channel: "CHAT" }),
        ParticipantId: world.newId(),
        ParticipantToken: Buffer.from(world.newId() + world.newId()).toString("base64"),
        ...(source === undefined ? {} : { ContinuedFromContactId: source }),
      };
    });
  },
  StartTaskContact(input, world) {
    const instance = world.instance(input.InstanceId);
    return once(instance, "StartTaskContact", input.ClientToken, () => {
      checkLength(input.Name, "Name", { from: 1, to: 512 });
      checkTask({ instance, now: world.now() }, input);
      checkReferences("StartTaskContact", input, instance);
      const { ScheduledTime } = input;
      const described = ScheduledTime === undefined ? {} : { ScheduledTimestamp: ScheduledTime };
      return {
        ContactId: addContact({ instance, now: world.now() }, input, { Channel: "TASK", ...described }),
      };
    });
  },
} satisfies Handlers;
