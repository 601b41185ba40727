/**
 * One issuer's keys: fetched when first needed, fetched anew when none fits a token or the set has grown old, and
 * never more often than is useful.
 *
 * A key that is published unchanged keeps its object through every fetch. So whoever holds a key that once verified
 * something can tell by `===` whether it is still the issuer's.
 */
import { CodedError } from "../../errors.ts";
import { TokenError, type TokenRefusal } from "../token/token-error.ts";
import { describeDownloadFailure } from "./download-json.ts";
import { type KeySet, readKeySet, type VerificationKey } from "./key-set.ts";

/** How long keys are used, and how long a fetch may take. */
export interface KeyTimes {
  /** Bound on one fetch. */
  readonly timeoutMs: number;
  /** How long a failed fetch is answered from memory while there is no key to fall back on. */
  readonly retryAfterMs: number;
  /** After a fetch that brought no key that fits, the next one for want of such a key. */
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

/** Where keys come from. */
export interface KeySource {
  /** Its address, for messages. */
  readonly uri: string;
  /** Resolves to a key set as it was published; rejects with whatever went wrong, within the time given. */
  load(timeoutMs: number): Promise<unknown>;
}

export interface KeyStoreOptions {
  /** `undefined` when only preloaded keys count and nothing may be fetched. */
  readonly source: KeySource | undefined;
  readonly preloaded: KeySet | undefined;
  readonly times: KeyTimes;
  /** Clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of each fetch that failed, also while there are keys to go on with. */
  readonly onFailure?: ((uri: string, why: string) => void) | undefined;
}

/** Which key a token asks for. */
export interface WantedKey {
  /** The header's `kid`. */
  readonly keyId: string | undefined;
  readonly algorithm: string;
}

/** Keeps the keys of one issuer. */
export class KeyStore {
  readonly #options: KeyStoreOptions;
  #set: KeySet | undefined;
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
   * Resolves to the issuer's keys that a token may be signed with: those that its header's `kid` names, among those for
   * its algorithm. Different keys may share a `kid` (RFC 7517 section 4.5). Without one there has to be a single key
   * for the algorithm (OpenID Connect Core 1.0 section 10.1).
   *
   * @param tried keys that did not sign the token, and are no answer
   * @throws TokenError `unknownKey`, `unfitKey` or `ambiguousKey`; CodedError `jwksUnavailable` when the keys cannot be had
   */
  async find(wanted: WantedKey, tried: readonly VerificationKey[] = []): Promise<readonly VerificationKey[]> {
    const isRenewed = this.#isRenewalDue() && (await this.#renew());
    if (this.#areTooOld()) {
      // INVARIANT: keys grow old only where they can be fetched, and were just now, or failed lately.
      this.#set = undefined;
    }
    const known = this.#pick(wanted, tried);
    if (known.length > 0) return known;
    const { source, times } = this.#options;
    if (source === undefined || this.#isWithin(this.#foundNothingAtMs, times.unknownKeyAfterMs)) {
      throw new TokenError(this.#whyNone(wanted));
    }
    if (this.#failure && this.#isWithin(this.#failure.atMs, times.retryAfterMs)) throw this.#failure.error;
    if (!isRenewed) await this.#fetch();
    const fetched = this.#pick(wanted, tried);
    if (fetched.length > 0) return fetched;
    // Somebody may be making ids up: the next fetch has to wait.
    this.#foundNothingAtMs = this.#options.now();
    throw new TokenError(this.#whyNone(wanted));
  }

  #pick(wanted: WantedKey, tried: readonly VerificationKey[]): readonly VerificationKey[] {
    const fitting = this.#fitting(wanted);
    if (wanted.keyId === undefined && fitting.length > 1) return [];
    return fitting.filter((key) => !tried.includes(key));
  }

  #fitting({ keyId, algorithm }: WantedKey): readonly VerificationKey[] {
    const keys = this.#set?.keys ?? [];
    return keys.filter(
      ({ id, algorithms }) => algorithms.includes(algorithm) && (keyId === undefined || id === keyId),
    );
  }

  #whyNone(wanted: WantedKey): TokenRefusal {
    const { keyId } = wanted;
    if (keyId === undefined) return this.#fitting(wanted).length > 1 ? "ambiguousKey" : "unknownKey";
    const isPublished = this.#set?.unusableIds.has(keyId) || this.#set?.keys.some(({ id }) => id === keyId);
    return isPublished ? "unfitKey" : "unknownKey";
  }

  /** Tries to replace keys that have grown old; tells whether that was possible. */
  #renew(): Promise<boolean> {
    return this.#fetch().then(
      () => true,
      () => false,
    );
  }

  #isRenewalDue(): boolean {
    const { source, times } = this.#options;
    if (source === undefined || this.#set === undefined) return false;
    if (this.#isWithin(this.#keysAtMs, times.maxAgeMs)) return false;
    return !(this.#failure && this.#isWithin(this.#failure.atMs, times.renewAfterMs));
  }

  #areTooOld(): boolean {
    const { source, times, now } = this.#options;
    return source !== undefined && now() - this.#keysAtMs >= times.maxStaleMs;
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
    const { source, times, now, onFailure } = this.#options;
    if (source === undefined) return;
    try {
      this.#replace(readKeySet(await source.load(times.timeoutMs)));
      this.#failure = undefined;
    } catch (cause) {
      const why = describeDownloadFailure(cause);
      onFailure?.(source.uri, why);
      const message = `keys could not be fetched from \`${source.uri}\`: ${why}; try again later`;
      const error = new CodedError("jwksUnavailable", message, { cause });
      this.#failure = { atMs: now(), error };
      throw error;
    }
  }

  #replace({ keys, unusableIds }: KeySet): void {
    const known = new Map(this.#set?.keys.map((key) => [key.text, key]));
    this.#set = { keys: keys.map((key) => known.get(key.text) ?? key), unusableIds };
    this.#keysAtMs = this.#options.now();
  }
}
