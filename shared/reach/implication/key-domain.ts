/** What values a condition key can have at all (`shared/decide/call-context.ts`). */

import { lowerAscii } from "../../ascii.ts";
import { hierarchyLevelOf } from "../../request/keys/condition-keys.ts";
import { constantKeys, isUntold, lowerNames, ownKeys } from "../../request/keys/global-keys.ts";
import { findConditionKey } from "./condition-key-table.ts";

export interface KeyDomain {
  /** Never missing, and never more than one value; known in every call. */
  readonly isPresent: boolean;
  readonly isSingle: boolean;
  readonly isKnown: boolean;
  /** The only value that it can have, or `none`. */
  readonly only?: string | "none";
}

/** For questions about policies alone, whatever a request may be. */
export const anything: KeyDomain = { isPresent: false, isSingle: false, isKnown: false };
const certain: KeyDomain = { isPresent: true, isSingle: true, isKnown: true };
const constants = new Map(Object.entries(constantKeys).map(([key, value]) => [lowerAscii(key), value]));
const ofEveryCall: ReadonlySet<string> = new Set([
  ...lowerNames(ownKeys),
  "aws:userid",
  "aws:username",
  "aws:currenttime",
  "aws:epochtime",
]);
const singleValued: ReadonlySet<string> = new Set([
  "aws:sourceip",
  "aws:tokenissuetime",
  "aws:requestedregion",
  "aws:resourceaccount",
  "connect:instanceid",
]);

/** Whether the key's values are whole numbers, or times with a zone. */
export const wholeKeys: ReadonlySet<string> = new Set(["aws:epochtime"]);
export const zonedKeys: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:tokenissuetime",
]);

/** @param key in lower case. A key that this knows nothing of can have any values. */
export function domainOf(key: string): KeyDomain {
  const constant = constants.get(key);
  if (constant !== undefined) return { ...certain, only: constant };
  if (ofEveryCall.has(key)) return certain;
  if (key.startsWith("aws:principaltag/")) return { isPresent: false, isSingle: true, isKnown: true };
  if (singleValued.has(key) || hierarchyLevelOf(key) !== undefined) return { ...anything, isSingle: true };
  const known = findConditionKey(key);
  if (known?.presence === "absent" || isOfOtherServices(key))
    return { ...certain, isPresent: false, only: "none" };
  return known?.presence === "unknown" ? { ...anything, only: "none" } : anything;
}

function isOfOtherServices(key: string): boolean {
  return !/^(?:aws|connect|jwt):/.test(key) && !isUntold(key);
}
