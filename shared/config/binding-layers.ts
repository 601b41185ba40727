/**
 * From a principal to the policies that hold for it: bindings matched, policies compiled, once per combination.
 */
import type { VerifiedPrincipal } from "../identity/types.ts";
import { compilePolicies } from "../policy/compile.ts";
import type { PolicyLayers } from "../policy/layers.ts";
import type { Binding, Bundle } from "./types.ts";

/** Combinations of bindings kept compiled; the one unused for longest goes first. */
const maxCombinations = 256;

type LayerFinder = (principal: VerifiedPrincipal) => PolicyLayers | undefined;

/**
 * Compiles a bundle's policies and gives the function that finds a principal's.
 *
 * All bindings that match count together: their policies are attached as one set, and every one of their
 * boundaries must allow, over policies of other bindings too, since IAM bounds a principal and not a policy.
 *
 * @throws DocumentError when any policy is refused, also one that nothing refers to
 */
export function createLayerFinder(bundle: Bundle): LayerFinder {
  const { bindings, guardrails: names } = bundle.config;
  const documents = new Map(bundle.policies.map((document) => [document.name, document]));
  compilePolicies(bundle.policies);
  const compile = (wanted: Iterable<string>) =>
    compilePolicies([...wanted].map((name) => documents.get(name)).filter((found) => found !== undefined));
  const guardrails = [...new Set(names)].map((name) => compile([name]));
  const combinations = new Map<string, PolicyLayers>();
  const findBindings = createBindingFinder(bindings);
  const keys = new Map(bindings.map((binding, index) => [binding, String(index)]));
  const keyOf = (binding: Binding): string => keys.get(binding) ?? "";
  const layersOf = (matched: readonly Binding[]): PolicyLayers => ({
    attached: compile(sortedNames(matched.flatMap(({ policies }) => policies))),
    boundaries: sortedNames(matched.flatMap(({ boundary }) => boundary ?? [])).map((name) => compile([name])),
    guardrails,
  });

  return (principal) => {
    const matched = findBindings(principal);
    if (matched.length === 0) return undefined;
    const [only, second] = matched;
    const key = only && !second ? keyOf(only) : matched.map(keyOf).sort().join();
    const layers = combinations.get(key) ?? layersOf(matched);
    combinations.delete(key);
    combinations.set(key, layers);
    const [oldest] = combinations.keys();
    if (combinations.size > maxCombinations && oldest !== undefined) combinations.delete(oldest);
    return layers;
  };
}

/** A binding with its conditions ready to be asked. */
interface Matcher {
  readonly binding: Binding;
  readonly matches: (principal: VerifiedPrincipal) => boolean;
}

/** Indexes bindings by group, or else by principal, so that thousands of them cost a call nothing. */
function createBindingFinder(
  bindings: readonly Binding[],
): (principal: VerifiedPrincipal) => readonly Binding[] {
  const byGroup = new Map<string, Matcher[]>();
  const byPrincipal = new Map<string, Matcher[]>();
  const others: Matcher[] = [];
  for (const binding of bindings) {
    const matcher = { binding, matches: compileMatch(binding) };
    const { groups, principals } = binding.match;
    if (groups) for (const group of groups) append(byGroup, group, matcher);
    else if (principals) for (const id of principals) append(byPrincipal, id, matcher);
    else others.push(matcher);
  }
  return (principal) => {
    const candidates = new Set(others);
    for (const matcher of byPrincipal.get(principal.id) ?? []) candidates.add(matcher);
    for (const group of principal.groups) {
      for (const matcher of byGroup.get(group) ?? []) candidates.add(matcher);
    }
    return [...candidates].filter(({ matches }) => matches(principal)).map(({ binding }) => binding);
  };
}

function append(index: Map<string, Matcher[]>, key: string, matcher: Matcher): void {
  const matchers = index.get(key);
  if (matchers) matchers.push(matcher);
  else index.set(key, [matcher]);
}

/** Every kind of condition must hold; within one list any value; of the claims, each name. */
function compileMatch({ match }: Binding): (principal: VerifiedPrincipal) => boolean {
  const groups = match.groups && new Set(match.groups);
  const principals = match.principals && new Set(match.principals);
  const claims = Object.entries(match.claims ?? {}).map(([name, values]) => ({
    name,
    values: new Set(values),
  }));
  return (principal) =>
    (!groups || principal.groups.some((group) => groups.has(group))) &&
    (!principals || principals.has(principal.id)) &&
    claims.every(({ name, values }) => claimValues(principal, name).some((value) => values.has(value)));
}

function claimValues({ claims }: VerifiedPrincipal, name: string): readonly string[] {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

function sortedNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
