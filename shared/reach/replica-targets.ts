/** Targets of calls with a phone number of another Region, for code that lists all targets without a call. */
import type { OperationRow, TargetSpec } from "../catalog/types.ts";

/** Lists the targets that `named-target.ts` adds for such a number; each is a target of some calls only. */
export function replicaTargets({
  targets,
  members,
}: Pick<OperationRow, "targets" | "members">): readonly TargetSpec[] {
  const mayNameInstance = members.some(({ name }) => name === "InstanceId" || name === "TargetArn");
  if (!mayNameInstance) return [];
  return targets
    .filter(({ type, types = [], source }) => source !== "*" && [type, ...types].includes("phone-number"))
    .map(({ types: _types, alternatives: _alternatives, ...spec }) => ({
      ...spec,
      type: "legacy-phone-number",
      whenAbsent: "none",
    }));
}
