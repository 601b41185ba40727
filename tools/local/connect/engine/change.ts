/** Create, update and delete, for every family alike. */
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { checkTags } from "../by-hand/settings/tags.ts";
import { faultOf } from "../families/facts.ts";
import { type Family, families, familyOfKey } from "../families/families.ts";
import type { InstanceState } from "../instance-state.ts";
import { checkName, checkQuota, checkReferences, checkUnused, duplicate } from "../records/checks.ts";
import { fillOutput } from "../records/project.ts";
import { membersOf, readMember, recordMember, type Shown } from "../records/record.ts";
import type { Members, Row, Tags } from "../records/resource-table.ts";
import { checkShape, checkSurroundings } from "../records/shape-checks.ts";
import { type FamilyCall, instancesOf, keyOf, locate, locateExactly, parentsOf } from "./locate.ts";

/** Members that say where a resource is or how the call is sent, and are not part of it. */
const aside = new Set([
  "InstanceId",
  "ClientToken",
  "Tags",
  "Password",
  "LastModifiedTime",
  "LastModifiedRegion",
]);

export function create(call: FamilyCall): object {
  const { family, input, operation } = call;
  const [instance] = instancesOf(call);
  if (!instance) throw new TypeError("a local Connect without instances");
  return once(instance, operation, input["ClientToken"], () => {
    checkReferences(operation, input, instance);
    const parents = parentsOf(call, instance);
    const shape = shapeOf(call, instance, parents);
    checkSurroundings({ family, row: draftRow({ id: "", parents, shape }), instance });
    const same = family.special.copiesParent ? unchangedVersion(call, instance) : undefined;
    if (same) return answer(operation, { family, row: same, instance });
    return answer(operation, createRow(call, instance));
  });
}

/** What a resource that no call creates has in addition to the input: its identifier, and members that only others set. */
interface Given {
  readonly id?: string;
  readonly more?: Members;
}

/**
 * Adds a resource, checked in every way but for what it refers to.
 * @throws ServiceFault
 */
export function createRow(
  call: Omit<FamilyCall, "world">,
  instance: InstanceState,
  { id: givenId, more }: Given = {},
): Shown {
  const { family, input, operation } = call;
  const parents = parentsOf(call, instance);
  const shape = { ...shapeOf(call, instance, parents), ...more };
  checkShape({ family, row: draftRow({ id: "", parents, shape }), instance });
  checkQuota(operation, family, instance);
  const table = instance.table(family.name);
  const id = givenId ?? chosenId(call, instance, parents);
  const draft = draftRow({ id: id ?? "", parents, shape });
  checkName(operation, { family, row: draft, instance });
  const tags = checkTags(input["Tags"] as Tags | undefined, "Tags");
  const row = table.add({ ...(id === undefined ? {} : { id }), parents, tags, shape });
  return { family, row, instance };
}

/**
 * "It returns the highest version if there is no change in content compared to that version. An error is displayed if
 * the supplied ViewContentSha256 is different" (API Reference, CreateViewVersion; the hash also of other versions).
 */
function unchangedVersion(call: FamilyCall, instance: InstanceState): Row<Members> | undefined {
  const { family, input, operation } = call;
  const parents = parentsOf(call, instance);
  const parent = familyOfKey(family.parents.at(-1) ?? "");
  const row = parent && instance.table(parent.name).find(parents.at(-1) ?? "");
  if (!parent || !row) return undefined;
  for (const [member, value] of Object.entries(input)) {
    if (!member.endsWith("Sha256") || value === undefined) continue;
    if (readMember({ family: parent, row, instance }, member) === value) continue;
    const message = `${member}: the content of \`${row.id}\` has another hash`;
    throw faultOf(operation, ["InvalidRequestException"], { message });
  }
  const versions = instance.table(family.name).all();
  const last = versions.filter((version) => String(version.parents) === String(parents)).at(-1);
  const isSame = JSON.stringify(last?.shape["Content"]) === JSON.stringify(row.shape["Content"]);
  return family.name === "ViewVersion" && isSame ? last : undefined;
}

/** A row that is not in the table yet, to be checked like one. */
export function draftRow(of: Pick<Row<Members>, "id" | "parents" | "shape">): Row<Members> {
  const never = new Date(0);
  return { ...of, arn: "", tags: {}, createdAt: never, modifiedAt: never, sequence: 0, revision: 0 };
}

/** The identifier that the caller or the family chooses; `undefined` for a random one. */
function chosenId(
  call: Omit<FamilyCall, "world">,
  instance: InstanceState,
  parents: readonly string[],
): string | undefined {
  const { family, operation } = call;
  const table = instance.table(family.name);
  if (family.special.copiesParent) {
    // A deleted version's number is not given again.
    const key = JSON.stringify(["version", family.name, parents]);
    const Last = Number(instance.settings.get(key)?.["Last"] ?? 0) + 1;
    instance.settings.set(key, { Last });
    return String(Last);
  }
  if (family.natural === undefined && !family.special.identify) return undefined;
  const id = keyOf(call);
  if (table.find(id, parents)) throw duplicate(operation, family, id);
  return id;
}

