/**
 * Compiled policies of combinations of bindings, kept while they are used and while there is room for them: room is
 * counted in statements, since a combination may have ten or a hundred thousand.
 */
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
  const kept = new Map<string, PolicyLayers>();
  let statements = 0;
  return (key, make) => {
    const known = kept.get(key);
    const layers = known ?? make();
    kept.delete(key);
    kept.set(key, layers);
    if (known) return known;
    statements += countOf(layers);
    for (const [oldest, old] of kept) {
      if (kept.size <= limits.combinations && statements <= limits.statements) break;
      if (oldest === key) break;
      kept.delete(oldest);
      statements -= countOf(old);
    }
    return layers;
  };
}

/** Guardrails are one for all combinations. */
function countOf({ attached, denying, boundaries }: PolicyLayers): number {
  const sets = [attached, ...(denying ? [denying] : []), ...boundaries];
  return sets.reduce((sum, set) => sum + set.statements.length, 0);
}
