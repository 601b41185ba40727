/** Tasks that are under way: paused, resumed, given another time or another template. */
import type { Handlers } from "../../handler.ts";
import { checkReferences } from "../../records/checks.ts";
import type { Row } from "../../records/resource-table.ts";
import { invalidRequest } from "../../service-fault.ts";
import type { World } from "../../world.ts";
import type { ContactShape } from "./contact-shape.ts";
import { checkSchedule } from "./start/start-task.ts";

export const taskHandlers = {
  PauseContact(input, world) {
    const row = ongoingTask(input, world);
    const { described } = row.shape;
    if (row.shape.isPaused) throw invalidRequest(`contact \`${row.id}\` is paused already`);
    const TotalPauseCount = (described.TotalPauseCount ?? 0) + 1;
    return describe(world, { ...input, row }, { LastPausedTimestamp: world.now(), TotalPauseCount }, true);
  },
  ResumeContact(input, world) {
    const row = ongoingTask(input, world);
    const { LastPausedTimestamp: from, TotalPauseDurationInSeconds: before = 0 } = row.shape.described;
    if (!from || !row.shape.isPaused) throw invalidRequest(`contact \`${row.id}\` is not paused`);
    const now = world.now();
    const TotalPauseDurationInSeconds = before + Math.round((now.getTime() - from.getTime()) / 1000);
    return describe(
      world,
      { ...input, row },
      { LastResumedTimestamp: now, TotalPauseDurationInSeconds },
      false,
    );
  },
  /** Gives a scheduled task another time. */
  UpdateContactSchedule(input, world) {
    const row = ongoingTask(input, world);
    if (row.shape.described.ScheduledTimestamp === undefined)
      throw invalidRequest(`contact \`${row.id}\` is not scheduled`);
    checkSchedule(input.ScheduledTime, world.now());
    return describe(world, { ...input, row }, { ScheduledTimestamp: input.ScheduledTime });
  },
  UpdateContactTaskTemplate(input, world) {
    const row = ongoingTask(input, world);
    const instance = world.instance(input.InstanceId);
    checkReferences("UpdateContactTaskTemplate", input, instance);
    const template = instance.table("TaskTemplate").get(input.TaskTemplateId);
    const TaskTemplateInfo = { Arn: template.arn, Name: String(template.shape["Name"]) };
    return describe(world, { ...input, row }, { TaskTemplateInfo });
  },
} satisfies Handlers;

interface Target {
  readonly InstanceId: string;
  readonly ContactId: string;
}

function ongoingTask({ InstanceId, ContactId }: Target, world: World): Row<ContactShape> {
  const row = world.instance(InstanceId).contacts.get(ContactId);
  const { Channel, DisconnectTimestamp } = row.shape.described;
  if (Channel === "TASK" && !DisconnectTimestamp) return row;
  throw invalidRequest(`contact \`${row.id}\` is not an ongoing task`);
}

function describe(
  world: World,
  { InstanceId, row }: Target & { readonly row: Row<ContactShape> },
  change: Partial<ContactShape["described"]>,
  isPaused = row.shape.isPaused === true,
): Record<never, never> {
  const shape = { ...row.shape, isPaused, described: { ...row.shape.described, ...change } };
  world.instance(InstanceId).contacts.revise(row, { shape });
  return {};
}
