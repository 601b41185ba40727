/** Finds what an operation's input names: the instance, the resource, and what it belongs to. */

import { faultOf } from "../families/facts.ts";
import { type Family, familyOfKey } from "../families/families.ts";
import type { InstanceState } from "../instance-state.ts";
import { readMember, type Shown } from "../records/record.ts";
import type { Members } from "../records/resource-table.ts";
import type { World } from "../world.ts";

/** A call of one operation on a family. */
export interface FamilyCall {
  readonly operation: string;
  readonly family: Family;
  readonly input: Members;
  readonly world: World;
}

/** The instances that a call may mean: the one that it names, or all if it names none. */
export function instancesOf({ input, world, family, operation }: FamilyCall): readonly InstanceState[] {
  const id = input["InstanceId"];
  if (typeof id === "string") return [world.instance(id)];
  const [member = ""] = family.parents;
  const parent = familyOfKey(member);
  if (!parent) return world.instances();
  const given = bareId(parent, String(input[member] ?? ""));
  const holding = world.instances().filter((instance) => instance.table(parent.name).find(given));
  if (holding.length === 0) throw missing(operation, parent, given);
  return holding;
}

/** Finds the resource that a call names. @throws ServiceFault `ResourceNotFoundException` */
export function locate(call: FamilyCall): Shown {
  const { family } = call;
  const id = keyOf(call);
  for (const instance of instancesOf(call)) {
    const row = instance.table(family.name).find(bareId(family, id), parentsOf(call, instance));
    if (row) return qualified({ family, row, instance }, id);
  }
  throw missing(call.operation, family, id);
}

/**
 * Finds the resource that a call names, and that is as the call's other members say: the storage of a resource type, the
 * registration of a contact.
 * @throws ServiceFault `ResourceNotFoundException`
 */
export function locateExactly(call: FamilyCall): Shown {
  const shown = locate(call);
  const { family, input, operation } = call;
  const naming = new Set(["InstanceId", family.key, ...family.parents]);
  for (const [member, value] of Object.entries(input)) {
    if (naming.has(member) || family.special.identify || typeof value !== "string") continue;
    const kept = readMember(shown, member);
    if (kept !== undefined && kept !== value) throw missing(operation, family, keyOf(call));
  }
  return shown;
}

/** The identifier in the input: by its own name, or made from several members. */
export function keyOf({ family, input }: Pick<FamilyCall, "family" | "input">): string {
  if (family.special.identify) return family.special.identify(input);
  const value = input[family.key] ?? input[family.natural ?? family.key];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** An ARN names by its last part; a qualifier (`:$LATEST`, `:3`) is not part of the identifier. */
function bareId({ natural, special }: Family, text: string): string {
  if (natural !== undefined || special.identify) return text;
  const id = text.startsWith("arn:") ? (text.split("/").at(-1) ?? "") : text;
  return id.replace(/:[^:]*$/, "");
}

/** A qualifier of digits names a version, if the family has versions. */
function qualified(shown: Shown, text: string): Shown {
  const [, version] = /:(\d+)$/.exec(text) ?? [];
  if (version === undefined || shown.family.natural !== undefined) return shown;
  const row = shown.instance.table(`${shown.family.name}Version`).find(version, [shown.row.id]);
  const shape = { ...row?.shape, Version: Number(version) };
  if (row) return { ...shown, row: { ...row, id: shown.row.id, shape } };
  throw missing("", shown.family, text);
}

/** Identifiers of what the resource belongs to, each of which must exist if it is a resource of its own. */
export function parentsOf(
  { family, input, operation }: Omit<FamilyCall, "world">,
  instance: InstanceState,
): readonly string[] {
  return family.parents.map((member) => {
    const given = String(input[member] ?? "");
    const parent = familyOfKey(member);
    if (!parent) return given;
    const id = bareId(parent, given);
    if (parent.parents.length > 0 || instance.table(parent.name).find(id)) return id;
    throw missing(operation, parent, given);
  });
}

export function missing(operation: string, family: Family, id: string) {
  const message = `${family.label} \`${id}\` does not exist`;
  return operation === ""
    ? faultOf(family.operations.describe ?? "", ["ResourceNotFoundException"], { message })
    : faultOf(operation, ["ResourceNotFoundException", "InvalidParameterException"], { message });
}
