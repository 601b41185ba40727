/** Queues of the type `STANDARD`. Nothing waits in them here; what they refer to is checked. */
import { QueueStatus, QueueType } from "@aws-sdk/client-connect";
import { assertUnused, checkName, checkOneOf, checkReferences } from "../checks.ts";
import type { Handlers } from "../handler.ts";
import { lastModified, summarize } from "../instance-state.ts";
import { cutPage } from "../page.ts";
import type { QueueShape } from "../shapes.ts";
import type { Store } from "../store.ts";
import { queuesOf } from "./routing-profiles.ts";
import { checkTags } from "./tags.ts";

export const queueHandlers = {
  CreateQueue(store, input) {
    const instance = store.instance(input.InstanceId);
    const { InstanceId, Name, Tags, ...shape } = input;
    checkName(Name, "Name");
    checkReferences(instance.hoursOfOperations, [shape.HoursOfOperationId]);
    checkReferences(instance.contactFlows, [shape.OutboundCallerConfig?.OutboundFlowId]);
    const tags = checkTags(Tags, "Tags");
    const row = instance.queues.add({ name: Name, tags, shape: { ...shape, Status: "ENABLED" } });
    return { QueueId: row.id, QueueArn: row.arn };
  },
  DescribeQueue(store, input) {
    const instance = store.instance(input.InstanceId);
    const row = instance.queues.get(input.QueueId);
    const { QuickConnectIds, EmailAddressesConfig, ...described } = row.shape;
    return {
      Queue: {
        QueueId: row.id,
        QueueArn: row.arn,
        Name: row.name,
        ...described,
        Tags: { ...row.tags },
        ...lastModified(instance, row),
      },
    };
  },
  ListQueues(store, input) {
    const instance = store.instance(input.InstanceId);
    for (const type of input.QueueTypes ?? []) checkOneOf(type, "QueueTypes", QueueType);
    const wanted = !input.QueueTypes?.length || input.QueueTypes.includes("STANDARD");
    const page = cutPage(wanted ? instance.queues.all() : [], input, {
      scope: `ListQueues:${input.InstanceId}`,
    });
    const summaries = page.items.map((row) => ({
      ...summarize(instance, row),
      QueueType: QueueType.STANDARD,
    }));
    return { QueueSummaryList: summaries, NextToken: page.next };
  },
  UpdateQueueName(store, input) {
    const queues = store.instance(input.InstanceId).queues;
    const row = queues.get(input.QueueId);
    if (input.Name !== undefined) checkName(input.Name, "Name");
    const shape = { ...row.shape, Description: input.Description ?? row.shape.Description };
    queues.revise(row.id, { name: input.Name ?? row.name, shape });
    return {};
  },
  UpdateQueueStatus(store, input) {
    checkOneOf(input.Status, "Status", QueueStatus);
    return updateShape(store, input, { Status: input.Status });
  },
  /** Without a number, the queue has no limit. */
  UpdateQueueMaxContacts: (store, input) => updateShape(store, input, { MaxContacts: input.MaxContacts }),
  UpdateQueueHoursOfOperation(store, input) {
    checkReferences(store.instance(input.InstanceId).hoursOfOperations, [input.HoursOfOperationId]);
    return updateShape(store, input, { HoursOfOperationId: input.HoursOfOperationId });
  },
  DeleteQueue(store, input) {
    const instance = store.instance(input.InstanceId);
    instance.queues.get(input.QueueId);
    const holders = instance.routingProfiles
      .all()
      .filter((row) => queuesOf(row.shape).includes(input.QueueId));
    assertUnused(input.QueueId, "QUEUE", { label: "routing profile", ids: holders.map((row) => row.id) });
    instance.queues.remove(input.QueueId);
    return {};
  },
} satisfies Handlers;

function updateShape(
  store: Store,
  target: { readonly InstanceId: string; readonly QueueId: string },
  change: Partial<QueueShape>,
): Record<never, never> {
  const queues = store.instance(target.InstanceId).queues;
  queues.revise(target.QueueId, { shape: { ...queues.get(target.QueueId).shape, ...change } });
  return {};
}
