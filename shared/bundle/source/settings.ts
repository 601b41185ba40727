/** Reads from the settings where the bundle is and how fresh it must be. */
import type { Settings } from "../../settings.ts";
import { parsePublicKeys, type SignatureKey } from "../signature.ts";
import { openStore } from "../stores/open-store.ts";
import { type BundleStore, unusable } from "../stores/store.ts";
import type { BundlePlace } from "../types.ts";

export interface BundleSettings {
  readonly store: BundleStore;
  readonly place: BundlePlace;
  /** One of these keys must have signed the bundle. None: signatures are not required. */
  readonly publicKeys: readonly SignatureKey[];
  /** The audience of a signed bundle; `undefined`: any. */
  readonly audience: string | undefined;
  /** A signed bundle with a smaller sequence is refused. */
  readonly minSequence: number;
  /** Time between checks for a newer bundle; 0 checks at every call. */
  readonly refreshMs: number;
  /** A newer bundle with a smaller part of the policies or bindings is refused; 0: only one without any is. */
  readonly minKeptPercent: number;
  /** Longest time since a successful check; infinite when not set. */
  readonly maxStaleMs: number;
}

/** AppConfig Data API, StartConfigurationSession: the least `RequiredMinimumPollIntervalInSeconds`. */
const minAppConfigSeconds = 15;

/**
 * Reads `AUTHORIZER_BUNDLE`, `AUTHORIZER_BUNDLE_PUBLIC_KEY`, `AUTHORIZER_BUNDLE_AUDIENCE`, `AUTHORIZER_BUNDLE_MIN_SEQUENCE`,
 * `AUTHORIZER_REFRESH_SECONDS`, `AUTHORIZER_MAX_STALE_SECONDS` and `AUTHORIZER_MIN_KEPT_PERCENT`.
 *
 * @throws CodedError `bundleUnavailable` naming the variable that is unusable
 */
export function readBundleSettings(
  settings: Settings,
  packaged: unknown,
  place: BundlePlace = "live",
): BundleSettings {
  // A malformed name of the table must refuse every call, as a missing bundle does.
  const { AUTHORIZER_PRINCIPALS_TABLE: _ } = settings;
  const keyText = settings.AUTHORIZER_BUNDLE_PUBLIC_KEY;
  const publicKeys = keyText ? parsePublicKeys(keyText) : [];
  const refresh = settings.AUTHORIZER_REFRESH_SECONDS;
  const maxStale = settings.AUTHORIZER_MAX_STALE_SECONDS;
  if (maxStale < refresh) {
    throw unusable(
      `\`AUTHORIZER_MAX_STALE_SECONDS\` (${maxStale}) must not be less than \`AUTHORIZER_REFRESH_SECONDS\` (${refresh})`,
    );
  }
  const location = settings.AUTHORIZER_BUNDLE;
  const store = openStore(location, { packaged, settings, refreshSeconds: refresh });
  if (location.startsWith("appconfig:") && refresh < minAppConfigSeconds) {
    throw unusable(
      `AppConfig accepts a request every ${minAppConfigSeconds} seconds; \`AUTHORIZER_REFRESH_SECONDS\` (${refresh}) must not be less`,
    );
  }
  const minKeptPercent = settings.AUTHORIZER_MIN_KEPT_PERCENT;
  // The deployment package comes from the person who deploys, so its bundle needs no audience.
  const audience = settings.AUTHORIZER_BUNDLE_AUDIENCE ?? (store.isFixed ? undefined : location);
  const minSequence = settings.AUTHORIZER_BUNDLE_MIN_SEQUENCE;
  const signing = { publicKeys, audience, minSequence };
  return { store, place, ...signing, refreshMs: refresh * 1000, minKeptPercent, maxStaleMs: maxStale * 1000 };
}
