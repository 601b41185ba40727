/**
 * The condition keys whose values are in the request itself.
 *
 * The catalogue lists the Connect keys of each action (Service Authorization Reference, "Condition keys for Amazon
 * Connect"). If an action has a key that cannot be read here, its value is unknown, never missing: if AWS's pages do
 * not describe a value plainly enough to compute it, the call is refused. Every action has the instance and the tags of
 * a request, whatever the reference lists (docs/decisions/0070).
 */
import { lowerAscii } from "../../ascii.ts";
import { type AskedInput, NOT_KNOWN } from "../../catalog/ask.ts";
import { conditionKeyNames } from "../../catalog/catalog.ts";
import { isUntold } from "./global-keys.ts";
import { type KeyValue, memberOf, readTexts } from "./read-value.ts";
import { readRequestTag, readSearchTag, readTagKeys } from "./tag-keys.ts";

export interface RequestFacts {
  readonly input: AskedInput;
  /** The instance's id, if the input names one. */
  readonly instanceId: string | undefined | typeof NOT_KNOWN;
}

/** Keys that are the value of a top-level member. A test compares each with the operations that have the key. */
export const memberKeys: ReadonlyMap<string, string> = new Map([
  ["connect:storageresourcetype", "ResourceType"],
  ["connect:attributetype", "AttributeType"],
  ["connect:monitorcapabilities", "AllowedMonitorCapabilities"],
  ["connect:contactinitiationmethod", "InitiationMethod"],
  ["connect:listrealtimecontactanalysissegmentsbyoutputtype", "OutputType"],
  ["connect:listrealtimecontactanalysissegmentsbysegmenttype", "SegmentTypes"],
]);

/** Keys of every call: AWS's guides describe their values without naming actions. */
const readersOfAll: ReadonlyMap<string, (facts: RequestFacts) => KeyValue> = new Map([
  ["connect:instanceid", ({ instanceId }) => instanceId],
  ["aws:tagkeys", ({ input }) => readTagKeys(input)],
]);

const readers: ReadonlyMap<string, (facts: RequestFacts) => KeyValue> = new Map([
  ["connect:flowtype", ({ input }) => readCreatedFlowType(input)],
  ["connect:channel", ({ input }) => readSearchedChannels(input)],
  ["connect:subtype", ({ input }) => readSegmentAttribute("connect:Subtype", input)],
  ["connect:assignmenttype", ({ input }) => readAssignmentType(input)],
  ["connect:searchcontactsbycontactanalysis", ({ input }) => readContactAnalysis(input)],
]);

const requestTag = "aws:requesttag/";

/** Keys that end in a name that the policy's author chooses. */
const families: readonly (readonly [prefix: string, read: (name: string, input: AskedInput) => KeyValue])[] =
  [
    ["connect:searchtag/", readSearchTag],
    ["connect:primaryattribute/", readPrimaryAttribute],
  ];

/**
 * Reads a condition key that depends on neither the caller nor the time.
 *
 * @param key in lower case
 * @param carried the action's keys, in the reference's spelling (`aws:RequestTag/${TagKey}`)
 */
export function readRequestKey(key: string, carried: readonly string[], facts: RequestFacts): KeyValue {
  const ofAll = readersOfAll.get(key);
  if (ofAll) return ofAll(facts);
  if (key.startsWith(requestTag) && key.length > requestTag.length)
    return readRequestTag(key.slice(requestTag.length), facts.input);
  if (!carried.some((pattern) => isSameKey(pattern, key))) return isOfOthers(key) ? undefined : NOT_KNOWN;
  const member = memberKeys.get(key);
  if (member !== undefined) return readTexts(facts.input.get(member));
  const reader = readers.get(key);
  if (reader) return reader(facts);
  const family = families.find(([prefix]) => key.startsWith(prefix));
  return family ? family[1](key.slice(family[0].length), facts.input) : NOT_KNOWN;
}

/**
 * The level of a user's hierarchy that a key names, for the look-up. The administrator guide writes
 * `connect:HierarchyGroupL3Id/hierarchyGroupId` ("Apply hierarchy-based access control"); the short form is accepted
 * too.
 *
 * @param key in lower case
 */
