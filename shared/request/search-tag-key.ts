/**
 * The tags that a search is narrowed to: `connect:SearchTag/…`.
 *
 * A search is narrowed to a tag when every result must have it. That is plain for one tag condition and for all of an
 * "and"; for an "or" it is not, and so not known.
 */
import { type AskedInput, NOT_KNOWN } from "../catalog/targets.ts";
import { type KeyValue, memberOf } from "./key-value.ts";

/** Reads the value that a search's tag filter demands for a tag key, compared without case. */
export function readSearchTag(tagKey: string, input: AskedInput): KeyValue {
  const filters = [
    memberOf(input.get("SearchFilter"), "TagFilter"),
    memberOf(input.get("SearchCriteria"), "ContactTags"),
  ];
  if (filters.includes(NOT_KNOWN) || hasAttributeFilter(input)) return NOT_KNOWN;
  const values = new Set<unknown>();
  for (const filter of filters) {
    const alternatives = memberOf(filter, "OrConditions");
    if (Array.isArray(alternatives) && alternatives.length > 0) return NOT_KNOWN;
    const conjunction = memberOf(filter, "AndConditions");
    const conditions = [memberOf(filter, "TagCondition"), ...(Array.isArray(conjunction) ? conjunction : [])];
    for (const condition of conditions) {
      const key = memberOf(condition, "TagKey");
      if (typeof key === "string" && key.toLowerCase() === tagKey)
        values.add(memberOf(condition, "TagValue"));
    }
  }
  const [value, other] = values;
  if (values.size === 0) return undefined;
  // A condition without a value is met by any, and two values contradict each other.
  return typeof value === "string" && other === undefined && values.size === 1 ? value : NOT_KNOWN;
}

/** `UserAttributeFilter` and its like hold tag conditions of their own, among others. */
function hasAttributeFilter(input: AskedInput): boolean {
  const filter = input.get("SearchFilter");
  if (typeof filter !== "object" || filter === null) return false;
  return Object.keys(filter).some((name) => name.endsWith("AttributeFilter"));
}
