/** Tasks that callers start: for a flow, for the queue or user of a quick connect, or as a template says. */
import type { QuickConnectConfig } from "@aws-sdk/client-connect";
import type { Handlers } from "../../../handler.ts";
import { checkLength } from "../../../records/limits.ts";
import { invalidParameter, invalidRequest, ServiceFault } from "../../../service-fault.ts";
import { addContact, attachmentsOf, type Particular, type Starting, starts } from "./new-contact.ts";

/** `StartTaskContact` in the API Reference. */
const maxScheduleAheadMs = 6 * 24 * 60 * 60 * 1000;
const maxChainedTasks = 12;

export const startTaskHandlers = {
  StartTaskContact: starts("StartTaskContact", (input, starting) => {
    const { ScheduledTime } = input;
    checkLength(input.Name, "Name", { from: 1, to: 512 });
    checkTask(starting, input);
    const attached = attachmentsOf(input.Attachments, starting);
    const { id } = addContact(starting, input, {
      Channel: "TASK",
      ...(ScheduledTime === undefined ? {} : { ScheduledTimestamp: ScheduledTime }),
      ...templateOf(input.TaskTemplateId, starting),
      ...targetOf(input.QuickConnectId, { ...starting, now: ScheduledTime ?? starting.now }, ScheduledTime),
      references: { ...input.References, ...attached },
    });
    return { ContactId: id };
  }),
} satisfies Handlers;

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
function checkTask({ instance, now }: Starting, input: TaskInput): void {
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

function templateOf(id: string | undefined, { instance }: Starting): Pick<Particular, "TaskTemplateInfo"> {
  const template = id === undefined ? undefined : instance.table("TaskTemplate").find(id);
  return template ? { TaskTemplateInfo: { Arn: template.arn, Name: String(template.shape["Name"]) } } : {};
}

/** The queue or user of a quick connect. A user has the task at once, unless it is for later. */
function targetOf(id: string | undefined, { instance, now }: Starting, later: Date | undefined) {
  const quick = id === undefined ? undefined : instance.table("QuickConnect").find(id);
  // INVARIANT: the decoder has held it against the schema of CreateQuickConnect.
  const { QueueConfig, UserConfig } = (quick?.shape["QuickConnectConfig"] ??
    {}) as Partial<QuickConnectConfig>;
  const connected = later ? {} : { ConnectedToAgentTimestamp: now };
  return {
    ...(QueueConfig ? { QueueInfo: { Id: QueueConfig.QueueId, EnqueueTimestamp: now } } : {}),
    ...(UserConfig ? { AgentInfo: { Id: UserConfig.UserId, ...connected } } : {}),
  };
}
