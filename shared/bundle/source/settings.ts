/**
 * Reads from the environment where the bundle is and how fresh it must be.
 *
 * A malformed number is an error: a default in its place would be a limit that nobody chose.
 */
import { parsePublicKeys, type SignatureKey } from "../signature.ts";
import { openStore } from "../stores/open-store.ts";
import { type BundleStore, unusable } from "../stores/store.ts";
import type { BundlePlace } from "../types.ts";

/** Environment variables, as in `process.env`. A variable that is empty counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface BundleSettings {
  readonly store: BundleStore;
  readonly place: BundlePlace;
  /** Keys of which one must have signed the bundle; none: signatures are not required. */
  readonly publicKeys: readonly SignatureKey[];
  /** What a signed bundle must have been signed for; `undefined`: anything. */
  readonly audience: string | undefined;
  /** A signed bundle with a smaller sequence is refused. */
  readonly minSequence: number;
  /** Time between checks for a newer bundle; 0 checks at every call. */
  readonly refreshMs: number;
  /** A newer bundle with fewer policies or bindings than this part of those in use is refused; 0: one without any is. */
  readonly minKeptPercent: number;
  /** Longest time since a successful check; infinite when not set. */
  readonly maxStaleMs: number;
}

const defaultRefreshSeconds = 60;
const maxSeconds = 31_536_000;
/** Seconds since the epoch, unless you chose other numbers. */
const sequences = { unit: "sequence", max: 99_999_999_999 } as const;
/** AppConfig Data API, StartConfigurationSession: the least `RequiredMinimumPollIntervalInSeconds`. */
const minAppConfigSeconds = 15;

/**
 * Reads `AUTHORIZER_BUNDLE`, `AUTHORIZER_BUNDLE_PUBLIC_KEY`, `AUTHORIZER_BUNDLE_AUDIENCE`, `AUTHORIZER_BUNDLE_MIN_SEQUENCE`,
 * `AUTHORIZER_REFRESH_SECONDS`, `AUTHORIZER_MAX_STALE_SECONDS` and `AUTHORIZER_MIN_KEPT_PERCENT`.
 *
 * @throws CodedError `bundleUnavailable` naming the variable that is unusable
 */
export function readBundleSettings(
  environment: Environment,
  packaged: unknown,
  place: BundlePlace = "live",
): BundleSettings {
  // A malformed name of the table must keep every call from being decided, as a missing bundle does.
  readPrincipalsTable(environment);
  const keyText = environment["AUTHORIZER_BUNDLE_PUBLIC_KEY"];
  const publicKeys = keyText ? parsePublicKeys(keyText) : [];
  const refresh = readRefreshSeconds(environment);
  const maxStale = readSeconds(environment, "AUTHORIZER_MAX_STALE_SECONDS") ?? Number.POSITIVE_INFINITY;
  if (maxStale < refresh) {
    throw unusable(
      `\`AUTHORIZER_MAX_STALE_SECONDS\` (${maxStale}) must not be less than \`AUTHORIZER_REFRESH_SECONDS\` (${refresh})`,
    );
  }
  const location = environment["AUTHORIZER_BUNDLE"] || "package:";
  const store = openStore(location, { packaged, environment, refreshSeconds: refresh });
  if (location.startsWith("appconfig:") && refresh < minAppConfigSeconds) {
    throw unusable(
      `AppConfig accepts a request every ${minAppConfigSeconds} seconds; \`AUTHORIZER_REFRESH_SECONDS\` (${refresh}) must not be less`,
    );
  }
  const minKeptPercent =
    readNumber(environment, "AUTHORIZER_MIN_KEPT_PERCENT", { unit: "percent", max: 100 }) ?? 0;
  // The deployment package comes from the person who deploys, so its bundle needs no audience.
  const audience = environment["AUTHORIZER_BUNDLE_AUDIENCE"] || (store.isFixed ? undefined : location);
  const minSequence = readNumber(environment, "AUTHORIZER_BUNDLE_MIN_SEQUENCE", sequences) ?? 0;
  const signing = { publicKeys, audience, minSequence };
  return { store, place, ...signing, refreshMs: refresh * 1000, minKeptPercent, maxStaleMs: maxStale * 1000 };
}

function readRefreshSeconds(environment: Environment): number {
  return readSeconds(environment, "AUTHORIZER_REFRESH_SECONDS") ?? defaultRefreshSeconds;
}

/** The table that attaches policies to single principals. */
export interface PrincipalsTable {
  readonly name: string;
  /** How long an item is used again. */
  readonly keepMs: number;
}

/** An item is never kept for longer than this, however long the bundle is. */
const maxKeepSeconds = 60;

/**
 * Reads `AUTHORIZER_PRINCIPALS_TABLE`, and how long its items are kept: as long as the bundle.
 *
 * @throws CodedError `bundleUnavailable` for a malformed name
 */
export function readPrincipalsTable(environment: Environment): PrincipalsTable | undefined {
  const name = environment["AUTHORIZER_PRINCIPALS_TABLE"];
  if (!name) return undefined;
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(name))
    throw unusable(`\`AUTHORIZER_PRINCIPALS_TABLE\` must be the name of a DynamoDB table, not \`${name}\``);
  return { name, keepMs: Math.min(readRefreshSeconds(environment), maxKeepSeconds) * 1000 };
}

function readSeconds(environment: Environment, name: string): number | undefined {
  return readNumber(environment, name, { unit: "seconds", max: maxSeconds });
}

function readNumber(
  environment: Environment,
  name: string,
  { unit, max }: { readonly unit: string; readonly max: number },
): number | undefined {
  const text = environment[name];
  if (text === undefined || text === "") return undefined;
  const value = /^\d{1,11}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw unusable(
    `\`${name}\` must be a whole number${unit === "sequence" ? "" : ` of ${unit}`} up to ${max}, not \`${text}\``,
  );
}
