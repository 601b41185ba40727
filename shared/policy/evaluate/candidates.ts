/**
 * Many statements that an index by beginnings cannot tell apart: patterns with wildcards in their middle, statements
 * about every resource. Statements that have everything in common are compared once. Most of the others are screened,
 * and never looked at:
 *
 * - by a **gram**, four characters in a row that every text has that a pattern matches. Only the patterns whose gram a
 *   resource has are compared with it. A gram that is there by chance, or on purpose, costs a comparison and no more.
 * - by the value of a condition key that must equal a text.
 *
 * A screen leaves out only what certainly does not match. Time and memory grow with the statements in the worst case,
 * never faster: there are no combined states.
 */
import { type CompiledCondition, isMissing } from "../condition/condition.ts";
import type { RequestContext } from "../model/context.ts";
import { UNKNOWN } from "../model/unknown.ts";
import type { ResourcePattern } from "../pattern/resource-pattern.ts";
import type { Template } from "../pattern/template.ts";
import type { CompiledStatement } from "./compile-statement.ts";

/** A statement, filed in one place. */
export interface Candidate {
  readonly statement: CompiledStatement;
  /** Whether every action that leads here is one of the statement's actions. */
  readonly hasAction: boolean;
  /** Whether every resource that leads here is one of the statement's resources. */
  readonly hasResource: boolean;
}

/** The statements filed in one place. */
export interface Candidates {
  readonly filed: Candidate[];
  /** How often they were evaluated one by one. */
  evaluations: number;
  sorted: SortedCandidates | undefined;
}

/** Statements of one effect with the same conditions. */
export interface StatementPart {
  readonly effect: "Allow" | "Deny";
  readonly conditions: readonly CompiledCondition[];
  readonly statements: CompiledStatement[];
}

/** Statements whose actions and resources give the same answer. */
export interface CandidateGroup {
  /** Its actions and resources stand for all. */
  readonly first: Candidate;
  /** Those whose conditions must all be evaluated. */
  readonly parts: StatementPart[];
  /** The others, by the lower-case key and the text that its value must equal. */
  readonly byValue: Map<string, Map<string, StatementPart[]>>;
}

export interface SortedCandidates {
  readonly groups: readonly CandidateGroup[];
  /** Of those, the ones without a gram. */
  readonly always: readonly CandidateGroup[];
  /** The others, by a gram that a resource must have: once for each of their patterns. */
  readonly byGram: ReadonlyMap<number, readonly CandidateGroup[]>;
  /** Of policy variables in screened patterns: while one is unknown, any of these patterns may match. */
  readonly variableKeys: readonly string[];
}

/** Up to this many, statements are evaluated one by one. */
export const MOST_UNSORTED = 24;
/** Sorting takes as long as about twenty evaluations. A function that has just started answers first. */
const EVALUATIONS_BEFORE_SORTING = 16;

export function createCandidates(): Candidates {
  return { filed: [], evaluations: 0, sorted: undefined };
}

/**
 * The statements in groups, or `undefined` as long as it is cheaper to evaluate them one by one. With an unknown
 * resource, which of several resources a statement names makes no difference. One place is always asked for either
 * known resources or unknown ones.
 */
export function sortedOf(candidates: Candidates, isResourceKnown: boolean): SortedCandidates | undefined {
  if (candidates.sorted !== undefined || candidates.filed.length <= MOST_UNSORTED) return candidates.sorted;
  if (candidates.evaluations++ < EVALUATIONS_BEFORE_SORTING) return undefined;
  candidates.sorted = screen(group(candidates.filed, isResourceKnown));
  return candidates.sorted;
}

/** The groups that may match, in lists. A resource is walked once, whatever the number of patterns. */
export function groupsFor(
  { groups, always, byGram, variableKeys }: SortedCandidates,
  resource: string | typeof UNKNOWN,
  context: RequestContext,
): Iterable<readonly CandidateGroup[]> {
  if (resource === UNKNOWN || variableKeys.some((key) => context.get(key) === UNKNOWN)) return [groups];
  const found = new Set([always]);
  let gram = 0;
  for (let at = 0; byGram.size > 0 && at < resource.length; at++) {
    gram = nextGram(gram, resource.charCodeAt(at));
    const list = byGram.get(gram);
    if (list) found.add(list);
  }
  return found;
}

function group(filed: readonly Candidate[], isResourceKnown: boolean): CandidateGroup[] {
  const groups = new Map<string, CandidateGroup>();
  const parts = new Map<string, StatementPart>();
  for (const first of filed) {
    const { statement } = first;
    const { effect } = statement.source;
    const conditions = statement.source.conditions.map(({ operator, key, values }) => [
      operator,
      key,
      values,
    ]);
    const groupedBy = groupKey(first, isResourceKnown);
    const found = groups.get(groupedBy) ?? { first, parts: [], byValue: new Map() };
    groups.set(groupedBy, found);
    const partKey = groupedBy + JSON.stringify([effect, conditions, statement.variables]);
    const part = parts.get(partKey);
    if (part) part.statements.push(statement);
    else parts.set(partKey, addPart(found, statement));
  }
  return [...groups.values()];
}

