/**
 * An item of the table of principals, in DynamoDB's JSON: a closed shape, since a member that is not understood may be
 * a boundary that somebody misspelled.
 */

import { type AttachmentLook, maxAttachedNames, maxNameLength } from "../bundle/attachments.ts";
import { isPlainObject } from "../shape.ts";

const members: ReadonlySet<string> = new Set(["principal", "policies", "boundary", "version"]);

/**
 * Reads the item that GetItem gave for a key.
 *
 * @param item `undefined` when there is none
 */
export function readItem(item: unknown, key: string): AttachmentLook {
  if (item === undefined) return { kind: "none" };
  if (!isPlainObject(item)) return refused("it is no item");
  const unknown = Object.keys(item).find((name) => !members.has(name));
  if (unknown !== undefined)
    return refused(`it has the member \`${unknown.slice(0, 100)}\`, which is unknown`);
  if (attributeValue(item["principal"], "S") !== key) return refused("it is another principal's");
  const version = attributeValue(item["version"], "N");
  if (typeof version !== "string" || !/^[1-9]\d{0,14}$/.test(version))
    return refused("its `version` is no whole number from 1");
  const policies = readNames(item["policies"]);
  const boundaries = readNames(item["boundary"]);
  if (!policies || !boundaries)
    return refused(
      `its \`policies\` and \`boundary\` must each be a set of at most ${maxAttachedNames} names of policies`,
    );
  return { kind: "attached", attachments: { policies, boundaries, version: Number(version) } };
}

function refused(reason: string): AttachmentLook {
  return { kind: "refused", reason };
}

/** The value of an attribute of one type; `undefined` for any other. */
function attributeValue(attribute: unknown, type: "S" | "N" | "SS" | "L"): unknown {
  if (!isPlainObject(attribute)) return undefined;
  const [only, ...others] = Object.keys(attribute);
  return only === type && others.length === 0 ? attribute[type] : undefined;
}

/** A set or a list of texts; none where there is no attribute, since a set is never empty. */
function readNames(attribute: unknown): readonly string[] | undefined {
  if (attribute === undefined) return [];
  const list = attributeValue(attribute, "L");
  const names: unknown = Array.isArray(list)
    ? list.map((each) => attributeValue(each, "S"))
    : attributeValue(attribute, "SS");
  if (!Array.isArray(names) || names.length > maxAttachedNames) return undefined;
  return names.every(isName) ? [...new Set(names)].sort() : undefined;
}

/** What is kept of an item must be small, whoever wrote it. */
function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxNameLength;
}
