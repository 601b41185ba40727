/** Many actions as few patterns that grant just these: the others that match never need an Allow on the resources. */
import { operations } from "../../../shared/catalog/catalog.ts";
import { overlap } from "../../../shared/reach/patterns/automaton.ts";
import { resourceCodes } from "../../../shared/reach/patterns/pattern-codes.ts";
import { lintFacts } from "../../authoring/lint/facts/action-facts.ts";
import { actionsWithoutOperation } from "../../authoring/lint/facts/actions-without-operation.ts";

const service = "connect:";
/** Only its full name may match it, since it hands out access. */
const guarded = /Token/;

/** What else a pattern may match: no known action (`nothing`), or actions that no operation needs (`nothingCallable`). */
type AlsoMatched = "nothing" | "nothingCallable";

/**
 * Shortens a list of actions, sorted. A pattern ends at the end of a word of the name, and matches two actions or more.
 *
 * It is exact for the actions known today; an action that AWS adds later may match.
 *
 * @param resources the resource patterns of the actions' statement
 */
export function shortenActions(
  actions: readonly string[],
  resources: readonly string[],
  alsoMatched: AlsoMatched = "nothing",
): readonly string[] {
  const wanted = new Set(actions);
  const known = actionsAskedOn(resources);
  const asked =
    alsoMatched === "nothing"
      ? known
      : known.filter((name) => !actionsWithoutOperation.has(name) || guarded.test(name));
  const patterns = new Map<string, readonly string[]>();
  for (const action of [...wanted].sort()) {
    // An earlier pattern may match it already.
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

/** `connect:Describe`, `connect:DescribeUser`, …: the shortest first. Never `connect:*`, which cannot be reviewed. */
function prefixesOf(action: string): readonly string[] {
  const prefixes: string[] = [];
  for (const [word] of action.slice(service.length).matchAll(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+/g))
    prefixes.push(`${prefixes.at(-1) ?? service}${word}`);
  return prefixes;
}

/** Every known action that must be allowed on one of the resources. */
function actionsAskedOn(resources: readonly string[]): readonly string[] {
  const codes = resources
    .map((resource) => resourceCodes(resource, true))
    .filter((each) => each !== undefined);
  const { actions, shapes } = lintFacts();
  let met = 0n;
  for (const [index, { patterns }] of shapes.entries())
    if (patterns.some((shape) => codes.some((each) => overlap(each, shape)))) met |= 1n << BigInt(index);
  // An action that the catalogue does not know counts as needed.
  const asked = [...actions.required.values()].filter(
    (facts) => facts.required === 0n || (facts.required & met) !== 0n,
  );
  // A pattern must not grant an action that is refused here.
  const refused = operations().filter((row) => row.refused !== undefined);
  return [...new Set([...asked.map(({ name }) => name), ...refused.map(({ action }) => action)])];
}
