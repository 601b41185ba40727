/** Checks that a rule can make of any input: enumerations, names, references, quotas, and what is in use. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import { enumerationAt } from "../../../../shared/catalog/enumerations.ts";
import { collectAt, topMember } from "../../../../shared/catalog/member-path.ts";
import { parseConnectArn } from "../../../../shared/catalog/resource-arn.ts";
import type { TargetSpec } from "../../../../shared/catalog/types.ts";
import { membersOf } from "../../../../shared/request/decode/from-json.ts";
import { faultOf, mayThrow } from "../families/facts.ts";
import { type Family, families, familyOfType } from "../families/families.ts";
import { missingPart, problemAt } from "../families/value-table.ts";
import { articleOf, upperSnake } from "../families/words.ts";
import type { InstanceState } from "../instance-state.ts";
import { invalidParameter } from "../service-fault.ts";
import { checkLength } from "./limits.ts";
import { isMembers, nameOf, recordMember, type Shown } from "./record.ts";
import type { Members } from "./resource-table.ts";

/** Checks every value in an input that an enumeration, a range, a pattern or a type has a say in. @throws ServiceFault `InvalidParameterException` */
export function checkValues(schema: NormalizedSchema, value: unknown, path = ""): void {
  if (Array.isArray(value)) {
    if (!schema.isListSchema()) return;
    for (const [index, each] of value.entries())
      checkValues(schema.getValueSchema(), each, `${path}[${index}]`);
  }
  if (!isMembers(value)) return;
  if (schema.isMapSchema()) {
    for (const [key, each] of Object.entries(value))
      checkValues(schema.getValueSchema(), each, `${path}.${key}`);
  }
  if (!schema.isStructSchema()) return;
  const structure = schema.getName() ?? "";
  const part = missingPart(structure, value);
  if (part !== undefined)
    throw invalidParameter(path === "" ? part : `${path}.${part}`, "is required for a resource of this type");
  const { members } = membersOf(schema);
  for (const [member, given] of Object.entries(value)) {
    const its = members.get(member);
    if (given === undefined || !its) continue;
    const at = path === "" ? member : `${path}.${member}`;
    checkEnumeration(enumerationAt(`${structure}.${member}`), given, at);
    const problem = problemAt(`${structure}.${member}`, given);
    if (problem !== undefined) throw invalidParameter(at, problem);
    checkValues(its, given, at);
  }
}

function checkEnumeration(allowed: readonly string[] | undefined, given: unknown, path: string): void {
  if (!allowed) return;
  for (const value of Array.isArray(given) ? given : [given]) {
    if (typeof value === "string" && !allowed.includes(value))
      throw invalidParameter(path, `must be one of ${allowed.join(", ")}`);
  }
}

/** Checks that what an input refers to exists. @throws ServiceFault as the operation's exceptions allow */
export function checkReferences(operation: string, input: Members, instance: InstanceState): void {
  for (const target of findOperation(operation)?.targets ?? []) {
    if (target.source === "*") continue;
    for (const { value, path } of collectAt(target.source, input[topMember(target.source)])) {
      if (typeof value !== "string" || isThere(target, value, instance)) continue;
      const message = `${path}: \`${value}\` does not exist in \`${instance.configured.arn}\``;
      throw faultOf(operation, ["ResourceNotFoundException", "InvalidParameterException"], { message });
    }
  }
}

/** Whether a target exists, or is of a kind that the local Connect cannot know: AWS's own, or another service's. */
function isThere(target: TargetSpec, value: string, instance: InstanceState): boolean {
  if (target.discriminator || target.type === "instance") return true;
  const arn = value.startsWith("arn:") ? parseConnectArn(value) : undefined;
  if (value.startsWith("arn:") && !arn) return true;
  const type = arn?.type ?? target.type;
  if (target.types?.some((each) => each.startsWith("aws-managed")) && !arn) return true;
  const id = (arn?.id ?? value).replace(/:[^:]*$/, "");
  if (type === "contact") return instance.contacts.find(id) !== undefined;
  const family = familyOfType(type);
  if (!family || family.natural !== undefined || family.parents.length > 0) return true;
  const alternatives = target.orAnyArn ? [] : [family];
  return (
    alternatives.length === 0 || alternatives.some((each) => instance.table(each.name).find(id) !== undefined)
  );
}

