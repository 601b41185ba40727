/**
 * Reads from the environment where the bundle is and how fresh it must be.
 *
 * A number that cannot be read is an error: a default in its place would be a limit that nobody chose.
 */
import { parsePublicKeys, type SignatureKey } from "./bundle-signature.ts";
import { type BundleStore, openStore, unusable } from "./store.ts";

/** Environment variables, as in `process.env`. A variable that is empty counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface BundleSettings {
  readonly store: BundleStore;
  /** Keys of which one must have signed a bundle; none when signatures are not asked for. */
  readonly publicKeys: readonly SignatureKey[];
  /** Time between checks for a newer bundle; 0 checks at every call. */
  readonly refreshMs: number;
  /** Longest time since a successful check; infinite when not set. */
  readonly maxStaleMs: number;
}

const defaultRefreshSeconds = 60;
const maxSeconds = 31_536_000;

/**
 * Reads `AUTHORIZER_BUNDLE`, `AUTHORIZER_BUNDLE_PUBLIC_KEY`, `AUTHORIZER_REFRESH_SECONDS` and
 * `AUTHORIZER_MAX_STALE_SECONDS`.
 *
 * @throws CodedError `bundleUnavailable` naming the variable that is unusable
 */
export function readBundleSettings(environment: Environment, packaged: unknown): BundleSettings {
  const store = openStore(environment["AUTHORIZER_BUNDLE"] || "package:", packaged);
  const keyText = environment["AUTHORIZER_BUNDLE_PUBLIC_KEY"];
  const publicKeys = keyText ? parsePublicKeys(keyText) : [];
  const refresh = readSeconds(environment, "AUTHORIZER_REFRESH_SECONDS") ?? defaultRefreshSeconds;
  const maxStale = readSeconds(environment, "AUTHORIZER_MAX_STALE_SECONDS") ?? Number.POSITIVE_INFINITY;
  if (maxStale < refresh) {
    throw unusable(
      `\`AUTHORIZER_MAX_STALE_SECONDS\` (${maxStale}) must not be less than \`AUTHORIZER_REFRESH_SECONDS\` (${refresh})`,
    );
  }
  return { store, publicKeys, refreshMs: refresh * 1000, maxStaleMs: maxStale * 1000 };
}

function readSeconds(environment: Environment, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === "") return undefined;
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= maxSeconds) return seconds;
  throw unusable(`\`${name}\` must be a whole number of seconds up to ${maxSeconds}, not \`${text}\``);
}
