/** The instances themselves: those of the configuration, no more and no fewer. */

import { cutPage } from "../../engine/paging.ts";
import type { Handlers } from "../../handler.ts";
import type { InstanceState } from "../../instance-state.ts";

export const instanceHandlers = {
  DescribeInstance(input, world) {
    const instance = world.instance(input.InstanceId);
    return { Instance: { ...describeInstance(instance), Tags: { ...instance.tags } } };
  },
  ListInstances(input, world) {
    const page = cutPage(world.instances(), input, {
      scope: "ListInstances",
      sizes: { usual: 10, largest: 10 },
    });
    return { InstanceSummaryList: page.items.map(describeInstance), NextToken: page.next };
  },
} satisfies Handlers;

function describeInstance(instance: InstanceState) {
  return {
    Id: instance.configured.id,
    Arn: instance.configured.arn,
    InstanceAlias: instance.alias,
    IdentityManagementType: "CONNECT_MANAGED",
    InstanceStatus: "ACTIVE",
    CreatedTime: instance.createdAt,
    InboundCallsEnabled: true,
    OutboundCallsEnabled: true,
  } as const;
}