export function hierarchyLevelOf(key: string): string | undefined {
  return /^(connect:hierarchygroupl[1-5]id)(?:\/hierarchygroupid)?$/.exec(key)?.[1];
}

/** Whether a key belongs to other actions or services, so that AWS does not set it for this one. */
function isOfOthers(key: string): boolean {
  if (!key.startsWith("connect:")) return !isUntold(key);
  return conditionKeyNames().some((pattern) => isSameKey(pattern, key));
}

/** `aws:RequestTag/${TagKey}` stands for every key with its prefix. */
function isSameKey(pattern: string, key: string): boolean {
  const variable = pattern.indexOf("${");
  if (variable < 0) return lowerAscii(pattern) === key;
  return key.length > variable && key.startsWith(lowerAscii(pattern.slice(0, variable)));
}

/** The request contains the type of a flow that it creates. Only Connect knows the type of an existing flow. */
function readCreatedFlowType(input: AskedInput): KeyValue {
  const type = input.get("Type");
  return typeof type === "string" ? [type] : NOT_KNOWN;
}

/** A search contains its channels. Only Connect knows the channel of an existing contact. */
function readSearchedChannels(input: AskedInput): KeyValue {
  const criteria = input.get("SearchCriteria");
  return criteria === undefined ? NOT_KNOWN : readTexts(memberOf(criteria, "Channels"));
}

/**
 * A segment attribute of the contact that the call creates, for instance `connect:Subtype` with `connect:SMS`
 * (administrator guide, "List of available contact attributes", segment attributes).
 */
function readSegmentAttribute(name: string, input: AskedInput): KeyValue {
  return readTexts(memberOf(memberOf(input.get("SegmentAttributes"), name), "ValueString"));
}

/** How a task is assigned (`SELF`), if the request says so. A task template may say it instead, unseen. */
function readAssignmentType(input: AskedInput): KeyValue {
  return readSegmentAttribute("connect:AssignmentType", input) ?? NOT_KNOWN;
}

/** The kinds of analysis that a search for contacts uses: `Transcript`. */
function readContactAnalysis(input: AskedInput): KeyValue {
  const analysis = memberOf(input.get("SearchCriteria"), "ContactAnalysis");
  if (analysis === NOT_KNOWN || analysis === undefined) return analysis;
  return typeof analysis === "object" && analysis !== null ? Object.keys(analysis) : NOT_KNOWN;
}

/**
 * A primary attribute of the rows of a data table in a call. Its name is compared without case.
 *
 * One call may name several rows, and the key is single-valued: it has a value only if all rows agree.
 */
function readPrimaryAttribute(attribute: string, input: AskedInput): KeyValue {
  const members = ["Values", "PrimaryValues", "NewPrimaryValues", "PrimaryAttributeValues"].map((name) =>
    input.get(name),
  );
  if (members.includes(NOT_KNOWN)) return NOT_KNOWN;
  const [values, current, renamed, searched] = members.map((value) =>
    Array.isArray(value) ? value : undefined,
  );
  const rows: unknown[][] = [];
  for (const value of values ?? []) rows.push(listOf(memberOf(value, "PrimaryValues")));
  for (const row of [current, renamed, searched]) if (row) rows.push(row);
  const found = rows.map((row) => valuesIn(row, attribute));
  if (found.every((each) => each.length === 0)) return undefined;
  const distinct = new Set(found.flat());
  const [only] = distinct;
  const agree = distinct.size === 1 && found.every((each) => each.length > 0);
  return agree && typeof only === "string" ? only : NOT_KNOWN;
}

/** The values that one row (or one filter) gives for the attribute. */
function valuesIn(row: readonly unknown[], attribute: string): unknown[] {
  return row.flatMap((entry) => {
    const name = memberOf(entry, "AttributeName");
    if (typeof name !== "string" || lowerAscii(name) !== attribute) return [];
    const several = memberOf(entry, "Values");
    return Array.isArray(several) ? several : [memberOf(entry, "Value")];
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