function addPart({ parts, byValue }: CandidateGroup, statement: CompiledStatement): StatementPart {
  const { conditions, name } = statement;
  const part = { effect: name.effect, conditions, statements: [statement] };
  const equality = conditions.find(isEquality);
  if (equality) {
    const { lowerKey, values } = equality;
    const known = byValue.get(lowerKey) ?? new Map<string, StatementPart[]>();
    byValue.set(lowerKey, known);
    for (const text of new Set(values.map(({ literal }) => String(literal)))) push(known, text, part);
  } else {
    parts.push(part);
  }
  return part;
}

/** Whether a condition is false unless its key is one of a few texts. */
function isEquality({ operator, values, others }: CompiledCondition): boolean {
  const { comparison, negated, ifExists, qualifier } = operator;
  if (comparison !== "stringEquals" || negated || ifExists || qualifier !== "none") return false;
  return values.length > 0 && others.length === 0;
}

const NO_PARTS: readonly StatementPart[] = [];

/** The parts of a group that the values of keys do not rule out, beyond `parts`. */
export function partsByValue({ byValue }: CandidateGroup, context: RequestContext): readonly StatementPart[] {
  let possible = NO_PARTS;
  for (const [lowerKey, values] of byValue) {
    const value = context.get(lowerKey);
    if (typeof value === "string") possible = joined(possible, values.get(value) ?? NO_PARTS);
    else if (value === UNKNOWN || !isMissing(value))
      possible = joined(possible, [...new Set([...values.values()].flat())]);
  }
  return possible;
}

function joined(some: readonly StatementPart[], others: readonly StatementPart[]): readonly StatementPart[] {
  return some.length === 0 ? others : some.concat(others);
}

/** The same for statements whose actions and resources give the same answer. */
function groupKey({ statement, hasAction, hasResource }: Candidate, isResourceKnown: boolean): string {
  const { source, resources, variables } = statement;
  const { negated, patterns, others } = resources;
  // If it is not known, only `*`, `NotResource` and variables without a value are not undecided.
  const isSettled = isResourceKnown
    ? hasResource
    : patterns.length > 0 && !negated && others.every(({ glob }) => glob && glob.kind !== "all");
  return JSON.stringify([
    hasAction || source.actions,
    isSettled || [source.resources, source.effect, variables],
  ]);
}

/** Of each pattern so many are tried, so that the rarest can be chosen. */
const MOST_GRAMS = 8;
const GRAM_LENGTH = 4;

function screen(groups: readonly CandidateGroup[]): SortedCandidates {
  const always: CandidateGroup[] = [];
  const variableKeys = new Set<string>();
  const screened = groups.flatMap((each) => {
    const { resources } = each.first.statement;
    const grams = each.first.hasResource || resources.negated ? [[]] : resources.patterns.map(gramsOf);
    if (grams.every((some) => some.length > 0)) return [{ each, grams }];
    always.push(each);
    return [];
  });
  const frequency = new Map<number, number>();
  const often = (gram: number) => frequency.get(gram) ?? 0;
  for (const { grams } of screened) for (const gram of grams.flat()) frequency.set(gram, often(gram) + 1);
  const byGram = new Map<number, CandidateGroup[]>();
  for (const { each, grams } of screened) {
    for (const gram of new Set(grams.map((some) => some.reduce((a, b) => (often(b) < often(a) ? b : a)))))
      push(byGram, gram, each);
    for (const { template } of each.first.statement.resources.patterns)
      for (const { lowerKey } of template?.variables ?? []) variableKeys.add(lowerKey);
  }
  return { groups, always, byGram, variableKeys: [...variableKeys] };
}

function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** Some grams that every text has that a pattern matches, those of its end first: beginnings are often the same. */
function gramsOf({ glob, template }: ResourcePattern): readonly number[] {
  const codes = (template ?? glob).codes;
  const runs = glob && codes.length === 0 ? [glob.text] : literalRuns(codes);
  return runs
    .reverse()
    .flatMap((run) => {
      const last = run.length - GRAM_LENGTH;
      return last < 0 ? [] : [last, last >> 1, 0].map((start) => gramAt(run, start + GRAM_LENGTH));
    })
    .slice(0, MOST_GRAMS);
}

function literalRuns(codes: Template["codes"]): string[] {
  const runs = [""];
  for (const code of codes) {
    if (typeof code !== "number" || code < 0) runs.push("");
    else runs[runs.length - 1] += String.fromCharCode(code);
  }
  return runs;
}

/** The gram before a place. */
function gramAt(text: string, end: number): number {
  let gram = 0;
  for (let at = end - GRAM_LENGTH; at < end; at++) gram = nextGram(gram, text.charCodeAt(at));
  return gram;
}

/** Four steps later nothing is left of a character. Beyond Latin-1, two grams may have the same number. */
function nextGram(gram: number, character: number): number {
  return (gram << 8) ^ character;
}
