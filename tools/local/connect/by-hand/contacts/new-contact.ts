/** Checks of a new contact, and how it is added. */
import type { InstanceState } from "../../instance-state.ts";
import { invalidParameter, invalidRequest, ServiceFault } from "../../service-fault.ts";
import { checkAttributes, firstOfChain } from "./contact-attributes.ts";
import type { ContactShape } from "./contact-shape.ts";

/** `StartTaskContact` in the API Reference. */
const maxScheduleAheadMs = 6 * 24 * 60 * 60 * 1000;
const maxChainedTasks = 12;

interface StartInput {
  readonly Name?: string | undefined;
  readonly Description?: string | undefined;
  readonly Attributes?: Readonly<Record<string, string>> | undefined;
  readonly PreviousContactId?: string | undefined;
  readonly RelatedContactId?: string | undefined;
  readonly CustomerId?: string | undefined;
  readonly SegmentAttributes?: ContactShape["described"]["SegmentAttributes"] | undefined;
}

/** Where and when a contact starts. */
export interface Starting {
  readonly instance: InstanceState;
  readonly now: Date;
}

/** What the kind of contact adds to it. */
export type Particular = Partial<ContactShape["described"]> & Pick<ContactShape["described"], "Channel">;

/** Adds a contact and returns its id. It copies the attributes of a related contact, and shares those of a previous one. */
export function addContact({ instance, now }: Starting, input: StartInput, particular: Particular): string {
  const { PreviousContactId, RelatedContactId } = input;
  const related = RelatedContactId === undefined ? undefined : instance.contacts.get(RelatedContactId);
  const lent = related ? firstOfChain(instance, related).shape.attributes : {};
  const attributes = checkAttributes({ ...lent, ...input.Attributes });
  const first =
    PreviousContactId === undefined
      ? undefined
      : firstOfChain(instance, instance.contacts.get(PreviousContactId));
  if (first) {
    const shared = checkAttributes({ ...first.shape.attributes, ...attributes });
    instance.contacts.revise(first, { shape: { ...first.shape, attributes: shared } });
  }
  const described: ContactShape["described"] = {
    ...particular,
    Description: input.Description,
    InitialContactId: first?.id,
    PreviousContactId,
    RelatedContactId,
    CustomerId: input.CustomerId,
    SegmentAttributes: input.SegmentAttributes,
    InitiationMethod: "API",
    InitiationTimestamp: now,
  };
  const shape: ContactShape = {
    name: input.Name ?? "",
    described,
    attributes: first ? {} : attributes,
    recording: { state: "none" },
  };
  return instance.contacts.add({ shape }).id;
}

export function checkPhoneNumber(number: string, path: string): void {
  if (/^\+[1-9]\d{1,14}$/.test(number)) return;
  throw invalidParameter(path, "must be a phone number in E.164 format");
}

interface ChatInput {
  readonly ChatDurationInMinutes?: number | undefined;
  readonly SupportedMessagingContentTypes?: readonly string[] | undefined;
  readonly PersistentChat?: object | undefined;
  readonly RelatedContactId?: string | undefined;
}

/** Checks the members of a chat that the schema leaves open. */
export function checkChat(input: ChatInput): void {
  const minutes = input.ChatDurationInMinutes ?? 60;
  if (!Number.isInteger(minutes) || minutes < 60 || minutes > 10_080)
    throw invalidParameter("ChatDurationInMinutes", "must be 60 to 10080");
  if (input.SupportedMessagingContentTypes?.includes("text/plain") === false)
    throw invalidParameter("SupportedMessagingContentTypes", "must contain `text/plain`");
  if (input.PersistentChat && input.RelatedContactId !== undefined)
    throw invalidRequest("give either `PersistentChat` or `RelatedContactId`, not both");
}

interface TaskInput {
  readonly ContactFlowId?: string | undefined;
  readonly QuickConnectId?: string | undefined;
  readonly TaskTemplateId?: string | undefined;
  readonly PreviousContactId?: string | undefined;
  readonly ScheduledTime?: Date | undefined;
}

/** Checks when a task is to start. @throws ServiceFault `InvalidParameterException` */
export function checkSchedule(time: Date, now: Date): void {
  const ahead = time.getTime() - now.getTime();
  if (ahead < 0 || ahead > maxScheduleAheadMs)
    throw invalidParameter("ScheduledTime", "must be within the next 6 days");
}

/** Checks which flow a task runs, when, and after which contact. */
export function checkTask({ instance, now }: Starting, input: TaskInput): void {
  const { ContactFlowId, QuickConnectId, TaskTemplateId, PreviousContactId, ScheduledTime } = input;
  const ways = [ContactFlowId, QuickConnectId, TaskTemplateId].filter((id) => id !== undefined);
  if (ways.length !== 1)
    throw invalidRequest("give exactly one of `ContactFlowId`, `QuickConnectId` and `TaskTemplateId`");
  if (ScheduledTime) checkSchedule(ScheduledTime, now);
  const followers = instance.contacts
    .all()
    .filter(
      (row) => PreviousContactId !== undefined && row.shape.described.PreviousContactId === PreviousContactId,
    );
  if (followers.length >= maxChainedTasks) {
    throw new ServiceFault(
      "ServiceQuotaExceededException",
      `\`${PreviousContactId}\` has ${maxChainedTasks} linked tasks`,
    );
  }
}
