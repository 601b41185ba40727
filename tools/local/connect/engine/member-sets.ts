/** Adds to, changes, removes from and lists the lists inside a resource (`member-set-table.ts`). */
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { faultOf } from "../families/facts.ts";
import { familyNamed } from "../families/families.ts";
import { type MemberSet, memberSets } from "../families/member-set-table.ts";
import { lastModified } from "../instance-state.ts";
import { checkReferences } from "../records/checks.ts";
import { fillElement, fitValue, listMember } from "../records/project.ts";
import { isMembers } from "../records/record.ts";
import type { Members } from "../records/resource-table.ts";
import { checkShape, checkSurroundings } from "../records/shape-checks.ts";
import { type FamilyCall, locate } from "./locate.ts";
import { cutSorted } from "./paging.ts";
import { pageOf } from "./read.ts";

export type SetVerb = keyof MemberSet["operations"];

/** The lists that an operation works on, and what it does to them. */
export function setsOf(operation: string): readonly (readonly [SetVerb, MemberSet])[] {
  const verbs: readonly SetVerb[] = ["add", "remove", "replace", "list"];
  return memberSets.flatMap((set) =>
    verbs.filter((verb) => set.operations[verb] === operation).map((verb) => [verb, set] as const),
  );
}

export function serveSets(call: FamilyCall, sets: ReturnType<typeof setsOf>): object {
  const [first] = sets;
  if (first?.[0] === "list") return listElements(call, first[1]);
  const { row, instance } = locate(call);
  checkReferences(call.operation, call.input, instance);
  const shape: Record<string, unknown> = { ...row.shape };
  for (const [verb, set] of sets) {
    const member = verb === "remove" ? set.removed.member : singleOrList(call.input, set.member);
    const given = elementsOf(call.input[member]);
    if (given.length > 0)
      shape[set.member] = changed(call.operation, { verb, set, given, held: elementsOf(shape[set.member]) });
  }
  const revised = { family: call.family, row: { ...row, shape }, instance };
  checkShape(revised);
  checkSurroundings(revised);
  instance.table(call.family.name).revise(row, { shape });
  return {};
}

/** The input of an alias has one `AliasConfiguration`, the record a list of them. */
function singleOrList(input: Members, member: string): string {
  return input[member] === undefined ? member.replace(/s$/, "") : member;
}

function elementsOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

interface Change {
  readonly verb: SetVerb;
  readonly set: MemberSet;
  readonly given: readonly unknown[];
  readonly held: readonly unknown[];
}

function changed(operation: string, { verb, set, given, held }: Change): readonly unknown[] {
  const from = verb === "remove" ? set.removed.identity : set.identity;
  const byIdentity = new Map(given.map((element) => [identityOf(element, from), element]));
  const others = held.filter((element) => !byIdentity.has(identityOf(element, set.identity)));
  if (verb === "remove") return others;
  if (verb === "add") return [...others, ...byIdentity.values()];
  if (others.length + byIdentity.size > held.length) {
    const message = `${set.member}: every element must be associated already`;
    throw faultOf(operation, ["ResourceNotFoundException", "InvalidParameterException"], { message });
  }
  return held.map((element) => byIdentity.get(identityOf(element, set.identity)) ?? element);
}

function identityOf(element: unknown, paths: readonly string[]): string {
  return JSON.stringify(paths.length === 0 ? [element] : paths.map((path) => valueAt(element, path)));
}

function valueAt(element: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, member) => (isMembers(value) ? value[member] : undefined), element);
}

/** Lists the elements with what is known of the resources that they name; a name that is gone is left out. */
function listElements(call: FamilyCall, set: MemberSet): object {
  const { row, instance } = locate(call);
  const [member, schema] = listMember(findOperationSchema(call.operation)?.output);
  const page = cutSorted(elementsOf(row.shape[set.member]), pageOf(call.input), {
    scope: `${call.operation}:${row.arn}`,
    keyOf: (element) => identityOf(element, set.identity),
  });
  const named = set.names === undefined ? undefined : familyNamed(set.names);
  const filled = page.items.flatMap((value) => {
    if (!named) return [fitValue(schema, value)];
    const id = set.identity[0] === undefined ? value : valueAt(value, set.identity[0]);
    const other = instance.table(named.name).find(String(id));
    if (!other) return [];
    const own = fillElement(schema, { family: named, row: other, instance });
    return [{ ...(isMembers(own) ? own : {}), ...flattened(schema, value) }];
  });
  return { [member]: filled, NextToken: page.next, ...lastModified(instance, row) };
}

/** An element's own members, those of the structures in it too: `QueueReference.Channel` is the summary's `Channel`. */
function flattened(schema: Parameters<typeof fitValue>[0], value: unknown): object {
  if (!isMembers(value)) return {};
  const inner = Object.values(value).filter(isMembers);
  const fitted = fitValue(schema, Object.assign({}, ...inner, value));
  return isMembers(fitted) ? fitted : {};
}
