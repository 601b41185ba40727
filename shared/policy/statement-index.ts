/**
 * Finds the statements that could match an action and a resource: by the action or its literal beginning, then by
 * the resource or its literal beginning. What is found is checked in full afterwards; what is not cannot match.
 */
import type { CompiledStatement } from "./compiled.ts";
import type { Glob } from "./glob.ts";
import { createPrefixNode, growNode, type PrefixNode } from "./prefix-tree.ts";

/** Items filed under whole texts and under beginnings of texts. */
export interface TextIndex<Item> {
  readonly exact: Map<string, Item>;
  readonly open: PrefixNode<Item>;
}

/** The statements filed under one action, or one beginning of actions. */
export interface ActionBucket {
  readonly resources: TextIndex<CompiledStatement[]>;
  /** All of them, for a resource that is not known. */
  readonly statements: CompiledStatement[];
}

/** The index of a policy set. */
export type StatementIndex = TextIndex<ActionBucket>;

/** Where a pattern is filed. */
interface Place {
  readonly text: string;
  readonly exact: boolean;
}

/** Above this many places a statement is filed under what its resources have in common. */
const MAX_PLACES = 64;
const EVERYWHERE: readonly Place[] = [{ text: "", exact: false }];

/** Files all statements. */
export function createStatementIndex(statements: readonly CompiledStatement[]): StatementIndex {
  const index = createTextIndex<ActionBucket>();
  for (const statement of statements) {
    const actions = actionPlaces(statement);
    const resources = resourcePlaces(statement, MAX_PLACES / actions.length);
    for (const action of actions) {
      const bucket = openPlace(index, action, createBucket);
      bucket.statements.push(statement);
      for (const resource of resources) openPlace(bucket.resources, resource, createList).push(statement);
    }
  }
  return index;
}

function createTextIndex<Item>(): TextIndex<Item> {
  return { exact: new Map(), open: createPrefixNode() };
}

function createBucket(): ActionBucket {
  return { resources: createTextIndex(), statements: [] };
}

function createList(): CompiledStatement[] {
  return [];
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

function actionPlaces({ actions }: CompiledStatement): readonly Place[] {
  return actions.negated ? EVERYWHERE : distinct(actions.patterns.map(({ glob }) => placeOf(glob)));
}

function resourcePlaces({ resources }: CompiledStatement, most: number): readonly Place[] {
  if (resources.negated) return EVERYWHERE;
  const places = distinct(
    resources.patterns.map(({ glob, prefix }) =>
      glob === undefined ? { text: prefix, exact: false } : placeOf(glob),
    ),
  );
  return places.length <= Math.max(1, most) ? places : [{ text: commonPrefix(places), exact: false }];
}

function placeOf(glob: Glob): Place {
  return { text: glob.text, exact: glob.kind === "literal" };
}

/** A statement filed twice in one place would only be looked at twice. */
function distinct(places: readonly Place[]): readonly Place[] {
  if (places.length === 1) return places;
  return [...new Map(places.map((place) => [`${place.exact} ${place.text}`, place])).values()];
}

function commonPrefix(places: readonly Place[]): string {
  let prefix = places[0]?.text ?? "";
  for (const { text } of places) {
    while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix;
}
