/** Emails that come in, that are sent from a draft, and that a campaign sends. Their bodies are not kept. */
import type { EmailAddressInfo, OutboundEmailContent } from "@aws-sdk/client-connect";
import { lowerAscii } from "../../../../../../shared/ascii.ts";
import type { Handlers } from "../../../handler.ts";
import type { InstanceState } from "../../../instance-state.ts";
import { checkLength } from "../../../records/limits.ts";
import { invalidParameter, invalidRequest, ServiceFault } from "../../../service-fault.ts";
import { checkOngoing } from "../contact-shape.ts";
import { endedAt } from "../contacts.ts";
import { emailSubjectKey, withSubtype } from "../segment-attributes.ts";
import { addContact, attachmentsOf, starts } from "./new-contact.ts";

/** `AdditionalRecipients` in the API Reference: one of 50 recipients is the destination. */
const maxRecipients = 49;

export const emailHandlers = {
  StartEmailContact: starts("StartEmailContact", (input, starting) => {
    const { FromEmailAddress, DestinationEmailAddress, EmailMessage, AdditionalRecipients: more } = input;
    const { ToAddresses = [], CcAddresses = [] } = more ?? {};
    if (!EmailMessage.RawMessage)
      throw invalidRequest("`EmailMessage.RawMessage` is required for the type RAW");
    const { Subject = "" } = EmailMessage.RawMessage;
    checkLength(Subject, "EmailMessage.RawMessage.Subject", { from: 0, to: 998 });
    const row = addContact(
      starting,
      { Name: Subject, ...input },
      {
        Channel: "EMAIL",
        InitiationMethod: "INBOUND",
        ...addressed({
          customer: FromEmailAddress,
          system: systemAddress(starting.instance, DestinationEmailAddress),
          to: ToAddresses,
          cc: CcAddresses,
        }),
        SegmentAttributes: withSubtype("connect:Email", {
          [emailSubjectKey]: { ValueString: Subject },
          ...input.SegmentAttributes,
        }),
        references: { ...input.References, ...attachmentsOf(input.Attachments, starting) },
      },
    );
    return { ContactId: row.id };
  }),
  /** Sends a draft, which `CreateContact` has made. Its agent keeps it until it is stopped. */
  StartOutboundEmailContact: starts("StartOutboundEmailContact", (input, { instance }) => {
    const row = instance.contacts.get(input.ContactId);
    checkOngoing(row, "EMAIL");
    const { InitiationMethod, CustomerEndpoint, SystemEndpoint, RelatedContactId } = row.shape.described;
    const isDraft = InitiationMethod === "OUTBOUND" || InitiationMethod === "AGENT_REPLY";
    if (!isDraft || CustomerEndpoint)
      throw invalidRequest(
        `contact \`${row.id}\` is not a draft: ${isDraft ? "it was sent" : `it is ${InitiationMethod}`}`,
      );
    const asked = instance.contacts.find(RelatedContactId ?? "")?.shape.described.SystemEndpoint;
    const from = input.FromEmailAddress ?? { EmailAddress: (SystemEndpoint ?? asked)?.Address };
    if (from.EmailAddress === undefined)
      throw invalidRequest("give the address to send from as `FromEmailAddress`");
    const addresses = addressed({
      customer: input.DestinationEmailAddress,
      system: systemAddress(instance, from.EmailAddress),
      to: [],
      cc: input.AdditionalRecipients?.CcEmailAddresses ?? [],
    });
    const SegmentAttributes = { ...row.shape.described.SegmentAttributes, ...subjectOf(input.EmailMessage) };
    const described = { ...row.shape.described, ...addresses, SegmentAttributes };
    instance.contacts.revise(row, { shape: { ...row.shape, described } });
    return { ContactId: row.id };
  }),
  /** What a campaign sends is a contact that has ended. */
  SendOutboundEmail: starts("SendOutboundEmail", (input, starting) => {
    const { instance, now } = starting;
    const { CampaignId } = input.SourceCampaign ?? {};
    if (input.TrafficType === "CAMPAIGN" && CampaignId === undefined)
      throw invalidRequest("give `SourceCampaign.CampaignId` for the traffic of a campaign");
    const addresses = addressed({
      customer: input.DestinationEmailAddress,
      system: systemAddress(instance, input.FromEmailAddress.EmailAddress ?? ""),
      to: [],
      cc: input.AdditionalRecipients?.CcEmailAddresses ?? [],
    });
    const row = addContact(
      starting,
      {},
      {
        Channel: "EMAIL",
        InitiationMethod: "OUTBOUND",
        Campaign: CampaignId === undefined ? undefined : { CampaignId },
        SegmentAttributes: withSubtype("connect:Email", subjectOf(input.EmailMessage)),
        ...addresses,
      },
    );
    instance.contacts.revise(row, { shape: endedAt(row.shape, now) });
    return {};
  }),
} satisfies Handlers;

interface Addresses {
  readonly customer: EmailAddressInfo;
  readonly system: EmailAddressInfo;
  readonly to: readonly EmailAddressInfo[];
  readonly cc: readonly EmailAddressInfo[];
}

function addressed({ customer, system, to, cc }: Addresses) {
  if (to.length + cc.length > maxRecipients)
    throw invalidParameter("AdditionalRecipients", `must have at most ${maxRecipients} addresses`);
  const endpoint = (address: EmailAddressInfo) => ({ Type: "EMAIL_ADDRESS" as const, ...recipient(address) });
  return {
    CustomerEndpoint: endpoint(customer),
    SystemEndpoint: endpoint(system),
    ...(to.length + cc.length === 0
      ? {}
      : { AdditionalEmailRecipients: { ToList: to.map(recipient), CcList: cc.map(recipient) } }),
  };
}

function recipient({ EmailAddress: Address = "", DisplayName }: EmailAddressInfo) {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(Address) || Address.length > 255)
    throw invalidParameter("EmailAddress", `\`${Address}\` is not an email address`);
  return { Address, ...(DisplayName === undefined ? {} : { DisplayName }) };
}

/** An address of the instance. @throws ServiceFault `ResourceNotFoundException` */
function systemAddress(instance: InstanceState, address: string): EmailAddressInfo {
  const found = instance
    .table("EmailAddress")
    .all()
    .find(({ shape }) => lowerAscii(String(shape["EmailAddress"])) === lowerAscii(address));
  if (!found) {
    const message = `email address \`${address}\` is not one of the instance: create it with \`CreateEmailAddress\``;
    throw new ServiceFault("ResourceNotFoundException", message);
  }
  const name = found.shape["DisplayName"];
  return { EmailAddress: address, ...(typeof name === "string" ? { DisplayName: name } : {}) };
}

function subjectOf({ MessageSourceType, RawMessage, TemplatedMessageConfig }: OutboundEmailContent) {
  const isRaw = MessageSourceType === "RAW";
  if (isRaw ? !RawMessage : !TemplatedMessageConfig)
    throw invalidRequest(
      `\`EmailMessage.${isRaw ? "RawMessage" : "TemplatedMessageConfig"}\` is required for its type`,
    );
  const { Subject } = RawMessage ?? {};
  return Subject === undefined ? {} : { [emailSubjectKey]: { ValueString: Subject } };
}
