/**
 * Lets go of keys that an issuer has withdrawn.
 *
 * The library fetches only for a key id it does not know, so a key once seen would be trusted for as long as the
 * process lives. Here a key set that has grown old is replaced; when that fails the old one stays, since an
 * issuer that is down must not lock everybody out.
 */
import { assertIsJwks, type Jwks } from "aws-jwt-verify/jwk";
import type { JwksFetcher } from "./jwks-fetcher.ts";

/** After a failed refresh, requests are not held up again for this long. */
const retryAfterMs = 60_000;

export interface KeyRefreshOptions {
  readonly fetcher: JwksFetcher;
  readonly maxAgeMs: number;
  readonly replace: (jwks: Jwks) => void;
}

/**
 * Returns a function to call before a verification: it resolves when the keys are young enough, or could not be
 * made so. It never rejects, and never fetches keys where none were fetched before.
 */
export function createKeyRefresh({ fetcher, maxAgeMs, replace }: KeyRefreshOptions): () => Promise<void> {
  let running: Promise<void> | undefined;
  let notBeforeMs = 0;
  const refresh = async () => {
    try {
      const keys: unknown = JSON.parse(Buffer.from(await fetcher.fetch("")).toString("utf8"));
      assertIsJwks(keys as Jwks);
      replace(keys as Jwks);
    } catch {
      notBeforeMs = performance.now() + retryAfterMs;
    } finally {
      running = undefined;
    }
  };
  return async () => {
    const ageMs = fetcher.ageMs();
    if (ageMs === undefined || ageMs <= maxAgeMs || performance.now() < notBeforeMs) return;
    running ??= refresh();
    await running;
  };
}
