/**
 * Who is calling: verifies a bearer token against the issuers that the configuration trusts.
 */
import { CodedError } from "../errors.ts";
import { describeFailure } from "./describe-failure.ts";
import { inspectToken } from "./inspect-token.ts";
import { createIssuerVerifier, type VerifierOptions } from "./issuer-verifier.ts";
import { mintPrincipal } from "./principal.ts";
import { TokenError } from "./token-error.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "./types.ts";

/** Verifies bearer tokens; keeps each issuer's keys between calls. */
export interface TokenVerifier {
  /**
   * Resolves to the caller that the token stands for.
   *
   * Rejects with nothing but `TokenError` (code `unauthorized`, with a description for the client) or a
   * `CodedError` `jwksUnavailable`, which is retryable: the issuer's keys could not be had.
   */
  verify(token: string): Promise<VerifiedPrincipal>;
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
    issuers.map((issuer) => [
      issuer.issuer,
      { mapping: issuer.claims, verifyToken: createIssuerVerifier(issuer, options) },
    ]),
  );
  if (trusted.size !== issuers.length) {
    throw new CodedError("bundleUnavailable", "an issuer is configured twice: merge its audiences into one");
  }
  return {
    async verify(token) {
      const issuer = trusted.get(inspectToken(token).issuer);
      if (issuer === undefined) throw new TokenError("issuer");
      const claims = await issuer.verifyToken(token).catch((cause: unknown) => {
        throw describeFailure(cause);
      });
      return mintPrincipal(claims, issuer.mapping);
    },
  };
}
