/** `SearchUsers`: string, hierarchy and tag conditions with AND and OR. Unsupported conditions are refused. */
import {
  type HierarchyGroupCondition,
  StringComparisonType,
  type StringCondition,
  type TagCondition,
  type UserSearchCriteria,
  type UserSearchFilter,
} from "@aws-sdk/client-connect";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { checkOneOf } from "../checks.ts";
import type { Handlers } from "../handler.ts";
import { cutPage } from "../page.ts";
import type { Row } from "../resource-table.ts";
import { invalidParameter, ServiceFault } from "../service-fault.ts";
import type { UserShape } from "../shapes.ts";
import { describeUser } from "./users.ts";

type Test = (user: Row<UserShape>) => boolean;

/** Handler of `SearchUsers`; `AfterContactWorkTimeLimit` is answered in milliseconds, as the API Reference has it. */
export const searchUserHandlers = {
  SearchUsers(store, input) {
    const instance = store.instance(input.InstanceId);
    const meetsCriteria = readCriteria(input.SearchCriteria ?? {});
    const passesFilter = readFilter(input.SearchFilter ?? {});
    const found = instance.users.all().filter((row) => meetsCriteria(row) && passesFilter(row));
    const page = cutPage(found, input, {
      scope: `SearchUsers:${input.InstanceId}`,
      sizes: { usual: 100, largest: 500 },
    });
    const users = page.items.map((row) => {
      const { LastModifiedTime, LastModifiedRegion, PhoneConfig, ...user } = describeUser(instance, row);
      const { FirstName, LastName } = user.IdentityInfo ?? {};
      const limit = PhoneConfig?.AfterContactWorkTimeLimit;
      const phone =
        limit === undefined ? PhoneConfig : { ...PhoneConfig, AfterContactWorkTimeLimit: limit * 1000 };
      return { ...user, IdentityInfo: { FirstName, LastName }, PhoneConfig: phone };
    });
    return { Users: users, NextToken: page.next, ApproximateTotalCount: found.length };
  },
} satisfies Handlers;

/** Fields that the API Reference lists for a user's string condition, in lower case. */
const fields = new Map<string, (user: Row<UserShape>) => readonly (string | undefined)[]>([
  ["username", (user) => [user.name]],
  ["firstname", (user) => [user.shape.IdentityInfo?.FirstName]],
  ["lastname", (user) => [user.shape.IdentityInfo?.LastName]],
  ["routingprofileid", (user) => [user.shape.RoutingProfileId]],
  ["securityprofileid", (user) => user.shape.SecurityProfileIds],
  ["resourceid", (user) => [user.id]],
]);

const comparisons = {
  STARTS_WITH: (value: string, wanted: string) => value.startsWith(wanted),
  CONTAINS: (value: string, wanted: string) => value.includes(wanted),
  EXACT: (value: string, wanted: string) => value === wanted,
} satisfies Record<StringComparisonType, (value: string, wanted: string) => boolean>;

function readCriteria(criteria: UserSearchCriteria): Test {
  if (criteria.ListCondition) {
    const message = "the local Connect does not implement `SearchCriteria.ListCondition`";
    throw new ServiceFault("NotImplementedException", message);
  }
  const tests: Test[] = [];
  const { AndConditions, OrConditions, StringCondition, HierarchyGroupCondition } = criteria;
  if (AndConditions) tests.push(allOf(AndConditions.map(readCriteria)));
  if (OrConditions) tests.push(anyOf(OrConditions.map(readCriteria)));
  if (StringCondition) tests.push(readString(StringCondition));
  if (HierarchyGroupCondition) tests.push(readHierarchy(HierarchyGroupCondition));
  return allOf(tests);
}

function readString({ FieldName = "", Value = "", ComparisonType = "EXACT" }: StringCondition): Test {
  const read = fields.get(lowerAscii(FieldName));
  if (!read) throw invalidParameter("StringCondition.FieldName", `\`${FieldName}\` cannot be searched for`);
  checkOneOf(ComparisonType, "StringCondition.ComparisonType", StringComparisonType);
  const compare = comparisons[ComparisonType];
  const wanted = lowerAscii(Value);
  return (user) => read(user).some((value) => value !== undefined && compare(lowerAscii(value), wanted));
}

/** The seeded hierarchy has one level, so a group and its child groups are the group itself. */
function readHierarchy({ Value }: HierarchyGroupCondition): Test {
  return (user) => user.shape.HierarchyGroupId === Value;
}

function readFilter(filter: UserSearchFilter): Test {
  if (filter.UserAttributeFilter) {
    const message =
      "the local Connect does not implement `SearchFilter.UserAttributeFilter`; use `TagFilter`";
    throw new ServiceFault("NotImplementedException", message);
  }
  const { OrConditions, AndConditions, TagCondition } = filter.TagFilter ?? {};
  const tests: Test[] = [];
  if (OrConditions) tests.push(anyOf(OrConditions.map((conditions) => allOf(conditions.map(readTag)))));
  if (AndConditions) tests.push(allOf(AndConditions.map(readTag)));
  if (TagCondition) tests.push(readTag(TagCondition));
  return allOf(tests);
}

/** A condition without a value matches by the key alone. */
function readTag({ TagKey = "", TagValue }: TagCondition): Test {
  return (user) =>
    Object.entries(user.tags).some(
      ([key, value]) => key === TagKey && (TagValue === undefined || value === TagValue),
    );
}

function allOf(tests: readonly Test[]): Test {
  return (user) => tests.every((test) => test(user));
}

function anyOf(tests: readonly Test[]): Test {
  return (user) => tests.some((test) => test(user));
}
