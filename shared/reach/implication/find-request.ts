/**
 * Whether some request is allowed by one form of access and not by another: a search over the cases of each condition key.
 *
 * It is complete: without an answer there is no such request. Cases without a witness may not exist, so that an answer is
 * certain only when a call confirms it.
 */
import type { Case, KeyWitness } from "./key-cases.ts";

/** What must hold together, as numbers of facts. */
export type Conjunction = readonly number[];

/** One of each clause must hold, and none of the denies. */
export interface Formula {
  readonly clauses: readonly (readonly Conjunction[])[];
  readonly denies: readonly Conjunction[];
}

/** What is independent of the rest: a condition key, or the variables of a resource's patterns. */
export interface Dimension {
  readonly name: string;
  /** The numbers of its facts, in the order of {@link Case.holds}. */
  readonly facts: readonly number[];
  readonly cases: readonly Case[];
}

/** By dimension that matters: values that the key can have. */
export type FoundRequest = ReadonlyMap<string, readonly KeyWitness[]>;

export type Search =
  | { readonly kind: "none" }
  /** There are too many cases to look at. */
  | { readonly kind: "open" }
  | { readonly kind: "found"; readonly requests: readonly FoundRequest[] };

const maxSteps = 20_000;

/** Finds requests that are allowed by the first and not by the second. @param most how many */
export function findRequests(
  [allowed, refused]: readonly [Formula, Formula],
  dimensions: readonly Dimension[],
  most: number,
): Search {
  const order = [...dimensions].sort((a, b) => a.cases.length - b.cases.length);
  const facts: (boolean | undefined)[] = [];
  const chosen: (readonly [string, Case])[] = [];
  const requests: FoundRequest[] = [];
  let steps = 0;
  const visit = (depth: number): void => {
    if (requests.length >= most || steps > maxSteps) return;
    steps += 1;
    const [one, other] = [allows(allowed, facts), allows(refused, facts)];
    if (one === false || other === true) return;
    const dimension = order[depth];
    if ((one && other === false) || !dimension) {
      requests.push(new Map(chosen.map(([name, { witnesses }]) => [name, witnesses])));
      return;
    }
    for (const each of dimension.cases) {
      for (const [index, fact] of dimension.facts.entries()) facts[fact] = each.holds[index];
      chosen.push([dimension.name, each]);
      visit(depth + 1);
      chosen.pop();
    }
    for (const fact of dimension.facts) facts[fact] = undefined;
  };
  visit(0);
  if (requests.length > 0) return { kind: "found", requests };
  return { kind: steps > maxSteps ? "open" : "none" };
}

type Facts = readonly (boolean | undefined)[];

/** `undefined` while it is open. */
function allows({ clauses, denies }: Formula, facts: Facts): boolean | undefined {
  let result: boolean | undefined = true;
  for (const deny of denies) {
    const holds = holdsAll(deny, facts);
    if (holds) return false;
    if (holds === undefined) result = undefined;
  }
  for (const clause of clauses) {
    let any: boolean | undefined = false;
    for (const each of clause) {
      const holds = holdsAll(each, facts);
      if (holds) {
        any = true;
        break;
      }
      if (holds === undefined) any = undefined;
    }
    if (any === false) return false;
    if (any === undefined) result = undefined;
  }
  return result;
}

function holdsAll(conjunction: Conjunction, facts: Facts): boolean | undefined {
  let result: boolean | undefined = true;
  for (const fact of conjunction) {
    const holds = facts[fact];
    if (holds === false) return false;
    if (holds === undefined) result = undefined;
  }
  return result;
}