function shapeOf(
  call: Omit<FamilyCall, "world">,
  instance: InstanceState,
  parents: readonly string[],
): Members {
  const { family } = call;
  const parent = family.special.copiesParent ? familyOfKey(family.parents.at(-1) ?? "") : undefined;
  const copied = parent ? instance.table(parent.name).find(parents.at(-1) ?? "")?.shape : undefined;
  return { ...family.special.defaults, ...copied, ...partsOf(call) };
}

/** The members of an input that become part of the record, under the record's names. */
function partsOf({ family, input }: Pick<FamilyCall, "family" | "input">): Members {
  const parts: Record<string, unknown> = {};
  for (const [member, value] of Object.entries(input)) {
    const isPart = !aside.has(member) && member !== family.key && !family.parents.includes(member);
    if (value !== undefined && (isPart || family.special.identify))
      parts[recordMember(family, member)] = value;
  }
  return parts;
}

export function update(call: FamilyCall): object {
  const { operation, input } = call;
  const shown = locate(call);
  const { family, row, instance } = shown;
  checkReferences(operation, input, instance);
  const { id, ...parts } = renamed(family, partsOf(call));
  const shape = { ...row.shape, ...parts };
  for (const member of cleared(operation)) if (input[member] === undefined) delete shape[member];
  checkShape({ ...shown, row: { ...row, shape } });
  checkSurroundings({ ...shown, row: { ...row, shape } });
  checkName(operation, { ...shown, row: { ...row, shape } });
  const table = instance.table(family.name);
  if (id !== undefined && id !== row.id && table.find(String(id), row.parents))
    throw duplicate(operation, family, String(id));
  const revised = table.revise(row, { shape, ...(id === undefined ? {} : { id: String(id) }) });
  return answer(operation, { ...shown, row: revised });
}

/** `NewPage`, and the `Name` of an attribute that is found by its name, change the identifier itself. */
function renamed({ natural, key }: Family, parts: Members): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...parts };
  for (const member of [`New${key}`, natural ?? ""]) {
    if (!Object.hasOwn(changed, member)) continue;
    changed["id"] = changed[member];
    delete changed[member];
  }
  return changed;
}

/** Members that an update takes away when it does not have them. Others stay as they are. */
function cleared(operation: string): readonly string[] {
  return clearing.get(operation) ?? [];
}

/** "Without a group, the user leaves the hierarchy"; "without a number, the queue has no limit" (API Reference). */
const clearing: ReadonlyMap<string, readonly string[]> = new Map([
  ["UpdateUserHierarchy", ["HierarchyGroupId"]],
  ["UpdateQueueMaxContacts", ["MaxContacts"]],
  // "It does not act as a patch operation - all properties must be provided" (API Reference, UpdateDataTableAttribute).
  ["UpdateDataTableAttribute", ["Description", "Primary", "Validation"]],
]);

export function remove(call: FamilyCall): object {
  const { operation, family } = call;
  const shown = locateExactly(call);
  checkUnused(operation, shown);
  removeWhole(shown);
  const { row } = shown;
  return answer(operation, { ...shown, row: { ...row, shape: { ...row.shape, ...family.special.deleted } } });
}

/** Removes a resource and what belongs to it: versions, aliases, overrides, attributes. */
export function removeWhole({ family, row, instance }: Shown): void {
  instance.table(family.name).remove(row);
  for (const child of families().values()) {
    const at = child.parents.indexOf(family.key);
    if (at < 0) continue;
    for (const inner of instance.table(child.name).all())
      if (inner.parents[at] === row.id) removeWhole({ family: child, row: inner, instance });
  }
}

/** Runs a call once for each token; the token is valid for as long as the server runs. */
export function once<Output extends object>(
  instance: InstanceState,
  operation: string,
  token: unknown,
  start: () => Output,
): Output {
  if (typeof token !== "string") return start();
  const key = JSON.stringify([operation, token]);
  const known = instance.answered.get(key);
  // Outputs are kept by operation, so this one has the type of the first call's.
  if (known) return known as Output;
  const output = start();
  instance.answered.set(key, output);
  return output;
}

export function answer(operation: string, shown: Shown): object {
  const schema = findOperationSchema(operation);
  return schema ? fillOutput(schema.output, shown) : {};
}

/** Whether an update's members are all parts of the record: what is not must be written by hand. */
export function isPlainUpdate(operation: string, family: Family): boolean {
  const row = findOperation(operation);
  if (!row) return false;
  const known = new Set(findOperation(family.operations.create ?? "")?.members.map(({ name }) => name));
  return row.members
    .map(({ name }) => name)
    .filter((name) => !aside.has(name) && name !== family.key && !family.parents.includes(name))
    .every((name) => known.has(name) || isKnown(family, name));
}

function isKnown(family: Family, member: string): boolean {
  return member === `New${family.key}` || member === family.natural || recordMemberExists(family, member);
}

function recordMemberExists(family: Family, member: string): boolean {
  return membersOf(family).has(recordMember(family, member));
}
