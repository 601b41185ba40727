/**
 * The tags that a search is narrowed to: `connect:SearchTag/…`.
 *
 * A filter is an "or" of "and"s (API reference, ControlPlaneTagFilter and ControlPlaneAttributeFilter), so a search is
 * narrowed to a tag when each alternative asks for it with the same value. How several parts or several filters beside
 * each other are joined is not documented: each counts as an alternative, so all of them must agree.
 */
import { lowerAscii } from "../../ascii.ts";
import { type AskedInput, NOT_KNOWN } from "../../catalog/targets.ts";
import { type KeyValue, memberOf } from "./read-value.ts";

/** Tag conditions that all must hold. */
type Alternative = readonly unknown[];

/** Reads the value that a search demands for a tag key, compared without case; `undefined` when it demands none. */
export function readSearchTag(tagKey: string, input: AskedInput): KeyValue {
  const filter = input.get("SearchFilter");
  const contactTags = memberOf(input.get("SearchCriteria"), "ContactTags");
  if (filter === NOT_KNOWN || contactTags === NOT_KNOWN) return NOT_KNOWN;
  const filters = [...(isObject(filter) ? Object.values(filter) : []), contactTags];
  const demands = filters
    .flatMap(alternativesOf)
    .map((alternative) => alternative.filter((condition) => isFor(tagKey, condition)));
  if (demands.every((conditions) => conditions.length === 0)) return undefined;
  const values = new Set(demands.flat().map((condition) => memberOf(condition, "TagValue")));
  const [value] = values;
  // A condition without a value is met by any, and two values in one "and" contradict each other.
  const agree = values.size === 1 && demands.every((conditions) => conditions.length > 0);
  return agree && typeof value === "string" ? value : NOT_KNOWN;
}

/** The alternatives of a filter; conditions of another kind than tags are one that demands no tag. */
function alternativesOf(filter: unknown): readonly Alternative[] {
  if (!isObject(filter)) return [];
  return Object.entries(filter).flatMap(([part, value]): readonly Alternative[] => {
    if (part === "OrConditions" && Array.isArray(value)) return value.map(conditionsOf);
    if (part === "TagCondition") return value === undefined ? [] : [[value]];
    if (part === "AndConditions" && Array.isArray(value) && value.length === 0) return [];
    return value === undefined ? [] : [conditionsOf(value)];
  });
}

/** The tag conditions of an "and": a list of them, or a structure that holds such a list among others. */
function conditionsOf(conjunction: unknown): Alternative {
  const list = Array.isArray(conjunction) ? conjunction : memberOf(conjunction, "TagConditions");
  return Array.isArray(list) ? list : [];
}

function isFor(tagKey: string, condition: unknown): boolean {
  const key = memberOf(condition, "TagKey");
  return typeof key === "string" && lowerAscii(key) === tagKey;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
