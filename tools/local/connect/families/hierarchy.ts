/** The agent hierarchy: groups below groups, at most five levels deep. */
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
