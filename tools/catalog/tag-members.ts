/**
 * Which members hold tags: those that the condition keys of tags are read from, and those that hold other tags.
 *
 * A member that looks like a tag and stands in none of these tables stops the generator: a condition on
 * `aws:RequestTag/…` or `connect:SearchTag/…` would not see it.
 */

/** Members that `shared/request/request-tag-keys.ts` and `shared/request/search-tag-key.ts` read. */
const read: readonly RegExp[] = [
  /^(?:Tags|tags)\{\}$/,
  /^(?:TagKeys|tagKeys)\[\]$/,
  /^SearchFilter\.\w*Filter\.(?:OrConditions\[\](?:\[\])?\.|AndConditions\[\]\.|AndCondition\.)?(?:TagConditions?(?:\[\])?\.)?Tag(?:Key|Value)$/,
  /^SearchCriteria\.ContactTags\.(?:OrConditions\[\]\[\]|AndConditions\[\]|TagCondition)\.Tag(?:Key|Value)$/,
];

/** Members that hold tags of something else, each with its reason; the operation's name may stand before the path. */
export const otherTags: ReadonlyMap<string, string> = new Map([
  [
    "Actions[].SendNotificationAction.Recipient.UserTags{}",
    "tells whom a rule notifies, by the tags of users",
  ],
  [
    "Actions[].SendNotificationAction.Exclusion.UserTags{}",
    "tells whom a rule does not notify, by the tags of users",
  ],
  [
    "AllowedAccessControlTags{}",
    "the tags by which a security profile's users see resources inside Amazon Connect",
  ],
  ["TagRestrictedResources[]", "the resource types to which a security profile's access control tags apply"],
  [
    "SearchCriteria.TagSearchCondition.tagKey",
    "what SearchResourceTags looks for among tags; it is narrowed to nothing by it",
  ],
  [
    "SearchCriteria.TagSearchCondition.tagValue",
    "what SearchResourceTags looks for among tags; it is narrowed to nothing by it",
  ],
  [
    "SearchCriteria.TagSearchCondition.tagKeyComparisonType",
    "how SearchResourceTags compares what it looks for among tags",
  ],
  [
    "SearchCriteria.TagSearchCondition.tagValueComparisonType",
    "how SearchResourceTags compares what it looks for among tags",
  ],
]);

const looksLikeTag = /(?:^|[a-z.[\]{}])(?:Tags?|tags?)(?=[A-Z.[\]{}]|$)/;

/** Tells whether a member path looks like a tag and stands in no table. */
export function isUnknownTag(path: string): boolean {
  return looksLikeTag.test(path) && !otherTags.has(path) && !read.some((form) => form.test(path));
}
