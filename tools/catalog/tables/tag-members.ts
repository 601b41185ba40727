/**
 * Which members hold tags that the condition keys of tags are read from. Those that hold other tags are in
 * `ignored-members.ts`.
 *
 * A member that looks like a tag and is in neither stops the generator: a condition on
 * `aws:RequestTag/…` or `connect:SearchTag/…` would not see it.
 */
import { reasonForOtherTag } from "./ignored-members.ts";

/** Members that `shared/request/keys/tag-keys.ts` reads. */
const read: readonly RegExp[] = [
  /^(?:Tags|tags)\{\}$/,
  /^(?:TagKeys|tagKeys)\[\]$/,
  /^SearchFilter\.\w*Filter\.(?:OrConditions\[\](?:\[\])?\.|AndConditions\[\]\.|AndCondition\.)?(?:TagConditions?(?:\[\])?\.)?Tag(?:Key|Value)$/,
  /^SearchCriteria\.ContactTags\.(?:OrConditions\[\]\[\]|AndConditions\[\]|TagCondition)\.Tag(?:Key|Value)$/,
];

const looksLikeTag = /(?:^|[a-z.[\]{}])(?:Tags?|tags?)(?=[A-Z.[\]{}]|$)/;

/** Whether a member path looks like a tag and is in no table. */
export function isUnknownTag(operation: string, path: string): boolean {
  if (!looksLikeTag.test(path) || read.some((form) => form.test(path))) return false;
  return reasonForOtherTag(operation, path) === undefined;
}