/** Checks a resource's name: its length, and that no other of its family and parents has it. */
export function checkName(operation: string, shown: Shown): void {
  const name = nameOf(shown);
  const { family, row, instance } = shown;
  if (name === undefined || family.special.copiesParent) return;
  const [from, to] = family.special.nameLength ?? [1, 127];
  if (family.special.unique === undefined) checkLength(name, "Name", { from, to });
  const taken = instance
    .table(family.name)
    .all()
    .some(
      (other) =>
        other.sequence !== row.sequence &&
        String(other.parents) === String(row.parents) &&
        nameOf({ family, row: other, instance }) === name,
    );
  if (taken) throw duplicate(operation, family, name);
}

export function duplicate(operation: string, family: Family, name: string) {
  const message = `${articleOf(family.label)} ${family.label} \`${name}\` exists already`;
  return faultOf(
    operation,
    ["DuplicateResourceException", "ResourceConflictException", "ConflictException"],
    { message },
  );
}

/** Checks the quota of an instance. @throws ServiceFault as the operation's exceptions allow */
export function checkQuota(operation: string, family: Family, instance: InstanceState): void {
  const { quota } = family.special;
  if (quota === undefined || instance.table(family.name).size < quota) return;
  const message = `an instance has at most ${quota} resources of the kind ${family.label}`;
  throw faultOf(operation, ["LimitExceededException", "ServiceQuotaExceededException"], { message });
}

/** Refuses to delete what others refer to, if the operation may answer `ResourceInUseException` or the family says so. */
export function checkUnused(operation: string, { family, row, instance }: Shown): void {
  const { keptBy, staysWhileUsed } = family.special;
  const kept = keptBy === undefined ? [] : instance.table(keptBy).all();
  if (kept.some(({ parents }) => parents.includes(row.id))) {
    const message = `delete every ${familyLabel(keptBy ?? "")} of \`${row.id}\` first`;
    throw faultOf(operation, ["ResourceInUseException", "InvalidRequestException"], { message });
  }
  const mayBeInUse =
    mayThrow(operation, "ResourceInUseException") || mayThrow(operation, "ResourceConflictException");
  if (!mayBeInUse && !staysWhileUsed) return;
  for (const [name, paths] of referencesTo(family)) {
    const user = instance
      .table(name)
      .all()
      .find(({ shape }) =>
        paths.some((path) =>
          collectAt(path, shape[topMember(path)]).some(({ value }) => value === row.id || value === row.arn),
        ),
      );
    if (!user) continue;
    throw faultOf(
      operation,
      ["ResourceInUseException", "ResourceConflictException", "InvalidRequestException"],
      {
        message: `\`${row.id}\` is in use by ${familyLabel(name)} \`${user.id}\``,
        members: { ResourceType: upperSnake(family.name), ResourceId: row.id },
      },
    );
  }
}

function familyLabel(name: string): string {
  return families().get(name)?.label ?? name;
}

const references = new Map<string, readonly (readonly [family: string, paths: readonly string[]])[]>();

/** Which members of which families' records refer to this family, by the targets of their create operations. */
function referencesTo(family: Family): readonly (readonly [string, readonly string[]])[] {
  const known = references.get(family.name);
  if (known) return known;
  const found = [...families().values()].flatMap((other) => {
    const targets = findOperation(other.operations.create ?? "")?.targets ?? [];
    const paths = targets
      .filter(({ type, source }) => source !== "*" && familyOfType(type)?.name === family.name)
      .filter(({ source }) => !other.parents.includes(source))
      .map(({ source }) => source.replace(topMember(source), recordMember(other, topMember(source))));
    return paths.length > 0 ? [[other.name, paths] as const] : [];
  });
  const all = [...found, ...(family.special.referredBy ?? [])];
  references.set(family.name, all);
  return all;
}
