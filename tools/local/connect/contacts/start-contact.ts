/**
 * Contacts that callers start: an outbound call, a chat, a task. Each is ongoing at once and stays so until stopped.
 *
 * A call repeated with its `ClientToken` starts nothing and gets the first answer again.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { checkLength, checkReferences } from "../checks.ts";
import type { Handlers } from "../handler.ts";
import type { InstanceState } from "../instance-state.ts";
import { addContact, checkChat, checkPhoneNumber, checkTask, type Particular } from "./new-contact.ts";

export const startContactHandlers = {
  StartOutboundVoiceContact(store, input) {
    const instance = store.instance(input.InstanceId);
    return once(instance, "StartOutboundVoiceContact", input.ClientToken, () => {
      const numbers = {
        DestinationPhoneNumber: input.DestinationPhoneNumber,
        SourcePhoneNumber: input.SourcePhoneNumber,
      };
      for (const [path, number] of Object.entries(numbers))
        if (number !== undefined) checkPhoneNumber(number, path);
      checkReferences(instance.contactFlows, [input.ContactFlowId]);
      checkReferences(instance.queues, [input.QueueId]);
      const { SourcePhoneNumber: source, QueueId: queueId } = input;
      const described: Particular = {
        Channel: "VOICE",
        CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: input.DestinationPhoneNumber },
        SystemEndpoint: source === undefined ? undefined : { Type: "TELEPHONE_NUMBER", Address: source },
        QueueInfo: queueId === undefined ? undefined : { Id: queueId, EnqueueTimestamp: new Date() },
      };
      return { ContactId: addContact(instance, input, described) };
    });
  },
  StartChatContact(store, input) {
    const instance = store.instance(input.InstanceId);
    return once(instance, "StartChatContact", input.ClientToken, () => {
      checkLength(input.ParticipantDetails.DisplayName ?? "", "ParticipantDetails.DisplayName", {
        from: 1,
        to: 256,
      });
      checkChat(input);
      checkReferences(instance.contactFlows, [input.ContactFlowId]);
      const source = input.PersistentChat?.SourceContactId;
      checkReferences(instance.contacts, [source]);
      return {
        ContactId: addContact(instance, input, { Channel: "CHAT" }),
        ParticipantId: randomUUID(),
        ParticipantToken: randomBytes(48).toString("base64"),
        ...(source === undefined ? {} : { ContinuedFromContactId: source }),
      };
    });
  },
  StartTaskContact(store, input) {
    const instance = store.instance(input.InstanceId);
    return once(instance, "StartTaskContact", input.ClientToken, () => {
      checkLength(input.Name, "Name", { from: 1, to: 512 });
      checkTask(instance, input);
      const { ScheduledTime } = input;
      const described = ScheduledTime === undefined ? {} : { ScheduledTimestamp: ScheduledTime };
      return { ContactId: addContact(instance, input, { Channel: "TASK", ...described }) };
    });
  },
} satisfies Handlers;

/** Runs a call once for each token; the token is valid for as long as the server runs. */
function once<Output extends object>(
  instance: InstanceState,
  operation: string,
  token: string | undefined,
  start: () => Output,
): Output {
  if (token === undefined) return start();
  const key = JSON.stringify([operation, token]);
  const known = instance.answered.get(key);
  // Outputs are kept by operation, so this one has the type of the first call's.
  if (known) return known as Output;
  const output = start();
  instance.answered.set(key, output);
  return output;
}
