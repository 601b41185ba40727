/**
 * Makes what a seed says, by the checks that creates make. The order of a seed does not matter: everything is made before
 * it is checked that what it refers to exists.
 */
import { isPlainObject } from "../../../../shared/shape.ts";
import { didYouMean } from "../../../authoring/nearest-name.ts";
import { checkPhoneNumber } from "../by-hand/contacts/start/new-contact.ts";
import { createRow } from "../engine/change.ts";
import { type Family, familyOfKey } from "../families/families.ts";
import type { InstanceState } from "../instance-state.ts";
import { checkReferences } from "../records/checks.ts";
import type { Members } from "../records/resource-table.ts";
import { ServiceFault } from "../service-fault.ts";
import type { World } from "../world.ts";
import { makeCalls } from "./calls.ts";
import { plantContacts } from "./contacts.ts";
import { type Draft, problemOf, readEntry } from "./draft.ts";
import { entryMembers, seededFamilies } from "./entry-members.ts";
import { pathOfMember, type Report, type Seed, type SeedEntry, type SeedProblem } from "./problem.ts";
import { References } from "./references.ts";

export interface Planting {
  readonly instance: InstanceState;
  /** In which the instance is the only one with its id, or the one of the Region. */
  readonly world: World;
  readonly report: Report;
}

/** No instance has more of a kind by default; each create compares its name with all others. */
const maxEntries = 2_000;
const maxContacts = 20_000;

/** Groups of a seed that are no families. */
export const otherGroups = ["Contacts", "Calls"] as const;

/** Makes a seed in an instance. What is wrong is reported, all at once; then the instance has a part of it. */
export function plantSeed(seed: Seed, { instance, world, report }: Planting): void {
  let problems = 0;
  const count = (problem: SeedProblem) => {
    problems++;
    report(problem);
  };
  const references = new References(instance, count);
  const groups = readGroups(seed, count);
  const read = groups.flatMap(({ family, entries }) =>
    family ? entries.map((entry) => readEntry({ family, ...entry }, count)) : [],
  );
  const drafts = read.map((entry) => references.add(entry));
  for (const draft of drafts) references.resolve(draft, (member) => operationOf(draft.family, member));
  const rest = { instance, world, references, report: count };
  const others = (wanted: (typeof otherGroups)[number]) =>
    groups.find(({ name }) => name === wanted)?.entries ?? [];
  plantContacts(others("Contacts"), rest);
  // Each problem of its own: what follows from one would only hide the others.
  if (problems > 0) return;
  const made = drafts.toSorted((a, b) => depthOf(a.family) - depthOf(b.family));
  for (const draft of made) trying(draft, count, () => plant(draft, instance));
  if (problems > 0) return;
  for (const draft of made)
    trying(draft, count, () => checkReferences(draft.family.operations.create ?? "", draft.input, instance));
  if (problems === 0) makeCalls(others("Calls"), rest);
}

interface Group {
  readonly name: string;
  /** None of contacts and calls. */
  readonly family: Family | undefined;
  readonly entries: readonly SeedEntry[];
}

function readGroups(seed: Seed, report: Report): readonly Group[] {
  const families = seededFamilies();
  const names = [...families.keys(), ...otherGroups];
  return Object.entries(seed).flatMap(([name, list]) => {
    if (!names.includes(name)) {
      const message = `a seed has no \`${name}\`${didYouMean(name, names)}`;
      report({ path: [name], code: "unknownGroup", message });
      return [];
    }
    return [{ name, family: families.get(name), entries: readEntries(name, list, report) }];
  });
}

function readEntries(group: string, list: unknown, report: Report): readonly SeedEntry[] {
  const most = group === "Contacts" ? maxContacts : maxEntries;
  if (!Array.isArray(list) || list.length > most) {
    report({ path: [group], code: "wrongValue", message: `\`${group}\` must be a list of at most ${most}` });
    return [];
  }
  return list.flatMap((value: unknown, index) => {
    const path = [group, index];
    if (isPlainObject(value)) return [{ path, value }];
    report({ path, code: "wrongValue", message: "an entry must be a mapping of its members" });
    return [];
  });
}

function operationOf(family: Family, member: string): string {
  return entryMembers(family).get(member)?.operation ?? "";
}

/** What belongs to another resource is made after it. */
function depthOf({ parents }: Family): number {
  return parents.length === 0 ? 0 : 1 + Math.max(...parents.map((key) => depthOfKey(key)));
}

function depthOfKey(key: string): number {
  const family = familyOfKey(key);
  return family ? depthOf(family) : 0;
}

function plant({ family, id, input, more }: Draft, instance: InstanceState): void {
  const { create: operation = "" } = family.operations;
  const whole = { ...input, InstanceId: instance.configured.id, ...ofNumber(family, input, instance) };
  createRow({ operation, family, input: whole }, instance, { ...(id === undefined ? {} : { id }), more });
}

/** A number is claimed for a target, which is the instance. */
function ofNumber({ name }: Family, { PhoneNumber }: Members, { configured }: InstanceState): Members {
  if (name !== "PhoneNumber") return {};
  checkPhoneNumber(String(PhoneNumber), "PhoneNumber");
  return { TargetArn: configured.arn };
}

function trying({ path }: Pick<Draft, "path">, report: Report, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    const { path: member, message } = problemOf(error);
    report({ path: pathOfMember(path, member), code: "refused", message });
  }
}
