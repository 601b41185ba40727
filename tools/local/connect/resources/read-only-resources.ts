/** Hours of operation and hierarchy groups: queues and users refer to them, so the seeded ones can be read. */
import type { Handlers } from "../handler.ts";
import { lastModified, summarize } from "../instance-state.ts";
import { cutPage } from "../page.ts";

export const readOnlyHandlers = {
  DescribeHoursOfOperation(store, input) {
    const instance = store.instance(input.InstanceId);
    const row = instance.hoursOfOperations.get(input.HoursOfOperationId);
    return {
      HoursOfOperation: {
        HoursOfOperationId: row.id,
        HoursOfOperationArn: row.arn,
        Name: row.name,
        TimeZone: row.shape.TimeZone,
        Config: [],
        Tags: { ...row.tags },
        ...lastModified(instance, row),
      },
    };
  },
  ListHoursOfOperations(store, input) {
    const instance = store.instance(input.InstanceId);
    const page = cutPage(instance.hoursOfOperations.all(), input, {
      scope: `ListHoursOfOperations:${input.InstanceId}`,
    });
    return {
      HoursOfOperationSummaryList: page.items.map((row) => summarize(instance, row)),
      NextToken: page.next,
    };
  },
  DescribeUserHierarchyGroup(store, input) {
    const instance = store.instance(input.InstanceId);
    const row = instance.hierarchyGroups.get(input.HierarchyGroupId);
    const summary = summarize(instance, row);
    return {
      HierarchyGroup: {
        ...summary,
        LevelId: row.shape.LevelId,
        HierarchyPath: { LevelOne: summary },
        Tags: { ...row.tags },
      },
    };
  },
  ListUserHierarchyGroups(store, input) {
    const instance = store.instance(input.InstanceId);
    const page = cutPage(instance.hierarchyGroups.all(), input, {
      scope: `ListUserHierarchyGroups:${input.InstanceId}`,
    });
    return {
      UserHierarchyGroupSummaryList: page.items.map((row) => summarize(instance, row)),
      NextToken: page.next,
    };
  },
} satisfies Handlers;
