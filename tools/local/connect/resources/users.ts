/** Users: created, described, listed, updated in parts, deleted. A password is accepted and forgotten. */
import { PhoneType, type User } from "@aws-sdk/client-connect";
import { checkLength, checkOneOf, checkReferences } from "../checks.ts";
import type { Handlers } from "../handler.ts";
import { type InstanceState, lastModified } from "../instance-state.ts";
import { cutPage } from "../page.ts";
import type { Row } from "../resource-table.ts";
import { invalidParameter } from "../service-fault.ts";
import type { UserShape } from "../shapes.ts";
import type { Store } from "../store.ts";
import { checkTags } from "./tags.ts";

/** `CreateUser` in the API Reference. */
const usernamePattern = /^[a-zA-Z0-9_\-.@]+$/;
const maxSecurityProfiles = 10;
const maxAfterContactWorkSeconds = 2_000_000;

/** Handlers of the user operations except `SearchUsers`. */
export const userHandlers = {
  CreateUser(store, input) {
    const instance = store.instance(input.InstanceId);
    const { InstanceId, Username, Password, Tags, ...shape } = input;
    checkLength(Username, "Username", { from: 1, to: 100 });
    if (!usernamePattern.test(Username))
      throw invalidParameter("Username", "must have only letters, digits and the characters `_-.@`");
    checkShape(instance, shape);
    const row = instance.users.add({ name: Username, tags: checkTags(Tags, "Tags"), shape });
    return { UserId: row.id, UserArn: row.arn };
  },
  DescribeUser(store, input) {
    const instance = store.instance(input.InstanceId);
    return { User: describeUser(instance, instance.users.get(input.UserId)) };
  },
  ListUsers(store, input) {
    const instance = store.instance(input.InstanceId);
    const page = cutPage(instance.users.all(), input, { scope: `ListUsers:${input.InstanceId}` });
    const summaries = page.items.map((row) => ({
      Id: row.id,
      Arn: row.arn,
      Username: row.name,
      ...lastModified(instance, row),
    }));
    return { UserSummaryList: summaries, NextToken: page.next };
  },
  DeleteUser(store, input) {
    store.instance(input.InstanceId).users.remove(input.UserId);
    return {};
  },
  UpdateUserIdentityInfo: (store, input) => updateUser(store, input, { IdentityInfo: input.IdentityInfo }),
  UpdateUserPhoneConfig: (store, input) => updateUser(store, input, { PhoneConfig: input.PhoneConfig }),
  UpdateUserConfig(store, input) {
    const { InstanceId, UserId, ...configs } = input;
    return updateUser(store, input, configs);
  },
  UpdateUserRoutingProfile: (store, input) =>
    updateUser(store, input, { RoutingProfileId: input.RoutingProfileId }),
  UpdateUserSecurityProfiles: (store, input) =>
    updateUser(store, input, { SecurityProfileIds: input.SecurityProfileIds }),
  /** Without a group, the user leaves the hierarchy. */
  UpdateUserHierarchy: (store, input) =>
    updateUser(store, input, { HierarchyGroupId: input.HierarchyGroupId }),
} satisfies Handlers;

/** Answers a user as `DescribeUser` does; `AfterContactWorkTimeLimit` is in seconds. */
export function describeUser(instance: InstanceState, row: Row<UserShape>): User {
  return {
    Id: row.id,
    Arn: row.arn,
    Username: row.name,
    ...row.shape,
    SecurityProfileIds: [...row.shape.SecurityProfileIds],
    Tags: { ...row.tags },
    ...lastModified(instance, row),
  };
}

function updateUser(
  store: Store,
  target: { readonly InstanceId: string; readonly UserId: string },
  change: Partial<UserShape>,
): Record<never, never> {
  const instance = store.instance(target.InstanceId);
  const shape = { ...instance.users.get(target.UserId).shape, ...change };
  checkShape(instance, shape);
  instance.users.revise(target.UserId, { shape });
  return {};
}

function checkShape(instance: InstanceState, shape: UserShape): void {
  const profiles = shape.SecurityProfileIds;
  if (profiles.length < 1 || profiles.length > maxSecurityProfiles)
    throw invalidParameter("SecurityProfileIds", `must be 1 to ${maxSecurityProfiles} ids`);
  const phone = shape.PhoneConfig;
  if (phone?.PhoneType !== undefined) checkOneOf(phone.PhoneType, "PhoneConfig.PhoneType", PhoneType);
  const seconds = phone?.AfterContactWorkTimeLimit ?? 0;
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > maxAfterContactWorkSeconds) {
    throw invalidParameter(
      "PhoneConfig.AfterContactWorkTimeLimit",
      `must be 0 to ${maxAfterContactWorkSeconds}`,
    );
  }
  checkReferences(instance.securityProfiles, profiles);
  checkReferences(instance.routingProfiles, [shape.RoutingProfileId]);
  checkReferences(instance.hierarchyGroups, [shape.HierarchyGroupId]);
}
