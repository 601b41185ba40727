/**
 * Who is calling: verifies a bearer token against the issuers that the configuration trusts.
 */
import { CodedError } from "../../errors.ts";
import type { VerificationKey } from "../keys/key-set.ts";
import type { WantedKey } from "../keys/key-store.ts";
import { mintPrincipal } from "../principal/principal.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../types.ts";
import { describeFailure } from "./describe-failure.ts";
import { inspectToken, maxTokenBytes } from "./inspect-token.ts";
import { createIssuerVerifier, type IssuerVerifier, type KeyOptions } from "./issuer-verifier.ts";
import { defaultCacheLimits, digestToken, TokenCache, type TokenCacheLimits } from "./token-cache.ts";
import { TokenError } from "./token-error.ts";
import { checkTimes, readTimes, type TokenTimes } from "./token-times.ts";

/** Verifies bearer tokens; keeps each issuer's keys, and tokens that verified, between calls. */
export interface TokenVerifier {
  /**
   * Resolves to the caller that the token stands for: the same object for the same token, while it is remembered.
   *
   * Rejects with nothing but `TokenError` (code `unauthorized`, with a description for the client) or a
   * `CodedError` `jwksUnavailable`, which is retryable: the issuer's keys could not be had.
   */
  verify(token: string): Promise<VerifiedPrincipal>;
}

export interface VerifierOptions extends KeyOptions {
  /** How many verified tokens are remembered. */
  readonly cache?: TokenCacheLimits;
}

/** An issuer that is trusted. */
interface TrustedIssuer {
  readonly verifier: IssuerVerifier;
  readonly configuration: IssuerConfiguration;
  readonly toleranceSeconds: number;
}

/** A token that verified, and what has to hold for it to be taken again. */
interface Verification {
  readonly issuer: TrustedIssuer;
  readonly wanted: WantedKey;
  readonly key: VerificationKey;
  readonly times: TokenTimes;
  readonly principal: VerifiedPrincipal;
}

/**
 * Creates the verifier for a set of issuers, each with its own keys, audience and claim mapping.
 *
 * @throws CodedError `bundleUnavailable` when an issuer cannot be used, or is given twice
 */
export function createTokenVerifier(
  issuers: readonly IssuerConfiguration[],
  options: VerifierOptions = {},
): TokenVerifier {
  const trusted = new Map(
    issuers.map((configuration): [string, TrustedIssuer] => {
      const verifier = createIssuerVerifier(configuration, options);
      const toleranceSeconds = configuration.clockToleranceSeconds ?? 0;
      return [configuration.issuer, { verifier, configuration, toleranceSeconds }];
    }),
  );
  if (trusted.size !== issuers.length) {
    throw new CodedError("bundleUnavailable", "an issuer is configured twice: merge its audiences into one");
  }
  const now = options.now ?? Date.now;
  const cache = new TokenCache<Verification>(options.cache ?? defaultCacheLimits);

  /** What is remembered of a token, if its key is still its issuer's. */
  async function recall(digest: string): Promise<Verification | undefined> {
    const known = cache.get(digest);
    if (known === undefined) return undefined;
    const keys = await known.issuer.verifier.findKeys(known.wanted);
    if (keys.includes(known.key)) return known;
    cache.delete(digest);
    return undefined;
  }

  async function verifyFresh(token: string): Promise<Verification> {
    const inspected = inspectToken(token);
    const issuer = trusted.get(inspected.issuer);
    if (issuer === undefined) throw new TokenError("issuer");
    const { claims, key } = await issuer.verifier.verify(token, inspected);
    const times = readTimes(claims);
    checkTimes(times, now() / 1000, issuer.toleranceSeconds);
    const { toleranceSeconds } = issuer;
    const payload = payloadOf(token);
    const principal = mintPrincipal(claims, issuer.configuration.claims, { toleranceSeconds, payload });
    const { keyId, algorithm } = inspected;
    return { issuer, wanted: { keyId, algorithm }, key, times, principal };
  }

  async function verify(token: string): Promise<VerifiedPrincipal> {
    if (token.length > maxTokenBytes) throw new TokenError("oversized");
    const digest = digestToken(token);
    const known = await recall(digest);
    if (known === undefined) {
      const verification = await verifyFresh(token);
      cache.set(digest, verification, token.length);
      return verification.principal;
    }
    try {
      checkTimes(known.times, now() / 1000, known.issuer.toleranceSeconds);
    } catch (refusal) {
      cache.delete(digest);
      throw refusal;
    }
    return known.principal;
  }

  return {
    verify: (token) =>
      verify(token).catch((cause: unknown) => {
        throw describeFailure(cause);
      }),
  };
}

/** The JSON text of a token that was verified. */
function payloadOf(token: string): string {
  return Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
}
