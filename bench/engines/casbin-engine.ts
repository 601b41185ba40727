/**
 * casbin's cached enforcer, in its three ways of being asked.
 */
import { createCasbinPolicy, starMatch } from "./casbin-rows.ts";
import type { Engine, PreparedEngine } from "./engine.ts";
import type { CasbinEnforcer, CasbinModule } from "./packages.ts";
import type { BenchRequest, BenchStatement } from "./statement.ts";

/**
 * `sync`: `enforceSync`, casbin's fastest evaluation, which never uses the answer cache. `miss`: the cached enforcer's
 * `enforce` with a request that it has not seen. `hit`: the same with one that it has, which looks an answer up in a
 * `Map` and evaluates nothing.
 */
type CasbinMode = "sync" | "miss" | "hit";

const titles = {
  sync: "casbin (enforceSync)",
  miss: "casbin (cached enforcer, first time)",
  hit: "casbin (cached enforcer, answer repeated)",
} satisfies Record<CasbinMode, string>;

/** Makes the engine. */
export function createCasbinEngine(casbin: CasbinModule, mode: CasbinMode): Engine {
  return {
    name: titles[mode],
    prepare: (statements, requests) => prepareCasbin(casbin, mode, { statements, requests }),
  };
}

interface Work {
  readonly statements: readonly BenchStatement[];
  readonly requests: readonly BenchRequest[];
}

async function prepareCasbin(
  casbin: CasbinModule,
  mode: CasbinMode,
  { statements, requests }: Work,
): Promise<PreparedEngine> {
  const { model, rows, columnsOf } = createCasbinPolicy(statements);
  const enforcer = await casbin.newCachedEnforcer(casbin.newModelFromString(model), {
    // casbin's own way of adding rows looks for doubles one by one, which takes minutes from 10,000 rows on.
    loadPolicy: async (loaded) => {
      loaded.model
        .get("p")
        ?.get("p")
        ?.policy.push(...rows.map((row) => [...row]));
    },
  });
  await enforcer.addFunction("starMatch", starMatch);
  const asked = requests.map(columnsOf);
  return {
    rules: rows.length,
    allows: (index) =>
      mode === "sync"
        ? enforcer.enforceSync(...(asked[index] ?? []))
        : enforcer.enforce(...(asked[index] ?? [])),
    run: (passes) =>
      mode === "sync" ? runSync(enforcer, asked, passes) : runCached(enforcer, asked, { passes, mode }),
  };
}

function runSync(enforcer: CasbinEnforcer, asked: readonly (readonly string[])[], passes: number): number {
  let allowed = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (const columns of asked) if (enforcer.enforceSync(...columns)) allowed++;
  }
  return allowed;
}

async function runCached(
  enforcer: CasbinEnforcer,
  asked: readonly (readonly string[])[],
  { passes, mode }: { readonly passes: number; readonly mode: "miss" | "hit" },
): Promise<number> {
  let allowed = 0;
  for (let pass = 0; pass < passes; pass++) {
    if (mode === "miss") enforcer.invalidateCache();
    for (const columns of asked) if (await enforcer.enforce(...columns)) allowed++;
  }
  return allowed;
}
