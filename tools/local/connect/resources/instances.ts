/** The instances themselves: those of the configuration, no more and no fewer. */
import type { Handlers } from "../handler.ts";
import type { InstanceState } from "../instance-state.ts";
import { cutPage } from "../page.ts";

export const instanceHandlers = {
  DescribeInstance(store, input) {
    const instance = store.instance(input.InstanceId);
    return { Instance: { ...describeInstance(instance), Tags: { ...instance.tags } } };
  },
  ListInstances(store, input) {
    const page = cutPage(store.instances(), input, {
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
