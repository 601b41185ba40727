/** Tasks and emails that go on to another queue or agent, as a contact of their own. */
import type { Handlers } from "../../handler.ts";
import type { Row } from "../../records/resource-table.ts";
import { invalidRequest, ServiceFault } from "../../service-fault.ts";
import { idIn } from "../metrics/filters.ts";
import { type ContactShape, checkOngoing } from "./contact-shape.ts";
import { endedAt } from "./contacts.ts";
import { addContact, type Particular, type Starting, starts } from "./start/new-contact.ts";

/** `TransferContact` in the API Reference. */
const maxTransfers = 11;
const flowTypes: readonly unknown[] = ["CONTACT_FLOW", "AGENT_TRANSFER", "QUEUE_TRANSFER"];

export const transferHandlers = {
  /** The agent answers at once, as with `AssociateContactWithUser`. Without a queue or user, the contact is in the flow. */
  TransferContact: starts("TransferContact", (input, starting) => {
    const { instance, now } = starting;
    const { QueueId, UserId } = input;
    const row = instance.contacts.get(input.ContactId);
    checkOngoing(row, "TASK", "EMAIL");
    if (QueueId !== undefined && UserId !== undefined)
      throw invalidRequest("give either `QueueId` or `UserId`, not both");
    const flow = instance.table("ContactFlow").get(idIn(instance, input.ContactFlowId));
    if (!flowTypes.includes(flow.shape["Type"]))
      throw invalidRequest(
        `flow \`${flow.id}\` is of the type ${flow.shape["Type"]}, not ${flowTypes.join(", ")}`,
      );
    checkTransfers(starting, row);
    const queue = QueueId === undefined ? undefined : instance.table("Queue").get(idIn(instance, QueueId));
    const user = UserId === undefined ? undefined : instance.table("User").get(idIn(instance, UserId));
    const { id, arn } = addContact(
      starting,
      { PreviousContactId: row.id, Name: row.shape.name },
      {
        ...keptOf(row.shape),
        InitiationMethod: "TRANSFER",
        ...(queue ? { QueueInfo: { Id: queue.id, EnqueueTimestamp: now } } : {}),
        ...(user ? { AgentInfo: { Id: user.id, ConnectedToAgentTimestamp: now } } : {}),
      },
    );
    const left = instance.contacts.get(row.id);
    instance.contacts.revise(left, { shape: endedAt(left.shape, now, "TRANSFERRED") });
    return { ContactId: id, ContactArn: arn };
  }),
} satisfies Handlers;

/** What goes along: not its queue, agent, schedule, pauses and routing. */
function keptOf({ described, references }: ContactShape): Particular {
  const { Channel, Description, CustomerId, CustomerEndpoint, SystemEndpoint } = described;
  const { AdditionalEmailRecipients, SegmentAttributes, TaskTemplateInfo } = described;
  return {
    Channel,
    Description,
    CustomerId,
    CustomerEndpoint,
    SystemEndpoint,
    AdditionalEmailRecipients,
    SegmentAttributes,
    TaskTemplateInfo,
    ...(references ? { references } : {}),
  };
}

function checkTransfers({ instance }: Starting, from: Row<ContactShape>): void {
  let count = 0;
  for (
    let at: Row<ContactShape> | undefined = from;
    at?.shape.described.InitiationMethod === "TRANSFER";
    count++
  )
    at = instance.contacts.find(at.shape.described.PreviousContactId ?? "");
  if (count >= maxTransfers) {
    const message = `contact \`${from.id}\` has been transferred ${maxTransfers} times`;
    throw new ServiceFault("ServiceQuotaExceededException", message);
  }
}
