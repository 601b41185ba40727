/**
 * Finds the statements that could match an action and a resource: by the literal beginning of the action, then by
 * that of the resource. What is found is checked in full afterwards; what is not found cannot match.
 */
import type { CompiledStatement } from "./compiled.ts";
import type { Glob } from "./glob.ts";
import { createPrefixNode, growNode, type PrefixNode } from "./prefix-tree.ts";

/** The statements filed under one beginning of an action. */
export interface ActionBucket {
  readonly resources: PrefixNode<CompiledStatement[]>;
  /** All of them, for a resource that is not known. */
  readonly statements: CompiledStatement[];
}

/** The index of a policy set. */
export type StatementIndex = PrefixNode<ActionBucket>;

/** Where a pattern is filed. */
interface Place {
  readonly text: string;
  readonly exact: boolean;
}

/** Above this many places a statement is filed under what its resources have in common. */
const MAX_PLACES = 64;
const EVERYWHERE: Place = { text: "", exact: false };

/** Files all statements. */
export function createStatementIndex(statements: readonly CompiledStatement[]): StatementIndex {
  const index: StatementIndex = createPrefixNode();
  for (const statement of statements) {
    const actions = actionPlaces(statement);
    const resources = resourcePlaces(statement, MAX_PLACES / actions.length);
    for (const action of actions) {
      const bucket = openBucket(growNode(index, action.text), action.exact);
      bucket.statements.push(statement);
      for (const resource of resources) {
        const node = growNode(bucket.resources, resource.text);
        const filed = resource.exact ? node.exact : node.open;
        if (filed !== undefined) filed.push(statement);
        else if (resource.exact) node.exact = [statement];
        else node.open = [statement];
      }
    }
  }
  return index;
}

function openBucket(node: PrefixNode<ActionBucket>, exact: boolean): ActionBucket {
  const found = exact ? node.exact : node.open;
  if (found !== undefined) return found;
  const bucket: ActionBucket = { resources: createPrefixNode(), statements: [] };
  if (exact) node.exact = bucket;
  else node.open = bucket;
  return bucket;
}

function actionPlaces(statement: CompiledStatement): readonly Place[] {
  if (statement.actions.negated) return [EVERYWHERE];
  return distinct(statement.actions.patterns.map(({ glob }) => placeOf(glob)));
}

function resourcePlaces(statement: CompiledStatement, most: number): readonly Place[] {
  const { negated, patterns } = statement.resources;
  if (negated) return [EVERYWHERE];
  const places = distinct(
    patterns.map(({ glob, prefix }) => (glob === undefined ? { text: prefix, exact: false } : placeOf(glob))),
  );
  if (places.length <= Math.max(1, most)) return places;
  return [{ text: commonPrefix(places), exact: false }];
}

function placeOf(glob: Glob): Place {
  return { text: glob.text, exact: glob.kind === "literal" };
}

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
