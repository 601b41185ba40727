/** Rules for an instance beyond the shape of its members, for the author's file and for bundles. */
import type { ConnectInstance } from "../../request/types.ts";

export interface InstanceProblem {
  readonly member:
    | "arn"
    | "roleArn"
    | "externalId"
    | "sourceIdentity"
    | "sessionPolicy"
    | "maxConcurrentCalls";
  readonly code: keyof typeof instanceProblemTexts;
}

export const instanceProblemTexts = {
  duplicateInstance:
    "an instance before this one has the same id and Region; only a replica, in another Region of its account, has the id of another instance",
  withoutRole: "this is about the session of a role; name the role in `roleArn`",
  malformedExternalId: "an external id has 2 to 1224 letters, digits and `_+=,.@:/-`",
  wrongNumber: "write a whole number from 1 to 1000",
  differentRole:
    "an instance before this one names the same role with another `externalId` or `sourceIdentity`",
} as const;

/** API reference of AssumeRole, `ExternalId`. */
const externalIdForm = /^[A-Za-z0-9_+=,.@:/-]{2,1224}$/;
export const maxConcurrentCalls = 1_000;
/** For a JSON Schema. */
export const externalIdPattern = externalIdForm.source;

/** @param others the instances before this one */
export function findInstanceProblem(
  instance: ConnectInstance,
  others: readonly ConnectInstance[],
): InstanceProblem | undefined {
  const { roleArn, externalId, sourceIdentity, sessionPolicy, maxConcurrentCalls: limit } = instance;
  if (others.some((other) => other.id === instance.id && !isReplica(instance, other)))
    return { member: "arn", code: "duplicateInstance" };
  if (roleArn === undefined) {
    if (externalId !== undefined) return { member: "externalId", code: "withoutRole" };
    if (sourceIdentity !== undefined) return { member: "sourceIdentity", code: "withoutRole" };
    if (sessionPolicy !== undefined) return { member: "sessionPolicy", code: "withoutRole" };
  }
  if (externalId !== undefined && !externalIdForm.test(externalId))
    return { member: "externalId", code: "malformedExternalId" };
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= maxConcurrentCalls))
    return { member: "maxConcurrentCalls", code: "wrongNumber" };
  // A role has one trust policy, and it requires the same of every session.
  const same = others.find((other) => roleArn !== undefined && other.roleArn === roleArn);
  const agrees =
    !same || (same.externalId === externalId && (same.sourceIdentity ?? true) === (sourceIdentity ?? true));
  return agrees ? undefined : { member: "roleArn", code: "differentRole" };
}

/** Whether two instances with the same id can both exist (API reference, ReplicateInstance). */
function isReplica(one: ConnectInstance, other: ConnectInstance): boolean {
  return (
    one.partition === other.partition && one.accountId === other.accountId && one.region !== other.region
  );
}
