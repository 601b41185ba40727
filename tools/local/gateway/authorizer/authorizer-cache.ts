/** API Gateway's authorizer cache: well-formed answers by the values of all identity sources. */
import type { AuthorizerOutput } from "./authorizer-output.ts";

/** Enough for local work; the oldest entry is dropped. */
const maxEntries = 1000;

export interface AuthorizerCache {
  find(key: string): AuthorizerOutput | undefined;
  store(key: string, output: AuthorizerOutput): void;
  /** Removes all entries, as the deployment of a stage does. */
  clear(): void;
}

/**
 * @param ttlSeconds 0–3600 as in API Gateway; 0 keeps nothing
 * @param nowMs a clock that never goes back
 */
export function createAuthorizerCache(ttlSeconds: number, nowMs = () => performance.now()): AuthorizerCache {
  const entries = new Map<string, { readonly output: AuthorizerOutput; readonly untilMs: number }>();
  return {
    find(key) {
      const entry = entries.get(key);
      if (entry === undefined || nowMs() < entry.untilMs) return entry?.output;
      entries.delete(key);
      return undefined;
    },
    store(key, output) {
      if (ttlSeconds <= 0) return;
      const oldest = entries.keys().next();
      if (entries.size >= maxEntries && !oldest.done) entries.delete(oldest.value);
      entries.set(key, { output, untilMs: nowMs() + ttlSeconds * 1000 });
    },
    clear: () => entries.clear(),
  };
}
