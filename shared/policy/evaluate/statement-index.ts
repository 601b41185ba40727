/**
 * Finds the statements that could match an action and a resource: by the action or its literal prefix, then by the
 * resource or its literal prefix. For each candidate the index says whether the action and the resource certainly match
 * or still need a comparison.
 *
 * Statements are indexed by action when a set is compiled, and by resource when an action is first evaluated: a cold
 * start pays only for what its first calls need.
 */
import { lowerAscii } from "../../ascii.ts";
import { matchActions } from "../pattern/action-pattern.ts";
import type { Glob } from "../pattern/glob.ts";
import { createPrefixNode, growNode, type PrefixNode, stepNode } from "../pattern/prefix-tree.ts";
import { type Candidates, createCandidates, MOST_UNSORTED } from "./candidates.ts";
import type { CompiledStatement } from "./compile-statement.ts";

/** Items filed under whole texts and under prefixes. */
export interface TextIndex<Item> {
  readonly exact: Map<string, Item>;
  readonly open: PrefixNode<Item>;
}

interface FiledStatement {
  readonly statement: CompiledStatement;
  /** As in `Candidate`. */
  readonly hasAction: boolean;
  /** Above this many places, it is filed under the common prefix of its resources. */
  readonly mostPlaces: number;
}

/** The statements filed under one action or one prefix of actions. */
export interface ActionBucket {
  readonly filed: FiledStatement[];
  /** See {@link resourcesOf}. */
  resources: TextIndex<Candidates> | undefined;
  /** See {@link anyResourceOf}. */
  anyResource: UnknownResourceLists | undefined;
}

/** Statements by what they can decide when the resource is not known. */
export interface UnknownResourceLists {
  /** Those that may hold for every resource: `*` and `NotResource`. */
  readonly every: Candidates;
  /** Those that are undecided at best, because each names certain resources. */
  readonly someAllow: Candidates;
  readonly someDeny: Candidates;
}

export interface FoundBuckets {
  readonly lowerAction: string;
  readonly buckets: readonly ActionBucket[];
}

export interface StatementIndex {
  readonly actions: TextIndex<ActionBucket>;
  /** Cache of buckets by action; emptied at {@link MAX_REMEMBERED}. */
  readonly remembered: Map<string, FoundBuckets>;
  /** How many statements there are. */
  readonly size: number;
  /** How many more may be filed once more for single actions; in all, no more than there are. */
  room: number;
}

/** Where a pattern is filed, and whether it matches everything found there. */
interface Place {
  readonly text: string;
  readonly exact: boolean;
  readonly settles: boolean;
}

const MAX_REMEMBERED = 1_024;
/** For one statement, actions and resources together. */
const MAX_PLACES = 64;
const EVERYWHERE: readonly Place[] = [{ text: "", exact: false, settles: false }];

export function createStatementIndex(statements: readonly CompiledStatement[]): StatementIndex {
  const index = createTextIndex<ActionBucket>();
  for (const statement of statements) {
    const actions = actionPlaces(statement);
    const mostPlaces = MAX_PLACES / actions.length;
    for (const action of actions) {
      openPlace(index, action, createBucket).filed.push({ statement, hasAction: action.settles, mostPlaces });
    }
  }
  return { actions: index, remembered: new Map(), size: statements.length, room: statements.length };
}

/** Returns a bucket's statements by their resources. */
export function resourcesOf(bucket: ActionBucket): TextIndex<Candidates> {
  bucket.resources ??= fileByResource(bucket.filed);
  return bucket.resources;
}

/** Returns a bucket's statements for an unknown resource. */
export function anyResourceOf(bucket: ActionBucket): UnknownResourceLists {
  bucket.anyResource ??= fileForUnknown(bucket.filed);
  return bucket.anyResource;
}

