/**
 * The condition keys whose values stand in the request itself.
 *
 * Which of them an action carries is the catalogue's to say (Service Authorization Reference, "Condition keys for
 * Amazon Connect"); a key that the action carries and that is not read here is not known, never missing.
 */
import { type AskedInput, NOT_KNOWN } from "../catalog/targets.ts";

/** A key's value: single, multivalued, absent from the request, or not to be told by this reader. */
export type KeyValue = string | readonly string[] | undefined | typeof NOT_KNOWN;

/** What the keys of a request are read from. */
export interface RequestFacts {
  readonly input: AskedInput;
  /** The instance's id, when the input names one. */
  readonly instanceId: string | undefined | typeof NOT_KNOWN;
}

/** Keys that are a member's value as it stands. */
const memberKeys: ReadonlyMap<string, string> = new Map([
  ["connect:storageresourcetype", "ResourceType"],
  ["connect:attributetype", "AttributeType"],
  ["connect:monitorcapabilities", "AllowedMonitorCapabilities"],
  ["connect:contactinitiationmethod", "InitiationMethod"],
]);

const requestTag = "aws:requesttag/";
const tagMembers = ["Tags", "tags"];

/**
 * Reads a condition key.
 *
 * @param key in lower case
 * @param carried the keys that the action carries, in the reference's spelling (`aws:RequestTag/${TagKey}`)
 */
export function readRequestKey(key: string, carried: readonly string[], facts: RequestFacts): KeyValue {
  if (!carried.some((pattern) => isSameKey(pattern, key))) return undefined;
  if (key === "connect:instanceid") return facts.instanceId;
  if (key.startsWith(requestTag)) return readRequestTag(key.slice(requestTag.length), facts.input);
  if (key === "aws:tagkeys") return readTagKeys(facts.input);
  const member = memberKeys.get(key);
  if (member === undefined) return NOT_KNOWN;
  return readTexts(facts.input.get(member));
}

/** `aws:RequestTag/${TagKey}` stands for every key with its prefix. */
function isSameKey(pattern: string, key: string): boolean {
  const variable = pattern.indexOf("${");
  if (variable < 0) return pattern.toLowerCase() === key;
  return key.length > variable && key.startsWith(pattern.slice(0, variable).toLowerCase());
}

function readTexts(value: unknown): KeyValue {
  if (value === undefined || typeof value === "string") return value;
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) return NOT_KNOWN;
  return value;
}

/** Tag keys in condition keys are compared without case (IAM User Guide, "Controlling access to AWS resources using tags"). */
function readRequestTag(tagKey: string, input: AskedInput): KeyValue {
  const tags = readTags(input);
  if (tags === NOT_KNOWN || tags === undefined) return tags;
  const values = Object.entries(tags).filter(([key]) => key.toLowerCase() === tagKey);
  const [first, second] = values;
  // `Team` and `team` in one request: which of them the service would compare is not documented.
  if (second) return NOT_KNOWN;
  return first && typeof first[1] === "string" ? first[1] : undefined;
}

function readTagKeys(input: AskedInput): KeyValue {
  const removed = input.get("tagKeys");
  if (removed !== undefined) return removed === NOT_KNOWN ? NOT_KNOWN : readTexts(removed);
  const tags = readTags(input);
  if (tags === NOT_KNOWN || tags === undefined) return tags;
  const keys = Object.keys(tags);
  return keys.length > 0 ? keys : undefined;
}

function readTags(input: AskedInput): object | undefined | typeof NOT_KNOWN {
  for (const member of tagMembers) {
    const tags = input.get(member);
    if (tags === NOT_KNOWN) return NOT_KNOWN;
    if (typeof tags === "object" && tags !== null) return tags;
  }
  return undefined;
}
