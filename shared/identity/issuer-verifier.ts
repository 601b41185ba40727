/**
 * Verifies the tokens of one issuer with `aws-jwt-verify`.
 *
 * Each issuer has keys of its own: a key of one issuer can never vouch for another. The library's functions are used
 * without its caches: what it would keep by key id outlives a key that was replaced under the same id.
 */
import { createPublicKey, type KeyObject } from "node:crypto";
import { assertIsJwks, type Jwk, type Jwks } from "aws-jwt-verify/jwk";
import { verifyJwtSync } from "aws-jwt-verify/jwt-verifier";
import { CodedError } from "../errors.ts";
import type { ClaimSet } from "./claims.ts";
import { type DownloadKeys, downloadKeys } from "./download-keys.ts";
import type { InspectedToken } from "./inspect-token.ts";
import { assertKeyFits, assertSignatureFits } from "./key-fit.ts";
import { defaultKeyTimes, KeyStore, type KeyTimes } from "./key-store.ts";
import { assertScopes, assertUse } from "./token-requirements.ts";
import type { IssuerConfiguration } from "./types.ts";

/** How keys are had, for all issuers alike. */
export interface KeyOptions {
  readonly keyTimes?: Partial<KeyTimes>;
  /** Clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  readonly download?: DownloadKeys;
}

/** What is needed to verify the tokens of one issuer. */
export interface IssuerVerifier {
  /** The issuer's key of an id, now. Errors as {@link KeyStore.find}. */
  findKey(keyId: string): Promise<Jwk>;
  /**
   * Verifies everything but the times, and returns the payload.
   *
   * Rejects with the library's errors, or TokenError.
   */
  verify(token: string, inspected: InspectedToken, key: Jwk): Promise<ClaimSet>;
}

/** `https://cognito-idp.<region>.amazonaws.com/<pool>`, and Cognito's newer multi-Region form of it. */
const cognitoIssuer = /^https:\/\/(?:issuer-)?cognito-idp\.([a-z0-9-]+)\.amazonaws\.com\/\1_[A-Za-z0-9]+$/;

/**
 * Creates the verifier of one issuer; preloaded keys are in place at once and nothing is fetched for them.
 *
 * @throws CodedError `bundleUnavailable` when the configuration cannot be used
 */
export function createIssuerVerifier(issuer: IssuerConfiguration, options: KeyOptions): IssuerVerifier {
  try {
    const keys = createKeyStore(issuer, options);
    const check = createCheck(issuer);
    return { findKey: (keyId) => keys.find(keyId), verify: check };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : "unknown failure";
    throw new CodedError("bundleUnavailable", `issuer \`${issuer.issuer}\` cannot be used: ${detail}`, {
      cause,
    });
  }
}

function createCheck(configuration: IssuerConfiguration): IssuerVerifier["verify"] {
  const { issuer, tokenUse, scopes } = configuration;
  const audience = [...configuration.audience];
  const isCognito = cognitoIssuer.test(issuer);
  const keyObjects = new WeakMap<Jwk, KeyObject>();
  const toKeyObject = (jwk: Jwk): KeyObject => {
    const known = keyObjects.get(jwk);
    if (known) return known;
    const made = createPublicKey({ key: { ...jwk }, format: "jwk" });
    keyObjects.set(jwk, made);
    return made;
  };
  // Times are checked elsewhere, for fresh and remembered tokens alike: no token is outside this grace.
  const checks = { issuer, audience: isCognito ? null : audience, graceSeconds: Number.POSITIVE_INFINITY };
  return async (token, { algorithm, type, signatureBytes }, key) => {
    assertKeyFits(algorithm, key);
    assertSignatureFits(algorithm, key, signatureBytes);
    const payload = verifyJwtSync(token, key, checks, toKeyObject);
    // Cognito's access tokens carry the audience as `client_id`; its identity tokens as `aud`.
    if (isCognito) {
      // A chunk of its own: with these few lines comes the library's verifier of whole pools.
      const { validateCognitoJwtFields } = await import("aws-jwt-verify/cognito-verifier");
      validateCognitoJwtFields(payload, { tokenUse: tokenUse ?? null, clientId: audience });
    } else if (tokenUse) assertUse(payload, type, tokenUse);
    if (scopes) assertScopes(payload, scopes);
    return payload;
  };
}

function createKeyStore(issuer: IssuerConfiguration, options: KeyOptions): KeyStore {
  const jwksUri = trustworthyUri(issuer.jwksUri ?? defaultJwksUri(issuer.issuer));
  return new KeyStore({
    uri: issuer.jwks !== undefined ? issuer.jwksUri : jwksUri,
    preloaded: issuer.jwks && readJwks(issuer.jwks),
    times: { ...defaultKeyTimes, ...options.keyTimes },
    now: options.now ?? Date.now,
    download: options.download ?? downloadKeys,
  });
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