/** Cached: the same actions are evaluated again and again. */
export function findBuckets(index: StatementIndex, action: string): FoundBuckets {
  const known = index.remembered.get(action);
  if (known !== undefined) return known;
  const lowerAction = lowerAscii(action);
  const buckets: ActionBucket[] = [];
  const exact = index.actions.exact.get(lowerAction);
  if (exact !== undefined) buckets.push(narrow(exact, lowerAction, index));
  let node: PrefixNode<ActionBucket> | undefined = index.actions.open;
  for (let at = 0; node !== undefined; at += node?.label.length ?? 0) {
    if (node.item !== undefined) buckets.push(narrow(node.item, lowerAction, index));
    node = stepNode(node, lowerAction, at);
  }
  if (index.remembered.size >= MAX_REMEMBERED) {
    index.remembered.clear();
    index.room = index.size;
  }
  const found = { lowerAction, buckets };
  index.remembered.set(action, found);
  return found;
}

/** Of a bucket in which many actions must be compared, the statements of one action. */
function narrow(bucket: ActionBucket, lowerAction: string, index: StatementIndex): ActionBucket {
  if (bucket.filed.filter(({ hasAction }) => !hasAction).length <= MOST_UNSORTED) return bucket;
  const filed = bucket.filed
    .filter(({ statement, hasAction }) => hasAction || matchActions(statement.actions, lowerAction))
    .map((each) => ({ ...each, hasAction: true }));
  if (filed.length > index.room) return bucket;
  index.room -= filed.length;
  return { ...createBucket(), filed };
}

function createTextIndex<Item>(): TextIndex<Item> {
  return { exact: new Map(), open: createPrefixNode() };
}

function createBucket(): ActionBucket {
  return { filed: [], resources: undefined, anyResource: undefined };
}

function openPlace<Item>(index: TextIndex<Item>, place: Place, create: () => Item): Item {
  if (!place.exact) {
    const node = growNode(index.open, place.text);
    node.item ??= create();
    return node.item;
  }
  const found = index.exact.get(place.text);
  if (found !== undefined) return found;
  const item = create();
  index.exact.set(place.text, item);
  return item;
}

function fileByResource(filed: readonly FiledStatement[]): TextIndex<Candidates> {
  const index = createTextIndex<Candidates>();
  for (const { statement, hasAction, mostPlaces } of filed) {
    for (const place of resourcePlaces(statement, mostPlaces)) {
      const { filed: listed } = openPlace(index, place, createCandidates);
      listed.push({ statement, hasAction, hasResource: place.settles });
    }
  }
  return index;
}

function fileForUnknown(filed: readonly FiledStatement[]): UnknownResourceLists {
  const lists = { every: createCandidates(), someAllow: createCandidates(), someDeny: createCandidates() };
  for (const { statement, hasAction } of filed) {
    const { resources, name } = statement;
    const holdsForEvery = resources.negated || resources.others.some(({ glob }) => glob?.kind === "all");
    const someOf = name.effect === "Allow" ? lists.someAllow : lists.someDeny;
    (holdsForEvery ? lists.every : someOf).filed.push({ statement, hasAction, hasResource: false });
  }
  return lists;
}

function actionPlaces({ actions }: CompiledStatement): readonly Place[] {
  return actions.negated ? EVERYWHERE : distinct(actions.patterns.map(({ glob }) => placeOf(glob)));
}

function resourcePlaces({ resources }: CompiledStatement, most: number): readonly Place[] {
  if (resources.negated) return EVERYWHERE;
  const places = distinct(
    resources.patterns.map(({ glob, prefix }) =>
      glob === undefined ? { text: prefix, exact: false, settles: false } : placeOf(glob),
    ),
  );
  if (places.length <= Math.max(1, most)) return places;
  return [{ text: commonPrefix(places), exact: false, settles: false }];
}

function placeOf({ kind, text }: Glob): Place {
  return { text, exact: kind === "literal", settles: kind !== "codes" && kind !== "codesInParts" };
}

/** Files a statement once in each place. One pattern that certainly matches there is enough. */
function distinct(places: readonly Place[]): readonly Place[] {
  if (places.length === 1) return places;
  const byText = new Map<string, Place>();
  for (const place of places) {
    const key = `${place.exact} ${place.text}`;
    if (place.settles || !byText.has(key)) byText.set(key, place);
  }
  return [...byText.values()];
}

function commonPrefix(places: readonly Place[]): string {
  return places
    .map(({ text }) => text)
    .reduce((prefix, text) => {
      let shared = prefix;
      while (!text.startsWith(shared)) shared = shared.slice(0, -1);
      return shared;
    });
}
