/**
 * Many action names as few patterns that grant just these: `connect:Describe*` when every action of Amazon Connect that
 * begins so is meant, or never has to be allowed on the resources that the pattern stands with.
 */

import { operations } from "../../../shared/catalog/catalog.ts";
import { lintFacts } from "../../authoring/lint/facts/action-facts.ts";
import { actionsWithoutOperation } from "../../authoring/lint/facts/actions-without-operation.ts";
import { overlap } from "../../authoring/patterns/automaton.ts";
import { resourceCodes } from "../../authoring/patterns/pattern-codes.ts";

const service = "connect:";
/** Matched only by a pattern that names it, since it hands out access. */
const guarded = /Token/;

/** What a pattern may match besides: `nothing` known, or actions that no operation is authorized as (`nothingCallable`). */
export type Besides = "nothing" | "nothingCallable";

/**
 * Shortens a list of actions, sorted. A pattern ends where a word of the name ends, and stands for two actions or more.
 *
 * Exact against the actions that are known today; one that AWS adds tomorrow may begin like these.
 *
 * @param resources the resource patterns of the actions' statement
 */
export function shortenActions(
  actions: readonly string[],
  resources: readonly string[],
  besides: Besides = "nothing",
): readonly string[] {
  const wanted = new Set(actions);
  const known = actionsAskedOn(resources);
  const asked =
    besides === "nothing"
      ? known
      : known.filter((name) => !actionsWithoutOperation.has(name) || guarded.test(name));
  const patterns = new Map<string, readonly string[]>();
  for (const action of [...wanted].sort()) {
    // What a pattern has matched already needs none of its own.
    if ([...patterns.values()].some((matched) => matched.includes(action))) continue;
    const [pattern, matched] = shortestPattern(action, wanted, asked);
    patterns.set(pattern, matched);
  }
  return [...patterns.keys()].sort();
}

function shortestPattern(
  action: string,
  wanted: ReadonlySet<string>,
  asked: readonly string[],
): readonly [pattern: string, matched: readonly string[]] {
  for (const prefix of prefixesOf(action)) {
    const matched = asked.filter((name) => name.startsWith(prefix));
    if (matched.length > 1 && matched.every((name) => wanted.has(name))) return [`${prefix}*`, matched];
  }
  return [action, [action]];
}

/** `connect:Describe`, `connect:DescribeUser`, …: the shortest first. Nobody reviews `connect:*` as a list of few actions. */
function prefixesOf(action: string): readonly string[] {
  const prefixes: string[] = [];
  for (const [word] of action.slice(service.length).matchAll(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+/g)) {
    prefixes.push(`${prefixes.at(-1) ?? service}${word}`);
  }
  return prefixes;
}

/** Every known action but those that never have to be allowed on any of the resources. */
function actionsAskedOn(resources: readonly string[]): readonly string[] {
  const codes = resources
    .map((resource) => resourceCodes(resource, true))
    .filter((each) => each !== undefined);
  const { actions, shapes } = lintFacts();
  let met = 0n;
  for (const [index, { patterns }] of shapes.entries()) {
    if (patterns.some((shape) => codes.some((each) => overlap(each, shape)))) met |= 1n << BigInt(index);
  }
  // An action of which nothing is known counts as asked.
  const asked = [...actions.required.values()].filter(
    (facts) => facts.required === 0n || (facts.required & met) !== 0n,
  );
  // A pattern must not grant an action that is refused here.
  const refused = operations().filter((row) => row.refused !== undefined);
  return [...new Set([...asked.map(({ name }) => name), ...refused.map(({ action }) => action)])];
}
