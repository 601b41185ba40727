/**
 * What an entry of a seed may have: the members of its family's create operation, and those of its describe operation, so
 * that what Amazon Connect answers can be an entry as it is.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { type Family, families } from "../families/families.ts";
import { memberSets } from "../families/member-set-table.ts";
import { endingsOf, pluralOf, runsOf } from "../families/words.ts";
import { recordMember } from "../records/record.ts";

/** A member of an entry, and what becomes of it. */
export interface EntryMember {
  /** `part`: of the create operation's input. `more`: of the record, set by another operation. `aside`: it follows from others. */
  readonly role: "part" | "more" | "id" | "arn" | "aside";
  /** The name in that input or record. */
  readonly name: string;
  /** The structure that has the member, and its name there. */
  readonly holder: NormalizedSchema;
  readonly member: string;
  /** The operation whose targets say what the member refers to. */
  readonly operation: string;
}

/** Members of create inputs that say how or where to create. */
const ofCall = new Set(["InstanceId", "ClientToken", "LastModifiedTime", "LastModifiedRegion", "TargetArn"]);

/** Members of a record that one operation alone sets and none describes. */
const furtherMembers: readonly (readonly [family: string, operation: string, member: string])[] = [
  ["PhoneNumber", "AssociatePhoneNumberContactFlow", "ContactFlowId"],
  ...memberSets.map(({ family, member, operations }) => [family, operations.add, member] as const),
];

/** Families that a seed can have, by the name that they have in it: `Queues`. */
export function seededFamilies(): ReadonlyMap<string, Family> {
  groups ??= new Map(
    [...families().values()]
      .filter(({ operations, name }) => operations.create !== undefined && !notSeeded.has(name))
      .map((family) => [pluralOf(family.name), family]),
  );
  return groups;
}

let groups: ReadonlyMap<string, Family> | undefined;

/** They belong to what a seed can't have, or run at once. */
const notSeeded = new Set(["AttachedFile", "PushNotificationRegistration", "TestCaseExecution"]);

const known = new Map<string, ReadonlyMap<string, EntryMember>>();

/** The members of a family's entries, by name. */
export function entryMembers(family: Family): ReadonlyMap<string, EntryMember> {
  const found = known.get(family.name) ?? deriveMembers(family);
  known.set(family.name, found);
  return found;
}

function deriveMembers(family: Family): ReadonlyMap<string, EntryMember> {
  const { create = "" } = family.operations;
  const members = new Map<string, EntryMember>();
  const add = (name: string, found: EntryMember) => {
    if (!members.has(name)) members.set(name, found);
  };
  const input = findOperationSchema(create)?.input;
  const parts = input ? [...input.structIterator()].map(([name]) => name) : [];
  const own = ownNames(family);
  const naming = findOperationSchema(family.operations.describe ?? family.operations.delete ?? "")?.input;
  if (naming && own.ids.has(family.key))
    add(family.key, { role: "id", name: family.key, holder: naming, member: family.key, operation: "" });
  for (const name of parts) {
    if (!input || ofCall.has(name)) continue;
    const role = own.ids.has(name) ? "id" : "part";
    add(name, { role, name, holder: input, member: name, operation: create });
  }
  for (const [holder, member] of describedMembers(family)) {
    const part = parts.find((name) => !ofCall.has(name) && recordMember(family, name) === member);
    const role = roleOf(family, member, part);
    add(member, { role, name: part ?? member, holder, member, operation: part === undefined ? "" : create });
  }
  for (const [of, operation, member] of furtherMembers) {
    const holder = of === family.name ? findOperationSchema(operation)?.input : undefined;
    if (holder) add(member, { role: "more", name: member, holder, member, operation });
  }
  return members;
}

function roleOf(family: Family, member: string, part: string | undefined): EntryMember["role"] {
  const own = ownNames(family);
  if (own.ids.has(member)) return "id";
  if (own.arns.has(member)) return "arn";
  const isAbout =
    /^(Last)?(Modified|Updated)(Time|Timestamp|Region)$|^(Created?|Creation)(At|Time|Timestamp)$|^(Instance(Id|Arn)|OrganizationResourceId|TargetArn)$/;
  const follows = family.special.computed?.[member] !== undefined || isAbout.test(member);
  if (follows && part === undefined) return "aside";
  return part === undefined ? "more" : "part";
}

/** The names of its own identifier and ARN; none where the caller or Connect chooses the identifier in another way. */
function ownNames(family: Family): { readonly ids: ReadonlySet<string>; readonly arns: ReadonlySet<string> } {
  const stems = ["", ...endingsOf(family.name)];
  const arns = new Set(stems.flatMap((stem) => [`${stem}Arn`, `${stem}ARN`]));
  const { copiesParent, identify } = family.special;
  if (copiesParent || identify || family.natural !== undefined) return { ids: new Set(), arns };
  return { ids: new Set([family.key, ...stems.map((stem) => `${stem}Id`)]), arns };
}

/** The members of the structure that the describe operation answers: `Queue`, or the output itself. */
function describedMembers(family: Family): readonly (readonly [NormalizedSchema, string])[] {
  const output = findOperationSchema(family.operations.describe ?? "")?.output;
  if (!output || output.isUnitSchema()) return [];
  const runs = runsOf(family.name);
  const inner = [...output.structIterator()].find(
    ([member, its]) => its.isStructSchema() && (runs.includes(member) || member.includes(family.name)),
  );
  const holder = inner ? inner[1] : output;
  return [...holder.structIterator()].map(([member]) => [holder, member] as const);
}
