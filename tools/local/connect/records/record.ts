/**
 * How a record and the members of an operation find each other.
 *
 * Connect calls one thing by several names: a security profile's name is `SecurityProfileName` when it is described and
 * `Name` in a list, a flow's state `ContactFlowState` when it is updated and `State` when it is described. The rule is
 * that the words of a family's name may stand before a member or be left out.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { type Family, familyOfKey } from "../families/families.ts";
import { endingsOf, runsOf } from "../families/words.ts";
import type { InstanceState } from "../instance-state.ts";
import type { Members, Row } from "./resource-table.ts";

/** A record with all that its answers may need. */
export interface Shown {
  readonly family: Family;
  readonly row: Row<Members>;
  readonly instance: InstanceState;
}

const recordMembers = new Map<string, ReadonlySet<string>>();

/** Members of a family's records as its describe operation, or else its list, has them. */
export function membersOf(family: Family): ReadonlySet<string> {
  const known = recordMembers.get(family.name);
  if (known) return known;
  const { describe, list, search } = family.operations;
  const schema = findOperationSchema(describe ?? list ?? search ?? "")?.output;
  const names = new Set<string>();
  if (schema && !schema.isUnitSchema()) collectMembers(schema, names);
  recordMembers.set(family.name, names);
  return names;
}

function collectMembers(schema: NormalizedSchema, names: Set<string>): void {
  for (const [member, its] of schema.structIterator()) {
    names.add(member);
    const inner = its.isListSchema() ? its.getValueSchema() : its;
    if (inner.isStructSchema()) for (const [name] of inner.structIterator()) names.add(name);
  }
}

/** The name under which a record keeps an input member: `ContactFlowState` → `State`. */
export function recordMember(family: Family, member: string): string {
  const renamed = family.special.renames?.[member];
  if (renamed !== undefined) return renamed;
  const members = membersOf(family);
  if (members.has(member)) return member;
  const shorter = runsOf(family.name)
    .filter((run) => member.startsWith(run))
    .map((run) => member.slice(run.length));
  return shorter.find((name) => members.has(name)) ?? member;
}

/** Reads a member of a record by any of its names. */
export function readMember(shown: Shown, member: string): unknown {
  const { row, family, instance } = shown;
  if (family.special.copiesParent && (member === "Version" || member === family.key)) return Number(row.id);
  const computed = family.special.computed?.[member];
  if (computed) return computed(row, instance);
  if (Object.hasOwn(row.shape, member)) return row.shape[member];
  return readIdentity(shown, member) ?? readAbout(shown, member) ?? readRenamed(shown, member);
}

/** Its own identifier and ARN, and those of what it belongs to. */
function readIdentity({ family, row, instance }: Shown, member: string): string | number | undefined {
  if (member === family.key || member === family.natural) return row.id;
  const [, stem, kind] = /^(\w*?)(Id|Arn|ARN)$/.exec(member) ?? [];
  if (stem === undefined) return undefined;
  const own = stem === "" || endingsOf(family.name).includes(stem);
  // A version is named by its parent's identifier and its number.
  if (own && kind === "Id") return family.special.copiesParent ? row.parents.at(-1) : row.id;
  if (own && !family.special.copiesParent) return row.arn;
  const at = family.parents.indexOf(`${stem}Id`);
  if (at >= 0) {
    const id = row.parents[at] ?? "";
    if (kind === "Id") return id;
    const parent = familyOfKey(family.parents[at] ?? "");
    return parent && instance.table(parent.name).find(id)?.arn;
  }
  return own ? row.arn : undefined;
}

/** What Connect itself keeps of every resource. */
function readAbout({ row, instance }: Shown, member: string): unknown {
  const { configured } = instance;
  if (/^(Last)?(Modified|Updated)(Time|Timestamp)$/.test(member)) return row.modifiedAt;
  if (/^(Created?|Creation)(At|Time|Timestamp)$/.test(member)) return row.createdAt;
  if (member === "LastModifiedRegion") return configured.region;
  if (member === "Tags") return row.tags;
  if (member === "InstanceId" || member === "OrganizationResourceId") return configured.id;
  return member === "InstanceArn" ? configured.arn : undefined;
}

function readRenamed({ family, row }: Shown, member: string): unknown {
  const { shape } = row;
  for (const run of runsOf(family.name)) {
    if (Object.hasOwn(shape, `${run}${member}`)) return shape[`${run}${member}`];
    const shorter = member.startsWith(run) ? member.slice(run.length) : "";
    if (shorter !== "" && Object.hasOwn(shape, shorter)) return shape[shorter];
  }
  const inner = Object.values(shape)
    .filter(isMembers)
    .filter((value) => Object.hasOwn(value, member));
  return inner.length === 1 ? inner[0]?.[member] : undefined;
}

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The name of a resource, by whatever member holds it. */
export function nameOf(shown: Shown): string | undefined {
  const { unique } = shown.family.special;
  if (unique === null) return undefined;
  const name = readMember(shown, unique ?? "Name") ?? shown.row.shape["Username"];
  return typeof name === "string" ? name : undefined;
}
