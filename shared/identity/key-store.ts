/**
 * One issuer's keys: fetched when first needed, fetched anew when a key id is unknown or the set has grown old, and
 * never more often than is useful.
 *
 * A key that is published unchanged keeps its object through every fetch. So whoever holds a key that once verified
 * something can tell by `===` whether it is still the issuer's.
 */
import type { Jwk, Jwks } from "aws-jwt-verify/jwk";
import { CodedError } from "../errors.ts";
import { type DownloadKeys, describeDownloadFailure } from "./download-keys.ts";
import { TokenError } from "./token-error.ts";

/** How long keys are used, and how long a fetch may take. */
export interface KeyTimes {
  /** Bound on one fetch. */
  readonly timeoutMs: number;
  /** How long a failed fetch is answered from memory while there is no key to fall back on. */
  readonly retryAfterMs: number;
  /** After a fetch that brought no key of the wanted id, the next one for an unknown id. */
  readonly unknownKeyAfterMs: number;
  /** Age at which fetched keys are fetched anew, so that a withdrawn key is forgotten. */
  readonly maxAgeMs: number;
  /** After a failed renewal, requests are not held up again for this long. */
  readonly renewAfterMs: number;
  /** Age at which keys that cannot be renewed are no longer used. */
  readonly maxStaleMs: number;
}

export const defaultKeyTimes: KeyTimes = {
  timeoutMs: 3_000,
  retryAfterMs: 2_000,
  unknownKeyAfterMs: 10_000,
  maxAgeMs: 3_600_000,
  renewAfterMs: 60_000,
  maxStaleMs: 86_400_000,
};

export interface KeyStoreOptions {
  /** Where the keys are; `undefined` when only preloaded keys count and nothing may be fetched. */
  readonly uri: string | undefined;
  readonly preloaded: Jwks | undefined;
  readonly times: KeyTimes;
  /** Clock, in milliseconds since the epoch. */
  readonly now: () => number;
  readonly download: DownloadKeys;
}

/** Keeps the keys of one issuer. */
export class KeyStore {
  readonly #options: KeyStoreOptions;
  #keys: ReadonlyMap<string, Jwk> | undefined;
  /** When the keys were fetched, or preloaded. */
  #keysAtMs = 0;
  /** The last failure since the last success. */
  #failure: { readonly atMs: number; readonly error: CodedError } | undefined;
  #foundNothingAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(options: KeyStoreOptions) {
    this.#options = options;
    if (options.preloaded) this.#replace(options.preloaded);
  }

  /**
   * Resolves to the issuer's key of an id.
   *
   * @throws TokenError `unknownKey`; CodedError `jwksUnavailable` when the keys cannot be had
   */
  async find(keyId: string): Promise<Jwk> {
    const isRenewed = this.#isRenewalDue() && (await this.#renew());
    if (this.#areTooOld()) {
      // INVARIANT: keys grow old only where they can be fetched, and were just now, or failed lately.
      this.#keys = undefined;
    }
    const key = this.#keys?.get(keyId);
    if (key !== undefined) return key;
    const { uri, times } = this.#options;
    if (uri === undefined || this.#isWithin(this.#foundNothingAtMs, times.unknownKeyAfterMs)) {
      throw new TokenError("unknownKey");
    }
    if (this.#failure && this.#isWithin(this.#failure.atMs, times.retryAfterMs)) throw this.#failure.error;
    if (!isRenewed) await this.#fetch();
    const fetched = this.#keys?.get(keyId);
    if (fetched !== undefined) return fetched;
    // Somebody may be making ids up: the next fetch has to wait.
    this.#foundNothingAtMs = this.#options.now();
    throw new TokenError("unknownKey");
  }

  /** Tries to replace keys that have grown old; tells whether that was possible. */
  #renew(): Promise<boolean> {
    return this.#fetch().then(
      () => true,
      () => false,
    );
  }

  #isRenewalDue(): boolean {
    const { uri, times } = this.#options;
    if (uri === undefined || this.#keys === undefined) return false;
    if (this.#isWithin(this.#keysAtMs, times.maxAgeMs)) return false;
    return !(this.#failure && this.#isWithin(this.#failure.atMs, times.renewAfterMs));
  }

  #areTooOld(): boolean {
    const { uri, times, now } = this.#options;
    return uri !== undefined && now() - this.#keysAtMs >= times.maxStaleMs;
  }

  /** Whether a span of time that began then is still running. A clock that was set back ends every span. */
  #isWithin(startMs: number, lengthMs: number): boolean {
    const passedMs = this.#options.now() - startMs;
    return passedMs >= 0 && passedMs < lengthMs;
  }

  /** Fetches, once for all who wait at the same time. */
  #fetch(): Promise<void> {
    this.#running ??= this.#download().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #download(): Promise<void> {
    const { uri = "", times, download, now } = this.#options;
    try {
      this.#replace(await download(uri, times.timeoutMs));
      this.#failure = undefined;
    } catch (cause) {
      const why = describeDownloadFailure(cause);
      const message = `keys could not be fetched from \`${uri}\`: ${why}; try again later`;
      const error = new CodedError("jwksUnavailable", message, { cause });
      this.#failure = { atMs: now(), error };
      throw error;
    }
  }

  #replace({ keys }: Jwks): void {
    const next = new Map<string, Jwk>();
    for (const key of keys) {
      if (typeof key.kid !== "string" || next.has(key.kid)) continue;
      const known = this.#keys?.get(key.kid);
      next.set(key.kid, known && isSame(known, key) ? known : key);
    }
    this.#keys = next;
    this.#keysAtMs = this.#options.now();
  }
}

/** Whether two keys say the same, in whatever order. A difference that means nothing only costs a verification. */
function isSame(one: Jwk, other: Jwk): boolean {
  return sortedText(one) === sortedText(other);
}

function sortedText(key: Jwk): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));
}
