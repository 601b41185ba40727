/**
 * The condition keys of tags: those that a request sets or removes (`aws:RequestTag/…`, `aws:TagKeys`), and those that
 * a search requires (`connect:SearchTag/…`).
 */
import { lowerAscii } from "../../ascii.ts";
import { type AskedInput, NOT_KNOWN } from "../../catalog/ask.ts";
import { type KeyValue, memberOf, readTexts } from "./read-value.ts";

const setMembers = ["Tags", "tags"];
const removeMembers = ["TagKeys", "tagKeys"];

/** Condition keys compare tag keys without case (IAM User Guide, "Controlling access to AWS resources using tags"). */
export function readRequestTag(tagKey: string, input: AskedInput): KeyValue {
  const tags = firstKnown(setMembers, input);
  if (tags === NOT_KNOWN) return NOT_KNOWN;
  const values = tags && valuesByKey(tags).get(tagKey);
  // `Team` and `team` in one request: it is not documented which of them the service would compare.
  return values && values.length > 1 ? NOT_KNOWN : readTexts(values?.[0]);
}

const valuesByTags = new WeakMap<object, ReadonlyMap<string, readonly unknown[]>>();

/** Groups tags by lower-case key, once: policies may use many keys, and a call may have many tags. */
function valuesByKey(tags: object): ReadonlyMap<string, readonly unknown[]> {
  const known = valuesByTags.get(tags);
  if (known) return known;
  const values = new Map<string, unknown[]>();
  for (const [key, value] of Object.entries(tags)) {
    const lower = lowerAscii(key);
    const same = values.get(lower);
    if (same) same.push(value);
    else values.set(lower, [value]);
  }
  valuesByTags.set(tags, values);
  return values;
}

/** The keys of the tags that are set or removed: multivalued, absent when there are none. */
export function readTagKeys(input: AskedInput): KeyValue {
  const removed = firstKnown(removeMembers, input);
  if (removed !== undefined) return removed === NOT_KNOWN ? NOT_KNOWN : readTexts(removed);
  const tags = firstKnown(setMembers, input);
  if (tags === NOT_KNOWN) return NOT_KNOWN;
  const keys = Object.keys(tags ?? {});
  return keys.length > 0 ? keys : undefined;
}

function firstKnown(members: readonly string[], input: AskedInput): object | undefined | typeof NOT_KNOWN {
  for (const member of members) {
    const value = input.get(member);
    if (value === NOT_KNOWN) return NOT_KNOWN;
    if (typeof value === "object" && value !== null) return value;
  }
  return undefined;
}

/** Tag conditions that must all hold. */
type Alternative = readonly unknown[];

/**
 * Returns the value that a search requires for a tag key, compared without case; `undefined` when it requires none.
 *
 * A filter is an "or" of "and"s (API reference, ControlPlaneTagFilter and ControlPlaneAttributeFilter). So a search
 * requires a tag if each alternative requires the same value of it. It is not documented how several parts of a filter,
 * or several filters, are joined: each counts as an alternative, so all of them must agree.
 */
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
  // A condition without a value accepts any value, and two values in one "and" contradict each other.
  const agree = values.size === 1 && demands.every((conditions) => conditions.length > 0);
  return agree && typeof value === "string" ? value : NOT_KNOWN;
}

/** The alternatives of a filter. Conditions that are not about tags are one alternative, which requires no tag. */
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
