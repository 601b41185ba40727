/** Describe and list, for every family alike. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { findOperation } from "../../../../shared/catalog/catalog.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { type Family, familyOfKey } from "../families/families.ts";
import { singularOf } from "../families/words.ts";
import { type InstanceState, lastModified } from "../instance-state.ts";
import { fillElement, fitValue, listMember } from "../records/project.ts";
import { readMember, type Shown } from "../records/record.ts";
import type { Members } from "../records/resource-table.ts";
import { answer } from "./change.ts";
import { type FamilyCall, instancesOf, locate, locateExactly, parentsOf } from "./locate.ts";
import { cutPage, cutSorted, searchSizes } from "./paging.ts";
import { compileSearch } from "./search.ts";

export function describe(call: FamilyCall): object {
  return answer(call.operation, locateExactly(call));
}

/** Members of a list's input that say which page, not which resources. */
const paging = new Set(["InstanceId", "NextToken", "MaxResults", "SearchCriteria", "SearchFilter"]);

/** Lists a family, or searches it: a search has conditions, pages of another size, and a total. */
export function list(call: FamilyCall): object {
  const { operation, family, input } = call;
  const instances = instancesOf(call);
  const found = instances.flatMap((instance) => rowsOf(call, instance)).filter(compileFilter(call));
  const isSearch = family.operations.search === operation;
  const matching = isSearch ? found.filter(compileSearch(call)) : found;
  const items = matching.map((shown) => ({ shown, sequence: sequenceOf(shown) }));
  const scope = `${operation}:${JSON.stringify([input["InstanceId"], ...family.parents.map((each) => input[each])])}`;
  const page = cutPage(items, pageOf(input), { scope, ...(isSearch ? { sizes: searchSizes } : {}) });
  const output = findOperationSchema(operation)?.output;
  const [member, element] = listMember(output);
  return {
    [member]: page.items.map(({ shown }) => fillElement(element, shown)),
    NextToken: page.next,
    ...totals(output, matching.length),
    ...aboutParent(output, call, instances[0]),
  };
}

/** Grows from row to row, and from instance to instance: some lists have those of all instances. */
function sequenceOf({ row, instance }: Shown): number {
  return instance.sequence * 10 ** 10 + row.sequence;
}

export function pageOf(input: Members): { readonly MaxResults?: number; readonly NextToken?: string } {
  const { MaxResults, NextToken } = input;
  return {
    ...(typeof MaxResults === "number" ? { MaxResults } : {}),
    ...(typeof NextToken === "string" ? { NextToken } : {}),
  };
}

/** Rows of the family in an instance, of the parents that the call names. */
function rowsOf(call: FamilyCall, instance: InstanceState): readonly Shown[] {
  const { family, input } = call;
  const rows = instance.table(family.name).all();
  const named = family.parents.map((member) => input[member] !== undefined);
  const parents = named.every(Boolean)
    ? parentsOf(call, instance)
    : family.parents.map((each) => input[each]);
  return rows
    .filter((row) => named.every((isNamed, at) => !isNamed || row.parents[at] === parents[at]))
    .map((row) => ({ family, row, instance }));
}

/** Other members of a list's input each ask for resources with one value, or one of several. */
function compileFilter({ operation, family, input }: FamilyCall): (shown: Shown) => boolean {
  const members = findOperation(operation)?.members ?? [];
  const tests = members.flatMap(({ name }) => {
    const wanted = input[name];
    const isFilter = !paging.has(name) && !family.parents.includes(name);
    if (!isFilter || wanted === undefined || (Array.isArray(wanted) && wanted.length === 0)) return [];
    return [testOf(name, wanted)];
  });
  return (shown) => tests.every((test) => test(shown));
}

function testOf(member: string, wanted: unknown): (shown: Shown) => boolean {
  const [, prefixed] = /^(\w+)(?:StartsWith|Prefix)$/.exec(member) ?? [];
  if (prefixed !== undefined)
    return (shown) => lowerAscii(String(readMember(shown, prefixed))).startsWith(lowerAscii(String(wanted)));
  if (!Array.isArray(wanted)) return (shown) => readMember(shown, member) === wanted;
  const single = singularOf(member);
  return (shown) => wanted.includes(readMember(shown, single));
}

function totals(schema: NormalizedSchema | undefined, count: number): object {
  const names = [...(schema?.structIterator() ?? [])].map(([member]) => member);
  return names.includes("ApproximateTotalCount") ? { ApproximateTotalCount: count } : {};
}

/** A list of parts says when the resource that they belong to was last changed. */
function aboutParent(
  schema: NormalizedSchema | undefined,
  call: FamilyCall,
  instance: InstanceState | undefined,
): object {
  const says = [...(schema?.structIterator() ?? [])].some(([member]) => member === "LastModifiedTime");
  const parent = familyOfKey(call.family.parents[0] ?? "");
  const row =
    says && parent && instance?.table(parent.name).find(String(call.input[call.family.parents[0] ?? ""]));
  return row && instance ? lastModified(instance, row) : {};
}

/** A page of a list that a record holds: `ListSecurityProfilePermissions`. */
export function listPart(call: FamilyCall, part: string): object {
  const { operation, input } = call;
  const { row, instance } = locate(call);
  const [member, element] = listMember(findOperationSchema(operation)?.output);
  const values: readonly unknown[] = Array.isArray(row.shape[part]) ? row.shape[part] : [];
  const page = cutSorted(values, pageOf(input), { scope: `${operation}:${row.arn}`, keyOf: JSON.stringify });
  return {
    [member]: page.items.map((value) => fitValue(element, value)),
    NextToken: page.next,
    ...lastModified(instance, row),
  };
}

/** The part of a family's records that an operation lists: the output's list has the name of a member of create. */
export function listedPart(operation: string, family: Family): string | undefined {
  const row = findOperation(operation);
  const labels = row?.members.filter(({ place }) => place === "path").map(({ name }) => name) ?? [];
  const output = findOperationSchema(operation)?.output;
  if (!labels.includes(family.key) || !output || output.isUnitSchema()) return undefined;
  const lists = [...output.structIterator()]
    .filter(([, its]) => its.isListSchema())
    .map(([member]) => member);
  const created = findOperation(family.operations.create ?? "")?.members ?? [];
  return lists.find((member) => created.some(({ name }) => name === member));
}
