/**
 * One issuer's keys. They are fetched on first use, and again when no key fits a token or the set has grown old, but
 * not too often.
 *
 * A key that is published unchanged keeps its object through every fetch. So if you hold a key that once verified a
 * token, `===` says whether it is still the issuer's.
 */
import { CodedError } from "../../errors.ts";
import { isWithin } from "../../time.ts";
import { TokenError, type TokenRefusal } from "../token/token-error.ts";
import type { IssuerConfiguration } from "../types.ts";
import { isSignedBy, type SignedText } from "./algorithms.ts";
import { type DownloadJson, describeDownloadFailure, downloadJson } from "./download-json.ts";
import { type KeySet, readKeySet, type VerificationKey } from "./key-set.ts";
import { createKeySource, type KeySource } from "./key-source.ts";

/** How long keys are used, and how long a fetch may take. */
export interface KeyTimes {
  readonly timeoutMs: number;
  /** Pause after a failed fetch, if there is no key to fall back on: until then the failure is answered from memory. */
  readonly retryAfterMs: number;
  /** Pause after a fetch that brought no fitting key. */
  readonly unknownKeyAfterMs: number;
  /** Age at which keys are fetched again, so that a withdrawn key is forgotten. */
  readonly maxAgeMs: number;
  /** Pause after a failed renewal, so that it does not delay every request. */
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

export interface KeyOptions {
  readonly keyTimes?: Partial<KeyTimes>;
  /** Clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  readonly download?: DownloadJson;
  /** Called for each failed fetch of keys, even if known keys stay in use. */
  readonly onKeysFailure?: (uri: string, why: string) => void;
}

export interface WantedKey {
  /** The header's `kid`. */
  readonly keyId: string | undefined;
  readonly algorithm: string;
}

export class KeyStore {
  /** `undefined` when only preloaded keys count. */
  readonly #source: KeySource | undefined;
  readonly #times: KeyTimes;
  readonly #now: () => number;
  readonly #onFailure: KeyOptions["onKeysFailure"];
  #set: KeySet | undefined;
  /** When the keys were fetched, or preloaded. */
  #keysAtMs = 0;
  /** Since the last success. */
  #failure: { readonly atMs: number; readonly error: CodedError } | undefined;
  #foundNothingAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  /**
   * Preloaded keys are in place at once, and nothing is fetched for them.
   *
   * @throws Error when the issuer's keys cannot be used
   */
  constructor(issuer: IssuerConfiguration, options: KeyOptions = {}) {
    const { download = downloadJson, keyTimes, now = Date.now, onKeysFailure } = options;
    this.#source = createKeySource(issuer, download);
    this.#times = { ...defaultKeyTimes, ...keyTimes };
    this.#now = now;
    this.#onFailure = onKeysFailure;
    if (issuer.jwks) this.#replace(readKeySet(issuer.jwks));
  }

  /**
   * Finds the issuer's keys that may have signed a token: those that its header's `kid` names and that are for its
   * algorithm. Different keys may share a `kid` (RFC 7517 section 4.5). Without a `kid` there must be a single key for the
   * algorithm (OpenID Connect Core 1.0 section 10.1).
   *
   * @param tried keys that did not sign the token: they are not returned
   * @throws TokenError `unknownKey`, `unfitKey` or `ambiguousKey`; CodedError `jwksUnavailable` when keys cannot be fetched
   */
  async find(wanted: WantedKey, tried: readonly VerificationKey[] = []): Promise<readonly VerificationKey[]> {
    const isRenewed = this.#isRenewalDue() && (await this.#renew());
    if (this.#areTooOld()) {
      // INVARIANT: keys grow old only if they can be fetched; that was tried just now, or failed a short time ago.
      this.#set = undefined;
    }
    const known = this.#pick(wanted, tried);
    if (known.length > 0) return known;
    const { unknownKeyAfterMs, retryAfterMs } = this.#times;
    if (this.#source === undefined || this.#isWithin(this.#foundNothingAtMs, unknownKeyAfterMs)) {
      throw new TokenError(this.#whyNone(wanted));
    }
    if (this.#failure && this.#isWithin(this.#failure.atMs, retryAfterMs)) throw this.#failure.error;
    if (!isRenewed) await this.#fetch();
    const fetched = this.#pick(wanted, tried);
    if (fetched.length > 0) return fetched;
    // The ids may be invented: the next fetch has to wait.
    this.#foundNothingAtMs = this.#now();
    throw new TokenError(this.#whyNone(wanted));
  }

  /** @throws TokenError `signature`, or as {@link find} */
  async findSigner(wanted: WantedKey, signed: SignedText): Promise<VerificationKey> {
    const isSigner = ({ keyObject, curve }: VerificationKey) => isSignedBy(keyObject, curve, signed);
    const keys = await this.find(wanted, []);
    const signer = keys.find(isSigner);
    if (signer !== undefined) return signer;
    const refusal = new TokenError("signature");
    if (wanted.keyId !== undefined) throw refusal;
    // A token without a key id cannot say that its issuer has a new key by now.
    const newer = await this.find(wanted, keys).catch((cause: unknown) => {
      throw cause instanceof TokenError ? refusal : cause;
    });
    const other = newer.find(isSigner);
    if (other === undefined) throw refusal;
    return other;
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

  /** Tries to replace keys that have grown old; says whether that worked. */
  #renew(): Promise<boolean> {
    return this.#fetch().then(
      () => true,
      () => false,
    );
  }

  #isRenewalDue(): boolean {
    if (this.#source === undefined || this.#set === undefined) return false;
    if (this.#isWithin(this.#keysAtMs, this.#times.maxAgeMs)) return false;
    return !(this.#failure && this.#isWithin(this.#failure.atMs, this.#times.renewAfterMs));
  }

  #areTooOld(): boolean {
    return this.#source !== undefined && this.#now() - this.#keysAtMs >= this.#times.maxStaleMs;
  }

  #isWithin(startMs: number, lengthMs: number): boolean {
    return isWithin(this.#now() - startMs, lengthMs);
  }

  /** Concurrent callers share one fetch. */
  #fetch(): Promise<void> {
    this.#running ??= this.#download().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #download(): Promise<void> {
    const source = this.#source;
    if (source === undefined) return;
    try {
      this.#replace(readKeySet(await source.load(this.#times.timeoutMs)));
      this.#failure = undefined;
    } catch (cause) {
      const why = describeDownloadFailure(cause);
      this.#onFailure?.(source.uri, why);
      const message = `keys could not be fetched from \`${source.uri}\`: ${why}; try again later`;
      const error = new CodedError("jwksUnavailable", message, { cause });
      this.#failure = { atMs: this.#now(), error };
      throw error;
    }
  }

  #replace({ keys, unusableIds }: KeySet): void {
    const known = new Map(this.#set?.keys.map((key) => [key.text, key]));
    this.#set = { keys: keys.map((key) => known.get(key.text) ?? key), unusableIds };
    this.#keysAtMs = this.#now();
  }
}
