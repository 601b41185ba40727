/**
 * Verifies a bearer token against the issuers that the configuration trusts.
 *
 * Each issuer has its own keys: a key of one issuer never verifies a token of another. `aws-jwt-verify` parses the
 * token and checks issuer and audience. We choose the key and verify the signature ourselves. The library keeps keys by
 * key id even when another key was published under the same id, allows one key for each id, and does not know the
 * algorithm `Ed25519`.
 */
import { hash } from "node:crypto";
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt";
import { CodedError } from "../../errors.ts";
import { LruMap } from "../../lru.ts";
import type { VerificationKey } from "../keys/key-set.ts";
import { type KeyOptions, KeyStore, type WantedKey } from "../keys/key-store.ts";
import { mintPrincipal } from "../principal/principal.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../types.ts";
import { inspectToken, maxTokenBytes } from "./inspect-token.ts";
import { TokenError, toCodedError } from "./token-error.ts";
import { checkClaims, checkTimes, readTimes, type TokenTimes } from "./token-requirements.ts";

export interface VerifierOptions extends KeyOptions {
  readonly cache?: TokenCacheLimits;
}

export interface TokenCacheLimits {
  /** 0 switches the cache off. */
  readonly maxTokens: number;
  /** Of all tokens together: an entry is never larger than its token. */
  readonly maxBytes: number;
}

export const defaultCacheLimits: TokenCacheLimits = { maxTokens: 1_000, maxBytes: 4_000_000 };

interface TrustedIssuer {
  readonly configuration: IssuerConfiguration;
  readonly keys: KeyStore;
}

/** A verified token, and what must still hold when it comes again. */
interface Verification {
  readonly issuer: TrustedIssuer;
  readonly wanted: WantedKey;
  readonly key: VerificationKey;
  readonly times: TokenTimes;
  readonly principal: VerifiedPrincipal;
  readonly tokenBytes: number;
}

/**
 * Verifies bearer tokens. Between calls it keeps each issuer's keys, and tokens that verified.
 *
 * It does not remember refusals: a refusal costs one verification at most, and anybody could fill the cache with them.
 */
export class TokenVerifier {
  readonly #options: VerifierOptions;
  readonly #trusted: ReadonlyMap<string, TrustedIssuer>;
  /** By the token's SHA-256 digest: a reader of this memory cannot use a token. */
  readonly #verified: LruMap<string, Verification>;
  readonly #issuersText: string;
  #issuers: readonly IssuerConfiguration[];

  /** @throws CodedError `bundleUnavailable` when an issuer cannot be used, or is given twice */
  constructor(issuers: readonly IssuerConfiguration[], options: VerifierOptions = {}) {
    this.#options = options;
    this.#issuers = issuers;
    this.#issuersText = JSON.stringify(issuers);
    this.#trusted = new Map(issuers.map((each) => [each.issuer, trust(each, options)]));
    if (this.#trusted.size !== issuers.length) {
      throw new CodedError(
        "bundleUnavailable",
        "an issuer is configured twice: merge its audiences into one",
      );
    }
    const { maxTokens, maxBytes } = options.cache ?? defaultCacheLimits;
    this.#verified = new LruMap({
      maxEntries: maxTokens,
      maxWeight: maxBytes,
      weightOf: ({ tokenBytes }) => tokenBytes,
    });
  }

  /**
   * Returns this verifier, with its keys and tokens, if no issuer has changed. Otherwise returns a new one, which has
   * verified nothing under the old rules. Throws as the constructor does.
   */
  for(issuers: readonly IssuerConfiguration[]): TokenVerifier {
    if (issuers === this.#issuers) return this;
    // A bundle is canonical JSON: equal issuers have equal texts.
    if (JSON.stringify(issuers) !== this.#issuersText) return new TokenVerifier(issuers, this.#options);
    this.#issuers = issuers;
    return this;
  }

  /**
   * Resolves to the caller of the token: the same object for the same token, while it is remembered.
   *
   * Rejects only with `TokenError` (code `unauthorized`, with a description for the client) or with a retryable
   * `CodedError` `jwksUnavailable`: the issuer's keys could not be fetched.
   */
  async verify(token: string): Promise<VerifiedPrincipal> {
    try {
      return await this.#verify(token);
    } catch (cause) {
      throw toCodedError(cause);
    }
  }

  async #verify(token: string): Promise<VerifiedPrincipal> {
    if (token.length > maxTokenBytes) throw new TokenError("oversized");
    const digest = digestToken(token);
    const known = await this.#recall(digest);
    if (known === undefined) {
      const verification = await this.#verifyFresh(token);
      const { maxTokens, maxBytes } = this.#options.cache ?? defaultCacheLimits;
      if (maxTokens > 0 && token.length <= maxBytes) this.#verified.set(digest, verification);
      return verification.principal;
    }
    try {
      this.#checkTimes(known.times, known.issuer);
    } catch (refusal) {
      this.#verified.delete(digest);
      throw refusal;
    }
    return known.principal;
  }

  /** Returns what is remembered of a token, if its key is still one of its issuer's keys. */
  async #recall(digest: string): Promise<Verification | undefined> {
    const known = this.#verified.get(digest);
    if (known === undefined) return undefined;
    const keys = await known.issuer.keys.find(known.wanted);
    if (keys.includes(known.key)) return known;
    this.#verified.delete(digest);
    return undefined;
  }

  async #verifyFresh(token: string): Promise<Verification> {
    const { keyId, algorithm, type, issuer: name } = inspectToken(token);
    const issuer = this.#trusted.get(name);
    if (issuer === undefined) throw new TokenError("issuer");
    const { configuration, keys } = issuer;
    const { headerB64, payloadB64, signatureB64, payload } = decomposeUnverifiedJwt(token);
    const wanted = { keyId, algorithm };
    const signature = Buffer.from(signatureB64, "base64url");
    const key = await keys.findSigner(wanted, { algorithm, text: `${headerB64}.${payloadB64}`, signature });
    await checkClaims(payload, type, configuration);
    const times = readTimes(payload);
    this.#checkTimes(times, issuer);
    const principal = mintPrincipal(payload, configuration.claims, {
      toleranceSeconds: configuration.clockToleranceSeconds ?? 0,
      payload: Buffer.from(payloadB64, "base64url").toString("utf8"),
    });
    return { issuer, wanted, key, times, principal, tokenBytes: token.length };
  }

  #checkTimes(times: TokenTimes, { configuration }: TrustedIssuer): void {
    const nowMs = (this.#options.now ?? Date.now)();
    checkTimes(times, nowMs / 1000, configuration.clockToleranceSeconds ?? 0);
  }
}

/** Returns the name under which a token is remembered. */
export function digestToken(token: string): string {
  return hash("sha256", token, "base64");
}

/** @throws CodedError `bundleUnavailable` when the issuer cannot be used */
function trust(configuration: IssuerConfiguration, options: KeyOptions): TrustedIssuer {
  try {
    return { configuration, keys: new KeyStore(configuration, options) };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : "unknown failure";
    const message = `issuer \`${configuration.issuer}\` cannot be used: ${detail}`;
    throw new CodedError("bundleUnavailable", message, { cause });
  }
}
