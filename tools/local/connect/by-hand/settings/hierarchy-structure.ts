/** The names of the levels of the agent hierarchy: at most five, the first of which is there from the start. */
import type { HierarchyStructure } from "@aws-sdk/client-connect";
import type { Handlers } from "../../handler.ts";
import { type InstanceState, lastModified } from "../../instance-state.ts";

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
  /** Levels that the input does not name stay as they are. */
  UpdateUserHierarchyStructure(input, world) {
    const instance = world.instance(input.InstanceId);
    const changed: Record<string, unknown> = { ...namesOf(instance) };
    for (const level of levels) {
      const name = input.HierarchyStructure[level]?.Name;
      if (name !== undefined) changed[level] = name;
    }
    instance.settings.set("HierarchyStructure", changed);
    return {};
  },
} satisfies Handlers;

function namesOf(instance: InstanceState): Readonly<Record<string, unknown>> {
  return instance.settings.get("HierarchyStructure") ?? { LevelOne: "Level One" };
}
