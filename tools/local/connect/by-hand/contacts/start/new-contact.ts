/** How a contact begins: once for each client token, with what all kinds of contacts have. */
import { Buffer } from "node:buffer";
import type { Reference, SegmentAttributeValue } from "@aws-sdk/client-connect";
import { once } from "../../../engine/change.ts";
import type { InstanceState } from "../../../instance-state.ts";
import type { InputOf, OperationName, OutputOf } from "../../../operation-types.ts";
import { checkReferences } from "../../../records/checks.ts";
import { checkLength } from "../../../records/limits.ts";
import type { Members, Row } from "../../../records/resource-table.ts";
import { invalidParameter } from "../../../service-fault.ts";
import type { World } from "../../../world.ts";
import { checkAttributes, firstOfChain } from "../contact-attributes.ts";
import type { ContactShape, Participant } from "../contact-shape.ts";
import { checkReferenceTypes } from "../references.ts";
import { checkSegments } from "../segment-attributes.ts";

interface StartInput {
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
  readonly Attributes?: Readonly<Record<string, string>> | undefined;
  readonly References?: Readonly<Record<string, Reference>> | undefined;
  readonly PreviousContactId?: string | undefined;
  readonly RelatedContactId?: string | undefined;
  readonly CustomerId?: string | undefined;
  readonly SegmentAttributes?: Readonly<Record<string, SegmentAttributeValue>> | undefined;
}

/** Where and when a contact starts, and by which operation. */
export interface Starting {
  readonly operation: string;
  readonly instance: InstanceState;
  readonly now: Date;
  readonly newId: () => string;
}

/** What the kind of contact adds to it, and what it has in the place of what all have. */
export type Particular = Partial<ContactShape["described"]> &
  Pick<ContactShape["described"], "Channel"> &
  Pick<ContactShape, "references" | "session">;

/** Makes the handler of an operation that starts contacts: a call repeated with its `ClientToken` gets the first answer again. */
export function starts<Name extends OperationName>(
  operation: Name,
  start: (input: InputOf<Name>, starting: Starting) => OutputOf<Name> & object,
): (input: InputOf<Name>, world: World) => OutputOf<Name> {
  return (input, world) => {
    // INVARIANT: each of these operations has both members; the types of the schemas cannot say so for a name at run time.
    const { InstanceId, ClientToken } = input as unknown as Readonly<Record<string, string>>;
    const instance = world.instance(InstanceId ?? "");
    const starting = { operation, instance, now: world.now(), newId: () => world.newId() };
    return once(instance, operation, ClientToken, () => start(input, starting));
  };
}

/** Adds a contact. It copies the attributes of a related contact, and shares those of a previous one. */
export function addContact(
  { operation, instance, now }: Starting,
  input: StartInput,
  particular: Particular,
): Row<ContactShape> {
  const { PreviousContactId, RelatedContactId, Name = "", Description = "", References = {} } = input;
  const { session, references = References, ...more } = particular;
  checkReferences(operation, input as Members, instance);
  checkLength(Name, "Name", { from: 0, to: 1024 });
  checkLength(Description, "Description", { from: 0, to: 4096 });
  checkReferenceTypes(operation, References);
  checkSegments(input.SegmentAttributes ?? {});
  const related = RelatedContactId === undefined ? undefined : instance.contacts.get(RelatedContactId);
  const lent = related ? firstOfChain(instance, related).shape.attributes : {};
  const attributes = checkAttributes({ ...lent, ...input.Attributes });
  const first =
    PreviousContactId === undefined ? undefined : shareWith(PreviousContactId, attributes, instance);
  const described: ContactShape["described"] = {
    InitiationMethod: "API",
    InitiationTimestamp: now,
    Description: input.Description,
    InitialContactId: first?.id,
    PreviousContactId,
    RelatedContactId,
    CustomerId: input.CustomerId,
    SegmentAttributes: input.SegmentAttributes,
    ...more,
  };
  const shape: ContactShape = {
    name: Name,
    described,
    attributes: first ? {} : attributes,
    recording: { state: "none" },
    ...(Object.keys(references).length > 0 ? { references } : {}),
    ...(session ? { session } : {}),
  };
  return instance.contacts.add({ shape });
}

/** Gives a chain more attributes, which its first contact holds. @returns the first contact */
function shareWith(previousId: string, attributes: ContactShape["attributes"], instance: InstanceState) {
  const first = firstOfChain(instance, instance.contacts.get(previousId));
  const shared = checkAttributes({ ...first.shape.attributes, ...attributes });
  return instance.contacts.revise(first, { shape: { ...first.shape, attributes: shared } });
}

export function checkPhoneNumber(number: string, path: string): void {
  if (/^\+[1-9]\d{1,14}$/.test(number)) return;
  throw invalidParameter(path, "must be a phone number in E.164 format");
}

/** A participant of a new chat or call, and the token that opens nothing here. */
export function addParticipant(newId: () => string, { name, role }: Omit<Participant, "id">) {
  const token = Buffer.from(newId() + newId()).toString("base64");
  return { participant: { id: newId(), name, role }, token };
}

/** References to files that nobody fetches. */
export function attachmentsOf(
  files: readonly { readonly FileName?: string | undefined }[] | undefined,
  { newId }: Starting,
): Readonly<Record<string, Reference>> {
  const references = (files ?? []).map(
    ({ FileName = "" }) => [FileName, { Type: "ATTACHMENT", Value: newId(), Status: "PROCESSING" }] as const,
  );
  return Object.fromEntries(references);
}
