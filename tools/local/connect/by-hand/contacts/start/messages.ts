/** Chats by SMS and the like: started towards a customer, or by what the customer's network tells. */
import type { Handlers } from "../../../handler.ts";
import type { InstanceState } from "../../../instance-state.ts";
import type { InputOf } from "../../../operation-types.ts";
import type { Row } from "../../../records/resource-table.ts";
import { invalidParameter, invalidRequest, ServiceFault } from "../../../service-fault.ts";
import type { World } from "../../../world.ts";
import type { ContactShape, Participant } from "../contact-shape.ts";
import { endedAt } from "../contacts.ts";
import { subtypeOf, withSubtype } from "../segment-attributes.ts";
import { addContact, addParticipant, checkPhoneNumber, starts } from "./new-contact.ts";
import { checkChat } from "./start-contact.ts";

export const messageHandlers = {
  StartOutboundChatContact: starts("StartOutboundChatContact", (input, starting) => {
    const { instance, now, newId } = starting;
    const { SourceEndpoint: source, DestinationEndpoint: destination, InitialSystemMessage: message } = input;
    checkChat(input);
    if (source.Type !== "CONNECT_PHONENUMBER_ARN")
      throw invalidParameter("SourceEndpoint.Type", "must be CONNECT_PHONENUMBER_ARN");
    if (destination.Type !== "TELEPHONE_NUMBER")
      throw invalidParameter("DestinationEndpoint.Type", "must be TELEPHONE_NUMBER");
    checkPhoneNumber(destination.Address ?? "", "DestinationEndpoint.Address");
    numberWith([instance], source.Address ?? "");
    const name = input.ParticipantDetails?.DisplayName ?? destination.Address ?? "";
    const { participant } = addParticipant(newId, { name, role: "CUSTOMER" });
    const from: Participant = { id: newId(), role: "SYSTEM", name: "SYSTEM_MESSAGE" };
    const messages = message ? { messages: [{ ...message, id: newId(), sentAt: now, from }] } : {};
    const row = addContact(starting, input, {
      Channel: "CHAT",
      CustomerEndpoint: destination,
      SystemEndpoint: source,
      session: { participants: [participant], ...messages },
    });
    return { ContactId: row.id };
  }),
  /** A message, an event or the end of a chat that the two addresses name; a chat that is not there begins first. */
  SendChatIntegrationEvent(input, world) {
    const { instance } = numberWith(world.instances(), input.DestinationId);
    const { Type, Content = "", ContentType = "text/plain" } = input.Event;
    if (Type === "MESSAGE" && Content === "")
      throw invalidParameter("Event.Content", "is required for a message");
    const known = instance.contacts.all().find((row) => isOf(row, input));
    const row = known ?? begin(input, instance, world);
    if (Type === "MESSAGE") {
      const session = row.shape.session ?? {};
      const [from = { id: world.newId(), role: "CUSTOMER", name: input.SourceId } as const] =
        session.participants ?? [];
      const message = { id: world.newId(), sentAt: world.now(), from, Content, ContentType };
      const messages = [...(session.messages ?? []), message];
      instance.contacts.revise(row, { shape: { ...row.shape, session: { ...session, messages } } });
    }
    if (Type === "DISCONNECT")
      instance.contacts.revise(row, { shape: endedAt(row.shape, world.now(), "CUSTOMER_DISCONNECT") });
    return { InitialContactId: row.shape.described.InitialContactId ?? row.id, NewChatCreated: !known };
  },
} satisfies Handlers;

/** Types of flow associations that a number may have. */
const flowTypes = ["SMS_PHONE_NUMBER", "WHATSAPP_MESSAGING_PHONE_NUMBER", "VOICE_PHONE_NUMBER"];

type Event = InputOf<"SendChatIntegrationEvent">;

function isOf({ shape }: Row<ContactShape>, { SourceId, DestinationId, Subtype }: Event): boolean {
  const { DisconnectTimestamp, CustomerEndpoint, SystemEndpoint } = shape.described;
  return (
    !DisconnectTimestamp &&
    CustomerEndpoint?.Address === SourceId &&
    SystemEndpoint?.Address === DestinationId &&
    (Subtype === undefined || subtypeOf(shape) === Subtype)
  );
}

function begin(input: Event, instance: InstanceState, world: World): Row<ContactShape> {
  const flows = instance.table("Flow");
  if (!flowTypes.some((type) => flows.find(input.DestinationId, [type])))
    throw invalidRequest(
      `phone number \`${input.DestinationId}\` has no flow: give it one with \`AssociatePhoneNumberContactFlow\` or \`AssociateFlow\``,
    );
  const { Attributes, ParticipantDetails } = input.NewSessionDetails ?? {};
  const starting = {
    operation: "SendChatIntegrationEvent",
    instance,
    now: world.now(),
    newId: () => world.newId(),
  };
  const name = ParticipantDetails?.DisplayName ?? input.SourceId;
  const { participant } = addParticipant(starting.newId, { name, role: "CUSTOMER" });
  return addContact(
    starting,
    { Attributes },
    {
      Channel: "CHAT",
      CustomerEndpoint: { Type: "TELEPHONE_NUMBER", Address: input.SourceId },
      SystemEndpoint: { Type: "CONNECT_PHONENUMBER_ARN", Address: input.DestinationId },
      SegmentAttributes: withSubtype(input.Subtype ?? "connect:SMS", undefined),
      session: { participants: [participant] },
    },
  );
}

/** The phone number with an ARN, and its instance. @throws ServiceFault `ResourceNotFoundException` */
function numberWith(instances: readonly InstanceState[], arn: string) {
  for (const instance of instances) {
    const number = instance
      .table("PhoneNumber")
      .all()
      .find((row) => row.arn === arn);
    if (number) return { instance, number };
  }
  throw new ServiceFault("ResourceNotFoundException", `phone number \`${arn}\` does not exist`);
}
