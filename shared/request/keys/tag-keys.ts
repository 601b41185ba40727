/**
 * The tags that a request sets or removes: `aws:RequestTag/…` and `aws:TagKeys`.
 */
import { lowerAscii } from "../../ascii.ts";
import { type AskedInput, NOT_KNOWN } from "../../catalog/targets.ts";
import { type KeyValue, readTexts } from "./read-value.ts";

const setMembers = ["Tags", "tags"];
const removeMembers = ["TagKeys", "tagKeys"];

/** Tag keys in condition keys are compared without case (IAM User Guide, "Controlling access to AWS resources using tags"). */
export function readRequestTag(tagKey: string, input: AskedInput): KeyValue {
  const tags = firstKnown(setMembers, input);
  if (tags === NOT_KNOWN) return NOT_KNOWN;
  const values = tags && valuesByKey(tags).get(tagKey);
  // `Team` and `team` in one request: which of them the service would compare is not documented.
  return values && values.length > 1 ? NOT_KNOWN : readTexts(values?.[0]);
}

const valuesByTags = new WeakMap<object, ReadonlyMap<string, readonly unknown[]>>();

/** Sorts tags by their key in lower case, once: a policy may ask for many keys, and a call may have many tags. */
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

/** Reads the keys of the tags that are set or removed; multivalued, absent when there are none. */
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
