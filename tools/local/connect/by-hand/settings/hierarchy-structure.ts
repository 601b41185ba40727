/** The names of the levels of the agent hierarchy: at most five, the first of which is there from the start. */
import type { HierarchyStructure } from "@aws-sdk/client-connect";
import { faultOf } from "../../families/facts.ts";
import { groupPath } from "../../families/hierarchy.ts";
import type { Handlers } from "../../handler.ts";
import { type InstanceState, lastModified } from "../../instance-state.ts";
import { invalidParameter } from "../../service-fault.ts";

const levels = ["LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive"] as const;

export const hierarchyStructureHandlers = {
  DescribeUserHierarchyStructure(input, world) {
    const instance = world.instance(input.InstanceId);
    const names = namesOf(instance);
    const described: HierarchyStructure = {};
    for (const [at, level] of levels.entries()) {
      const name = names[level];
      if (typeof name !== "string") continue;
      const Id = String(at + 1);
      const Arn = `${instance.configured.arn}/agent-group-level/${Id}`;
      described[level] = {
        Id,
        Arn,
        Name: name,
        ...lastModified(instance, { modifiedAt: instance.createdAt }),
      };
    }
    return { HierarchyStructure: described };
  },
  /** "Add, remove, and rename user hierarchy levels": one that the input does not name is removed. */
  UpdateUserHierarchyStructure(input, world) {
    const instance = world.instance(input.InstanceId);
    const names = levels.map((level) => input.HierarchyStructure[level]?.Name);
    const count = names.findLastIndex((name) => name !== undefined) + 1;
    const gap = levels.find((_, at) => at < count && names[at] === undefined);
    if (gap) throw invalidParameter(`HierarchyStructure.${gap}`, "must be given if a lower level is");
    const below = instance
      .table("UserHierarchyGroup")
      .all()
      .find(({ id }) => groupPath(id, instance).length > count);
    if (below) {
      const message = `hierarchy group \`${below.id}\` is of a level that would be removed`;
      throw faultOf("UpdateUserHierarchyStructure", ["ResourceInUseException"], { message });
    }
    const changed = levels.slice(0, count).map((level, at) => [level, names[at]]);
    instance.settings.set("HierarchyStructure", Object.fromEntries(changed));
    return {};
  },
} satisfies Handlers;

/** How many levels the hierarchy has. */
export function hierarchyDepth(instance: InstanceState): number {
  return Object.keys(namesOf(instance)).length;
}

function namesOf(instance: InstanceState): Readonly<Record<string, unknown>> {
  return instance.settings.get("HierarchyStructure") ?? { LevelOne: "Level One" };
}
