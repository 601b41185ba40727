/** Routing profiles: which queues a user serves. Nothing is routed here; references are checked. */
import { Channel } from "@aws-sdk/client-connect";
import { assertUnused, checkName, checkOneOf, checkReferences } from "../checks.ts";
import type { Handlers } from "../handler.ts";
import { type InstanceState, lastModified, summarize } from "../instance-state.ts";
import { cutPage } from "../page.ts";
import type { RoutingProfileShape } from "../shapes.ts";
import type { Store } from "../store.ts";
import { checkTags } from "./tags.ts";

export const routingProfileHandlers = {
  CreateRoutingProfile(store, input) {
    const instance = store.instance(input.InstanceId);
    const { InstanceId, Name, Tags, ...shape } = input;
    checkName(Name, "Name");
    checkShape(instance, shape);
    const row = instance.routingProfiles.add({ name: Name, tags: checkTags(Tags, "Tags"), shape });
    return { RoutingProfileId: row.id, RoutingProfileArn: row.arn };
  },
  DescribeRoutingProfile(store, input) {
    const instance = store.instance(input.InstanceId);
    const row = instance.routingProfiles.get(input.RoutingProfileId);
    const {
      QueueConfigs = [],
      ManualAssignmentQueueConfigs = [],
      MediaConcurrencies,
      ...described
    } = row.shape;
    return {
      RoutingProfile: {
        InstanceId: input.InstanceId,
        RoutingProfileId: row.id,
        RoutingProfileArn: row.arn,
        Name: row.name,
        ...described,
        MediaConcurrencies: [...MediaConcurrencies],
        NumberOfAssociatedQueues: QueueConfigs.length,
        NumberOfAssociatedManualAssignmentQueues: ManualAssignmentQueueConfigs.length,
        NumberOfAssociatedUsers: holdersOf(instance, row.id).length,
        Tags: { ...row.tags },
        ...lastModified(instance, row),
      },
    };
  },
  ListRoutingProfiles(store, input) {
    const instance = store.instance(input.InstanceId);
    const page = cutPage(instance.routingProfiles.all(), input, {
      scope: `ListRoutingProfiles:${input.InstanceId}`,
    });
    return {
      RoutingProfileSummaryList: page.items.map((row) => summarize(instance, row)),
      NextToken: page.next,
    };
  },
  UpdateRoutingProfileName(store, input) {
    const profiles = store.instance(input.InstanceId).routingProfiles;
    const row = profiles.get(input.RoutingProfileId);
    if (input.Name !== undefined) checkName(input.Name, "Name");
    const shape = { ...row.shape, Description: input.Description ?? row.shape.Description };
    profiles.revise(row.id, { name: input.Name ?? row.name, shape });
    return {};
  },
  UpdateRoutingProfileDefaultOutboundQueue: (store, input) =>
    updateShape(store, input, { DefaultOutboundQueueId: input.DefaultOutboundQueueId }),
  UpdateRoutingProfileConcurrency: (store, input) =>
    updateShape(store, input, { MediaConcurrencies: input.MediaConcurrencies }),
  DeleteRoutingProfile(store, input) {
    const instance = store.instance(input.InstanceId);
    instance.routingProfiles.get(input.RoutingProfileId);
    const holders = holdersOf(instance, input.RoutingProfileId);
    assertUnused(input.RoutingProfileId, "ROUTING_PROFILE", {
      label: "user",
      ids: holders.map((row) => row.id),
    });
    instance.routingProfiles.remove(input.RoutingProfileId);
    return {};
  },
} satisfies Handlers;

export function queuesOf(shape: RoutingProfileShape): string[] {
  const configs = [...(shape.QueueConfigs ?? []), ...(shape.ManualAssignmentQueueConfigs ?? [])];
  const ids = [shape.DefaultOutboundQueueId, ...configs.map((config) => config.QueueReference?.QueueId)];
  return ids.filter((id) => id !== undefined);
}

function holdersOf(instance: InstanceState, routingProfileId: string) {
  return instance.users.all().filter((user) => user.shape.RoutingProfileId === routingProfileId);
}

function updateShape(
  store: Store,
  target: { readonly InstanceId: string; readonly RoutingProfileId: string },
  change: Partial<RoutingProfileShape>,
): Record<never, never> {
  const instance = store.instance(target.InstanceId);
  const shape = { ...instance.routingProfiles.get(target.RoutingProfileId).shape, ...change };
  checkShape(instance, shape);
  instance.routingProfiles.revise(target.RoutingProfileId, { shape });
  return {};
}

function checkShape(instance: InstanceState, shape: RoutingProfileShape): void {
  for (const [index, concurrency] of shape.MediaConcurrencies.entries())
    checkOneOf(concurrency.Channel ?? "", `MediaConcurrencies[${index}].Channel`, Channel);
  checkReferences(instance.queues, queuesOf(shape));
}
