/** What one form of access allows and another does not: by their texts, and where these differ by what they mean. */
import { type AccessForm, type Clause, implies } from "./access-form.ts";
import {
  type Dimension,
  type Formula,
  type FoundRequest,
  findRequests,
  type Search,
} from "./find-request.ts";
import { type Case, findCases } from "./key-cases.ts";
import type { KeyDomain } from "./key-domain.ts";
import { findResourceCases, resourceDimension, textOfResource } from "./resource-cases.ts";

export interface FormDifference {
  /** Requests that only the newer form allows, and those that only the older does. */
  readonly gained: Search;
  readonly lost: Search;
}

/** Compares forms; the same two are compared once. */
export type FormComparer = (older: AccessForm, newer: AccessForm) => FormDifference;

/** Searches that end in many places yield a few of them. */
const mostRequests = 6;

/** @param domain of every key; by default each key's own */
export function createFormComparer(domain?: KeyDomain): FormComparer {
  const known = new Map<string, FormDifference>();
  return (older, newer) => {
    const key = JSON.stringify([older, newer].map(textsOf));
    const found = known.get(key) ?? compareForms(older, newer, domain);
    known.set(key, found);
    return found;
  };
}

const none: Search = { kind: "none" };
const nothing: FoundRequest = new Map();

function compareForms(older: AccessForm, newer: AccessForm, domain?: KeyDomain): FormDifference {
  const [mayGain, mayLose] = [!implies(newer, older), !implies(older, newer)];
  if (!mayGain && !mayLose) return { gained: none, lost: none };
  const facts = new Facts();
  const [before, after] = [facts.formulaOf(older), facts.formulaOf(newer)];
  const dimensions = facts.dimensions(domain);
  const search = (pair: readonly [Formula, Formula]): Search =>
    dimensions ? findRequests(pair, dimensions, mostRequests) : { kind: "open" };
  return {
    gained: mayGain ? search([after, before]) : none,
    lost: mayLose ? search([before, after]) : none,
  };
}

/** Whether there is nothing that only one of the two allows. */
export function isSame({ gained, lost }: FormDifference): boolean {
  return gained.kind === "none" && lost.kind === "none";
}

/** The requests that were found; one about which nothing is known if the search was given up. */
export function requestsOf(search: Search): readonly FoundRequest[] {
  return search.kind === "found" ? search.requests : search.kind === "open" ? [nothing] : [];
}

function textsOf(form: AccessForm): unknown {
  if (form.kind === "denied") return null;
  // Which patterns can match is part of what a clause means, and its text does not tell it.
  const textOf = ({ text, resource }: Clause) => [
    text,
    ...(resource?.patterns.map(({ key, isMet }) => `${key} ${isMet}`) ?? []),
  ];
  return [form.clauses.map((clause) => clause.map(textOf)), form.denies.map(textOf)];
}

const refusesAll: Formula = { clauses: [[]], denies: [] };

interface KeyFacts {
  readonly numbers: number[];
  readonly terms: Clause["terms"][number][];
}

/** Numbers what clauses depend on. */
class Facts {
  readonly #numbers = new Map<string, number>();
  readonly #byKey = new Map<string, KeyFacts>();
  readonly #resources: { readonly number: number; readonly resource: NonNullable<Clause["resource"]> }[] = [];

  formulaOf(form: AccessForm): Formula {
    if (form.kind === "denied") return refusesAll;
    return {
      clauses: form.clauses.map((clause) => clause.map((each) => this.#conjunctionOf(each))),
      denies: form.denies.map((each) => this.#conjunctionOf(each)),
    };
  }

  dimensions(domain?: KeyDomain): readonly Dimension[] | undefined {
    const dimensions: Dimension[] = [];
    for (const [name, { numbers, terms }] of this.#byKey) {
      const cases = findCases(name, terms, domain);
      dimensions.push({ name, facts: numbers, cases: cases ?? anyCases(numbers.length) });
      if (!cases && numbers.length > maxFree) return undefined;
    }
    if (this.#resources.length > 0) {
      const cases = findResourceCases(this.#resources.map(({ resource }) => resource));
      if (!cases) return undefined;
      dimensions.push({
        name: resourceDimension,
        facts: this.#resources.map(({ number }) => number),
        cases,
      });
    }
    return dimensions;
  }

  #conjunctionOf({ terms, resource }: Clause): readonly number[] {
    const numbers = terms.map((term) => {
      const { effect, lowerKey } = term.condition;
      return this.#numberOf(`${effect} ${term.text}`, (number) => {
        const facts = this.#byKey.get(lowerKey) ?? { numbers: [], terms: [] };
        this.#byKey.set(lowerKey, facts);
        facts.numbers.push(number);
        facts.terms.push(term);
      });
    });
    if (!resource) return numbers;
    const name = `${resource.effect} ${textOfResource(resource)}`;
    return [...numbers, this.#numberOf(name, (number) => this.#resources.push({ number, resource }))];
  }

  #numberOf(name: string, add: (number: number) => void): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    add(number);
    return number;
  }
}

const maxFree = 8;

/** Every combination: for a key whose conditions cannot be compared. */
function anyCases(count: number): readonly Case[] {
  if (count > maxFree) return [];
  return Array.from({ length: 2 ** count }, (_, bits) => ({
    holds: Array.from({ length: count }, (_, at) => (bits & (2 ** at)) !== 0),
    witnesses: [],
  }));
}
