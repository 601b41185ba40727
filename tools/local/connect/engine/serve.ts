/** Which rule serves an operation: one way for all that the rules serve. */
import { operations } from "../../../../shared/catalog/catalog.ts";
import { type Family, families, familyNamed, labelsOf } from "../families/families.ts";
import type { Members } from "../records/resource-table.ts";
import type { World } from "../world.ts";
import { create, isPlainUpdate, remove, update } from "./change.ts";
import type { FamilyCall } from "./locate.ts";
import { serveSets, setsOf } from "./member-sets.ts";
import { describe, list, listedPart, listPart } from "./read.ts";

/** A rule that serves an operation. */
export interface Rule {
  readonly family: Family;
  /** In the documentation: `create`, `update`, `list of a part`. */
  readonly verb: string;
  readonly serve: (call: FamilyCall) => object;
}

let rules: ReadonlyMap<string, Rule> | undefined;

/** Finds the rule of an operation; `undefined` when none serves it. */
export function findRule(operation: string): Rule | undefined {
  rules ??= deriveRules();
  return rules.get(operation);
}

export function serveByRule(
  operation: string,
  rule: Rule,
  call: { readonly input: Members; readonly world: World },
): object {
  return rule.serve({ ...call, operation, family: rule.family });
}

function deriveRules(): ReadonlyMap<string, Rule> {
  const found = new Map<string, Rule>();
  for (const family of families().values()) {
    const verbs = { create, describe, delete: remove, list, search: list };
    for (const [verb, operation] of Object.entries(family.operations)) {
      const serve = verbs[verb as keyof typeof verbs];
      found.set(operation, { family, verb, serve });
    }
    for (const operation of family.special.lists ?? [])
      found.set(operation, { family, verb: "list", serve: list });
  }
  for (const { name } of operations()) {
    const rule = found.has(name) ? undefined : (ruleOfSet(name) ?? ruleOfUpdate(name) ?? ruleOfPart(name));
    if (rule) found.set(name, rule);
  }
  return found;
}

function ruleOfSet(operation: string): Rule | undefined {
  const sets = setsOf(operation);
  const [first] = sets;
  if (!first) return undefined;
  const serve = (call: FamilyCall) => serveSets(call, sets);
  return { family: familyNamed(first[1].family), verb: `${first[0]} in a list`, serve };
}

/** `UpdateQueueStatus` belongs to the family with the longest name that its own begins with, `Queue`. */
function ruleOfUpdate(operation: string): Rule | undefined {
  const [, rest] = /^Update(\w+)$/.exec(operation) ?? [];
  const family = rest === undefined ? undefined : familyBeginning(rest);
  const row = operations().find(({ name }) => name === operation);
  if (!family || !row) return undefined;
  const labels = labelsOf(row).filter((label) => label !== "InstanceId");
  const isOwn = labels.every((label) => label === family.key || family.parents.includes(label));
  const names = [...family.parents, family.key].every((member) => labels.includes(member));
  return isOwn && names && isPlainUpdate(operation, family)
    ? { family, verb: "update", serve: update }
    : undefined;
}

function ruleOfPart(operation: string): Rule | undefined {
  const [, rest] = /^List(\w+)$/.exec(operation) ?? [];
  const family = rest === undefined ? undefined : familyBeginning(rest);
  const part = family && listedPart(operation, family);
  if (!family || part === undefined) return undefined;
  return { family, verb: "list of a part", serve: (call) => listPart(call, part) };
}

function familyBeginning(text: string): Family | undefined {
  const beginning = [...families().values()].filter(({ name }) => text.startsWith(name));
  return beginning.sort((a, b) => b.name.length - a.name.length)[0];
}
