/** An item of the table of principals, and its key. Unknown members are refused: one may be a misspelled boundary. */
import { type AttachmentLook, maxAttachedNames, maxNameLength } from "../bundle/attachments.ts";
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

const members: ReadonlySet<string> = new Set(["principal", "policies", "boundary", "version"]);

/** @param item the result of GetItem for the key; `undefined` without an item */
export function readItem(item: unknown, key: string): AttachmentLook {
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
  return { kind: "attached", attachments: { policies, boundaries, version: Number(version) } };
}

function refused(reason: string): AttachmentLook {
  return { kind: "refused", reason };
}

/** The value of an attribute of this type; `undefined` for any other type. */
function attributeValue(attribute: unknown, type: "S" | "N" | "SS" | "L"): unknown {
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
