/** The policies of each binding. A caller who matches several has them all: Allows, Denies and boundaries. */
import type { Binding, Bundle } from "../../../shared/bundle/types.ts";
import type { CompiledPolicySet } from "../../../shared/policy/evaluate/compile.ts";
import { compilePolicies } from "../../../shared/policy/evaluate/compile.ts";
import type { PolicyLayers } from "../../../shared/policy/evaluate/layers.ts";

/** Finds the layers of a binding; bindings with the same policies share them. */
export function createWayFinder({ config, policies }: Bundle): (binding: Binding) => PolicyLayers {
  const documents = new Map(policies.map((document) => [document.name, document]));
  const compiled = new Map<string, CompiledPolicySet>();
  const compile = (names: readonly string[]): CompiledPolicySet => {
    const key = JSON.stringify(names);
    const set =
      compiled.get(key) ??
      compilePolicies(names.map((name) => documents.get(name)).filter((found) => found !== undefined));
    compiled.set(key, set);
    return set;
  };
  const guardrails = config.guardrails.map((name) => compile([name]));
  const ways = new Map<string, PolicyLayers>();
  return ({ policies: names, boundary }) => {
    const attached = [...new Set(names)].sort();
    const key = JSON.stringify([attached, boundary]);
    const boundaries = boundary === undefined ? [] : [compile([boundary])];
    const way = ways.get(key) ?? { attached: compile(attached), boundaries, guardrails };
    ways.set(key, way);
    return way;
  };
}
