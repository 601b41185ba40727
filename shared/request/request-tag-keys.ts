/**
 * The tags that a request sets or removes: `aws:RequestTag/…` and `aws:TagKeys`.
 */
import { type AskedInput, NOT_KNOWN } from "../catalog/targets.ts";
import { type KeyValue, readTexts } from "./key-value.ts";

const setMembers = ["Tags", "tags"];
const removeMembers = ["TagKeys", "tagKeys"];

/** Tag keys in condition keys are compared without case (IAM User Guide, "Controlling access to AWS resources using tags"). */
export function readRequestTag(tagKey: string, input: AskedInput): KeyValue {
  const tags = firstKnown(setMembers, input);
  if (tags === NOT_KNOWN) return NOT_KNOWN;
  const [first, second] = Object.entries(tags ?? {}).filter(([key]) => key.toLowerCase() === tagKey);
  // `Team` and `team` in one request: which of them the service would compare is not documented.
  if (second) return NOT_KNOWN;
  return first ? readTexts(first[1]) : undefined;
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
