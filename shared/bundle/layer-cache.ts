/**
 * Compiled policies of combinations of bindings, kept while they are used and while there is room for them: room is
 * counted in statements, since a combination may have ten or a hundred thousand.
 */
import { LruMap } from "../lru.ts";
import type { PolicyLayers } from "../policy/evaluate/layers.ts";

export interface LayerCacheLimits {
  readonly combinations: number;
  /** Of all combinations together; a compiled statement takes about a kilobyte. The one used last is always kept. */
  readonly statements: number;
}

const defaultLimits: LayerCacheLimits = { combinations: 4_096, statements: 150_000 };

/** Gives a combination's policies, made if they are not kept. */
export type LayerCache = (key: string, make: () => PolicyLayers) => PolicyLayers;

/** Creates the cache; what was unused for longest goes first. */
export function createLayerCache(limits: LayerCacheLimits = defaultLimits): LayerCache {
  const kept = new LruMap<string, PolicyLayers>({
    maxEntries: limits.combinations,
    maxWeight: limits.statements,
    weightOf: countOf,
  });
  return (key, make) => {
    const known = kept.get(key);
    if (known) return known;
    const layers = make();
    kept.set(key, layers);
    return layers;
  };
}

/** Guardrails are one for all combinations. */
function countOf({ attached, denying, boundaries }: PolicyLayers): number {
  const sets = [attached, ...(denying ? [denying] : []), ...boundaries];
  return sets.reduce((sum, set) => sum + set.statements.length, 0);
}
