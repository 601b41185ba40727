/**
 * The families of resources, derived from the operations' names, routes and required members. `family-table.ts` has
 * what no rule decides.
 *
 * `CreateQueue` and `DeleteQueue` make the family `Queue`; the member that `DeleteQueue` needs and `CreateQueue` does
 * not have is its identifier; a member that both need names its parent.
 */
import {
  findOperation,
  findResourceType,
  operations,
  resourceTypes,
} from "../../../../shared/catalog/catalog.ts";
import type { OperationRow } from "../../../../shared/catalog/types.ts";
import {
  type FamilyOperations,
  type FamilySpecial,
  handFamilies,
  specials,
  type Verb,
} from "./family-table.ts";
import { memberSets } from "./member-set-table.ts";
import { kebab, labelOf, pluralOf } from "./words.ts";

export interface Family {
  /** `Queue` */
  readonly name: string;
  /** In messages: `queue`. */
  readonly label: string;
  /** Input member that identifies a resource: `QueueId`. */
  readonly key: string;
  /** Member of the create operation that holds the identifier, if the caller chooses it: `Origin`. */
  readonly natural: string | undefined;
  /** Members that identify what it belongs to, other than the instance: `HoursOfOperationId` of an override. */
  readonly parents: readonly string[];
  /** Key of the catalogue's resource types: `queue`. */
  readonly type: string | undefined;
  readonly special: FamilySpecial;
  readonly operations: FamilyOperations;
}

let derived: ReadonlyMap<string, Family> | undefined;

/** Every family by its name. The first call derives them. */
export function families(): ReadonlyMap<string, Family> {
  derived ??= new Map(familyNames().map((name) => [name, deriveFamily(name)]));
  return derived;
}

export function familyNamed(name: string): Family {
  const found = families().get(name);
  if (!found) throw new TypeError(`there is no family \`${name}\``);
  return found;
}

/** The family that a member identifies: `QueueId` → `Queue`. */
export function familyOfKey(key: string): Family | undefined {
  byKey ??= firstBy(
    [...families().values()].filter(({ natural }) => natural === undefined),
    ({ key: its }) => its,
  );
  return byKey.get(key);
}

/** The family of a resource type of the catalogue: `hierarchy-group` → `UserHierarchyGroup`. */
export function familyOfType(type: string): Family | undefined {
  byType ??= firstBy([...families().values()], (family) => family.type);
  return byType.get(type === "legacy-phone-number" ? "phone-number" : type);
}

type Index = ReadonlyMap<string | undefined, Family>;

let byKey: Index | undefined;
let byType: Index | undefined;

function firstBy(all: readonly Family[], keyOf: (family: Family) => string | undefined): Index {
  return new Map(all.toReversed().map((family) => [keyOf(family), family]));
}

function familyNames(): readonly string[] {
  const derivedNames = operations().flatMap(({ name }) => {
    const [, verb, rest = ""] = /^(Create|Associate)(\w+)$/.exec(name) ?? [];
    if (!verb || handFamilies.has(rest) || memberSets.some((set) => set.operations.add === name)) return [];
    const ends = verb === "Create" ? [`Delete${rest}`, `Describe${rest}`] : [`Disassociate${rest}`];
    return ends.some((end) => findOperation(end)) ? [rest] : [];
  });
  return [...new Set([...derivedNames, ...specials.keys()])];
}

function deriveFamily(name: string): Family {
  const special = specials.get(name) ?? {};
  const all: FamilyOperations = { ...operationsOf(name), ...special.operations };
  const { key, parents, natural } = { ...identifiersOf(all), ...special };
  if (key === undefined) throw new TypeError(`no member identifies the family \`${name}\``);
  return {
    name,
    label: special.label ?? labelOf(name),
    key,
    natural,
    parents: parents ?? [],
    type: natural === undefined ? typeOf(name, key) : undefined,
    special,
    operations: all,
  };
}

function operationsOf(name: string): FamilyOperations {
  const plural = pluralOf(name);
  const candidates: Record<Verb, readonly string[]> = {
    create: [`Create${name}`, `Associate${name}`],
    describe: [`Describe${name}`, `Get${name}`],
    delete: [`Delete${name}`, `Disassociate${name}`],
    list: [`List${plural}`],
    search: [`Search${plural}`],
  };
  const found = Object.entries(candidates).map(([verb, names]) => [
    verb,
    names.find((each) => findOperation(each)),
  ]);
  return Object.fromEntries(found.filter(([, operation]) => operation !== undefined));
}

interface Identifiers {
  readonly key?: string;
  readonly natural?: string | undefined;
  readonly parents?: readonly string[];
}

function identifiersOf({ create, describe, delete: remove }: FamilyOperations): Identifiers {
  const end = findOperation(remove ?? describe ?? "");
  if (!end) return {};
  const given = requiredOf(findOperation(create ?? ""));
  const candidates = requiredOf(end);
  const own = candidates.filter((member) => !given.includes(member));
  const labels = labelsOf(end);
  const key = own.filter((member) => labels.includes(member)).at(-1) ?? own[0] ?? candidates.at(-1);
  if (key === undefined) return {};
  const isNatural = create !== undefined && given.includes(key);
  const parents = candidates.filter((member) => member !== key && given.includes(member));
  return { key, natural: isNatural ? key : undefined, parents };
}

/** Required members but the instance: labels first, in the order of the path. */
function requiredOf(row: OperationRow | undefined): readonly string[] {
  if (!row) return [];
  const others = row.members.filter(({ required, place }) => required && place !== "path");
  return [...labelsOf(row), ...others.map((member) => member.name)].filter((name) => name !== "InstanceId");
}

export function labelsOf({ uri }: OperationRow): readonly string[] {
  return [...uri.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
}

function typeOf(name: string, key: string): string | undefined {
  if (findResourceType(kebab(name))) return kebab(name);
  const named = resourceTypes().filter(({ arn }) => arn.endsWith(`/\${${key}}`));
  return (named.find(({ arn }) => arn.includes("instance/")) ?? named[0])?.name;
}
