/**
 * Verifies the tokens of one issuer with `aws-jwt-verify`.
 *
 * Each issuer has a verifier and a key cache of its own: a key of one issuer can never vouch for another.
 */
import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import { assertIsJwks, type Jwk, type Jwks, SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { JwtHeader } from "aws-jwt-verify/jwt-model";
import { CodedError } from "../errors.ts";
import type { ClaimSet } from "./claims.ts";
import { createJwksFetcher } from "./jwks-fetcher.ts";
import { assertKeyFits } from "./key-fit.ts";
import { createKeyRefresh } from "./key-refresh.ts";
import type { IssuerConfiguration } from "./types.ts";

/** How tokens are verified, for all issuers alike. */
export interface VerifierOptions {
  /** Tolerated difference between clocks, for `exp` and `nbf`; default 0. */
  readonly graceSeconds?: number;
  /** Bound on one fetch of an issuer's keys; default 3000. */
  readonly jwksTimeoutMs?: number;
  /** How long a failed fetch is answered from memory; default 2000. */
  readonly jwksRetryAfterMs?: number;
  /** Age at which fetched keys are fetched anew, so that a withdrawn key is forgotten; default 3600. */
  readonly jwksMaxAgeSeconds?: number;
}

/** `https://cognito-idp.<region>.amazonaws.com/<pool>`, and Cognito's newer multi-Region form of it. */
const cognitoIssuer =
  /^https:\/\/(?:issuer-)?cognito-idp\.([a-z0-9-]+)\.amazonaws\.com\/(?<pool>\1_[A-Za-z0-9]+)$/;

/** Resolves to the payload of a token that verifies; rejects with the library's errors or ours. */
export type IssuerVerifier = (token: string) => Promise<ClaimSet>;

/**
 * Creates the verifier of one issuer; preloaded keys are in place at once and nothing is fetched for them.
 *
 * @throws CodedError `bundleUnavailable` when the configuration cannot be used
 */
export function createIssuerVerifier(issuer: IssuerConfiguration, options: VerifierOptions): IssuerVerifier {
  try {
    const pool = cognitoIssuer.exec(issuer.issuer)?.groups?.["pool"];
    const checks = {
      graceSeconds: options.graceSeconds ?? 0,
      customJwtCheck: ({ header, jwk }: { header: JwtHeader; jwk: Jwk }) => assertKeyFits(header.alg, jwk),
    };
    const audience = [...issuer.audience];
    const jwksUri = trustworthyUri(issuer.jwksUri ?? defaultJwksUri(issuer.issuer));
    const fetcher = createJwksFetcher({
      uri: issuer.jwks !== undefined ? issuer.jwksUri : jwksUri,
      timeoutMs: options.jwksTimeoutMs ?? 3000,
      retryAfterMs: options.jwksRetryAfterMs ?? 2000,
    });
    const jwksCache = new SimpleJwksCache({ fetcher });
    // Cognito's access tokens carry the audience as `client_id`; its identity tokens as `aud`. Both are accepted.
    const verifier =
      pool === undefined
        ? JwtVerifier.create({ issuer: issuer.issuer, audience, jwksUri, ...checks }, { jwksCache })
        : CognitoJwtVerifier.create(
            { userPoolId: pool, clientId: audience, tokenUse: null, ...checks },
            { jwksCache },
          );
    if (issuer.jwks !== undefined) verifier.cacheJwks(readJwks(issuer.jwks));
    const refreshKeys = createKeyRefresh({
      fetcher,
      maxAgeMs: (options.jwksMaxAgeSeconds ?? 3600) * 1000,
      replace: (jwks) => verifier.cacheJwks(jwks),
    });
    return async (token) => {
      await refreshKeys();
      return (await verifier.verify(token)) as ClaimSet;
    };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : "unknown failure";
    throw new CodedError("bundleUnavailable", `issuer \`${issuer.issuer}\` cannot be used: ${detail}`, {
      cause,
    });
  }
}

function defaultJwksUri(issuer: string): string {
  const url = new URL(issuer);
  return `${url.origin}${url.pathname.replace(/\/$/, "")}/.well-known/jwks.json`;
}

/** Keys that came over plain HTTP could be anybody's; a server on the same machine is the exception, for local use. */
function trustworthyUri(uri: string): string {
  const { protocol, hostname } = new URL(uri);
  const isLocal = hostname === "127.0.0.1" || hostname === "localhost" || hostname === "[::1]";
  if (protocol === "https:" || (protocol === "http:" && isLocal)) return uri;
  throw new Error(`keys must come over https, not from \`${uri}\``);
}

function readJwks(jwks: NonNullable<IssuerConfiguration["jwks"]>): Jwks {
  const copy = JSON.parse(JSON.stringify(jwks));
  assertIsJwks(copy);
  return copy;
}
