/** Contacts that calls change: name, description, references, segment attributes, and what external systems tell. */
import type { Contact } from "@aws-sdk/client-connect";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";
import type { InputOf } from "../../operation-types.ts";
import { checkReferences } from "../../records/checks.ts";
import { checkLength } from "../../records/limits.ts";
import { invalidParameter, invalidRequest, ServiceFault } from "../../service-fault.ts";
import { idIn } from "../metrics/filters.ts";
import type { ContactShape } from "./contact-shape.ts";
import { checkReferenceTypes } from "./references.ts";
import { checkSegments, emailSubjectKey, externalAudio, subtypeOf } from "./segment-attributes.ts";

export const updateContactHandlers = {
  /** Changes ongoing and completed contacts. References and segment attributes are added, or replaced by name. */
  UpdateContact(input, world) {
    const instance = world.instance(input.InstanceId);
    const row = instance.contacts.get(input.ContactId);
    const {
      Name,
      Description,
      References,
      SegmentAttributes,
      InstanceId: _,
      ContactId: __,
      ...external
    } = input;
    checkUpdate(input, row.shape);
    checkReferences("UpdateContact", input, instance);
    const described = {
      ...row.shape.described,
      ...(Description === undefined ? {} : { Description }),
      ...(SegmentAttributes
        ? { SegmentAttributes: { ...row.shape.described.SegmentAttributes, ...SegmentAttributes } }
        : {}),
      ...changesOf(external, row.shape, instance),
    };
    const references = References ? { references: { ...row.shape.references, ...References } } : {};
    const shape = { ...row.shape, name: Name ?? row.shape.name, described, ...references };
    instance.contacts.revise(row, { shape });
    return {};
  },
  /** Takes away what tells who the customer is. */
  DeleteContactData(input, world) {
    const { contacts } = world.instance(input.InstanceId);
    const row = contacts.get(input.ContactId);
    const fields = new Set(input.ContactFields);
    if (fields.size === 0) throw invalidParameter("ContactFields", "must have at least one element");
    if (!row.shape.described.DisconnectTimestamp) {
      const message = `contact \`${row.id}\` has not ended: stop it first`;
      throw new ServiceFault("ContactNotTerminatedException", message);
    }
    const { CustomerEndpoint, AdditionalEmailRecipients, SegmentAttributes, ...kept } = row.shape.described;
    const { [emailSubjectKey]: subject, ...segments } = SegmentAttributes ?? {};
    const isSubjectGone = fields.has("EMAIL_SUBJECT") && subject !== undefined;
    const described = {
      ...kept,
      ...(fields.has("CUSTOMER_ENDPOINT") ? {} : { CustomerEndpoint }),
      ...(fields.has("ADDITIONAL_EMAIL_RECIPIENTS") ? {} : { AdditionalEmailRecipients }),
      SegmentAttributes: isSubjectGone ? segments : SegmentAttributes,
    };
    // The name of an email is its subject, unless a call gave it another.
    const name = isSubjectGone && row.shape.name === subject.ValueString ? "" : row.shape.name;
    contacts.revise(row, { shape: { ...row.shape, name, described } });
    return {};
  },
} satisfies Handlers;

type Input = InputOf<"UpdateContact">;

function checkUpdate(input: Input, shape: ContactShape): void {
  const { InstanceId: _, ContactId: __, ...changes } = input;
  const { Name, Description, References, SegmentAttributes, ...external } = changes;
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  if (given.length === 0) throw invalidRequest("give at least one member to update");
  checkLength(Name ?? "", "Name", { from: 0, to: 1024 });
  checkLength(Description ?? "", "Description", { from: 0, to: 4096 });
  checkReferenceTypes("UpdateContact", References ?? {});
  checkSegments(SegmentAttributes ?? {});
  const told = Object.entries(external).find(([, value]) => value !== undefined);
  if (told && subtypeOf(shape) !== externalAudio)
    throw invalidRequest(
      `\`${told[0]}\` can be updated only for external audio contacts (\`${externalAudio}\`)`,
    );
}

type External = Pick<Input, "QueueInfo" | "UserInfo" | "CustomerEndpoint" | "SystemEndpoint">;

/** What the system that carries the audio tells of its contact. */
function changesOf(
  { QueueInfo: queue, UserInfo: user, CustomerEndpoint, SystemEndpoint }: External,
  { described }: ContactShape,
  instance: InstanceState,
): Partial<Pick<Contact, "QueueInfo" | "AgentInfo" | "CustomerEndpoint" | "SystemEndpoint">> {
  const { QueueInfo: queued, AgentInfo: agent, InitiationTimestamp } = described;
  const since = { EnqueueTimestamp: InitiationTimestamp, ...queued };
  const connected = { ConnectedToAgentTimestamp: InitiationTimestamp, ...agent };
  return {
    ...(queue?.Id === undefined ? {} : { QueueInfo: { ...since, Id: idOf(instance, "Queue", queue.Id) } }),
    ...(user?.UserId === undefined
      ? {}
      : { AgentInfo: { ...connected, Id: idOf(instance, "User", user.UserId) } }),
    ...(CustomerEndpoint ? { CustomerEndpoint } : {}),
    ...(SystemEndpoint ? { SystemEndpoint } : {}),
  };
}

function idOf(instance: InstanceState, family: string, id: string): string {
  return instance.table(family).get(idIn(instance, id)).id;
}
