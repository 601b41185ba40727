/** The agent hierarchy: groups below groups, at most five levels deep. */
import { isPlainObject } from "../../../../shared/shape.ts";
import type { Members, Tables } from "../records/resource-table.ts";

export const hierarchyLevels = ["One", "Two", "Three", "Four", "Five"];

/** The groups from the first level down to this one, as summaries. */
export function groupPath(id: string, instance: Tables): readonly Members[] {
  const groups = instance.table("UserHierarchyGroup");
  const { region } = instance.configured;
  const path: Members[] = [];
  for (let row = groups.find(id); row && path.length < hierarchyLevels.length; ) {
    path.unshift({
      Id: row.id,
      Arn: row.arn,
      Name: row.shape["Name"],
      LastModifiedTime: row.modifiedAt,
      LastModifiedRegion: region,
    });
    row = groups.find(String(row.shape["ParentGroupId"] ?? ""));
  }
  return path;
}

/** The group above the last of a path, as `DescribeUserHierarchyGroup` answers it. */
export function parentInPath(path: unknown): Members {
  if (!isPlainObject(path)) return {};
  const parent = hierarchyLevels
    .map((level) => path[`Level${level}`])
    .filter(isPlainObject)
    .at(-2);
  return parent ? { ParentGroupId: parent["Id"] } : {};
}
