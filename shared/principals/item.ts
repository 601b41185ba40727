/** An item of the table of principals, its key, and what it attaches at a moment. Unknown members are refused: one may be a misspelled boundary. */
import {
  type AttachmentLook,
  type Attachments,
  maxAttachedNames,
  maxNameLength,
} from "../bundle/attachments.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import { isPlainObject } from "../shape.ts";

/** DynamoDB's limit for a partition key's value (Developer Guide, "Quotas"). */
const maxKeyBytes = 2_048;

/**
 * Returns `undefined` when the key is too long for any table. An id is unique only within its issuer, and both may hold
 * any character. So the key is a JSON list of the two: unambiguous and readable.
 */
export function principalKeyOf({ issuer, id }: Pick<VerifiedPrincipal, "issuer" | "id">): string | undefined {
  const key = JSON.stringify([issuer, id]);
  return Buffer.byteLength(key) <= maxKeyBytes ? key : undefined;
}

/** What an item says, at any time. */
export interface PrincipalItem extends Pick<Attachments, "policies" | "boundaries" | "version"> {
  /** Policy → seconds since the epoch from which its Allows do not count. */
  readonly ends: ReadonlyMap<string, number>;
  /** From when DynamoDB may delete the item, in seconds since the epoch. */
  readonly ttl?: number;
}

/** The result of reading an item, before the bundle and the time are known. */
export type ItemLook =
  | Exclude<AttachmentLook, { readonly kind: "attached" }>
  | { readonly kind: "attached"; readonly item: PrincipalItem };

/**
 * What an item attaches at a moment. A policy whose end has come keeps its Denies, so that the passing of time never
 * adds access.
 */
export function attachmentsAt(item: PrincipalItem, nowMs: number): Attachments {
  const { boundaries, version, ends } = item;
  // `<` also refuses a time that is not a number.
  const counts = (name: string) => nowMs < (ends.get(name) ?? Number.POSITIVE_INFINITY) * 1000;
  const policies = item.policies.filter(counts);
  const ended = item.policies.filter((name) => !counts(name));
  const until = policies.flatMap((name) => {
    const end = ends.get(name);
    return end === undefined ? [] : [[name, isoOf(end)] as const];
  });
  return {
    ...{ policies, boundaries, version },
    ...(until.length > 0 ? { until: Object.fromEntries(until) } : {}),
    ...(ended.length > 0 ? { ended } : {}),
  };
}

/** A time in ISO 8601, to the second. */
export function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** An older function refuses an item with `until` or `ttl`, and so never honours a policy past its end. */
const members: ReadonlySet<string> = new Set([
  "principal",
  "policies",
  "boundary",
  "version",
  "until",
  "ttl",
]);

/** @param item the result of GetItem for the key; `undefined` without an item */
export function readItem(item: unknown, key: string): ItemLook {
  if (item === undefined) return { kind: "none" };
  if (!isPlainObject(item)) return refused("it is not an item");
  const unknown = Object.keys(item).find((name) => !members.has(name));
  if (unknown !== undefined) return refused(`it has the unknown member \`${unknown.slice(0, 100)}\``);
  if (attributeValue(item["principal"], "S") !== key) return refused("it is another principal's");
  const version = attributeValue(item["version"], "N");
  if (typeof version !== "string" || !/^[1-9]\d{0,14}$/.test(version))
    return refused("its `version` is not a whole number from 1");
  const policies = readNames(item["policies"]);
  const boundaries = readNames(item["boundary"]);
  if (!policies || !boundaries)
    return refused(
      `its \`policies\` and \`boundary\` must each be a set of at most ${maxAttachedNames} policy names`,
    );
  const ends = readEnds(item["until"], policies);
  if (!ends) return refused("its `until` is not a map of its policies to seconds since the epoch");
  const read = { policies, boundaries, version: Number(version), ends };
  if (item["ttl"] === undefined) return { kind: "attached", item: read };
  const ttl = readSeconds(item["ttl"]);
  if (ttl === undefined || !mayDelete(read, ttl))
    return refused(
      "its `ttl` must be seconds since the epoch, after the end of every policy, and it must have no boundary",
    );
  return { kind: "attached", item: { ...read, ttl } };
}

function refused(reason: string): ItemLook {
  return { kind: "refused", reason };
}

/** `undefined` for a map that is malformed, or that gives an end to what is not attached. */
function readEnds(attribute: unknown, policies: readonly string[]): ReadonlyMap<string, number> | undefined {
  if (attribute === undefined) return new Map();
  const map = attributeValue(attribute, "M");
  if (!isPlainObject(map)) return undefined;
  const ends = new Map<string, number>();
  for (const [name, given] of Object.entries(map)) {
    const seconds = readSeconds(given);
    if (seconds === undefined || !policies.includes(name)) return undefined;
    ends.set(name, seconds);
  }
  return ends;
}

/** Whole seconds since the epoch, up to the year 33658. */
function readSeconds(attribute: unknown): number | undefined {
  const value = attributeValue(attribute, "N");
  return typeof value === "string" && /^[1-9]\d{0,11}$/.test(value) ? Number(value) : undefined;
}

/** Whether the item says nothing more from then on: DynamoDB deletes whole items. */
function mayDelete({ policies, boundaries, ends }: PrincipalItem, ttl: number): boolean {
  return boundaries.length === 0 && policies.every((name) => (ends.get(name) ?? ttl + 1) <= ttl);
}

/** The value of an attribute of this type; `undefined` for any other type. */
function attributeValue(attribute: unknown, type: "S" | "N" | "SS" | "L" | "M"): unknown {
  if (!isPlainObject(attribute)) return undefined;
  const [only, ...others] = Object.keys(attribute);
  return only === type && others.length === 0 ? attribute[type] : undefined;
}

/** A set or a list of texts. DynamoDB has no empty sets: an absent attribute is an empty list. */
function readNames(attribute: unknown): readonly string[] | undefined {
  if (attribute === undefined) return [];
  const list = attributeValue(attribute, "L");
  const names: unknown = Array.isArray(list)
    ? list.map((each) => attributeValue(each, "S"))
    : attributeValue(attribute, "SS");
  if (!Array.isArray(names) || names.length > maxAttachedNames) return undefined;
  return names.every(isName) ? [...new Set(names)].sort() : undefined;
}

/** Names are short: an item must not fill a function's memory. */
function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxNameLength;
}
