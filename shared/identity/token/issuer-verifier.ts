/**
 * Verifies the tokens of one issuer.
 *
 * Each issuer has keys of its own: a key of one issuer can never vouch for another. `aws-jwt-verify` reads the token and
 * judges its claims. Which keys fit, and whether one signed, is ours: what the library would keep by key id outlives a
 * key that was replaced under the same id, one key id has one key there, and it knows no algorithm `Ed25519`.
 */
import { decomposeUnverifiedJwt, validateJwtFields } from "aws-jwt-verify/jwt";
import { CodedError } from "../../errors.ts";
import type { ClaimSet } from "../claims/claims.ts";
import { isSignedBy } from "../keys/algorithms.ts";
import { type DownloadJson, downloadJson } from "../keys/download-json.ts";
import { readKeySet, type VerificationKey } from "../keys/key-set.ts";
import { createKeySource, isCognito } from "../keys/key-source.ts";
import { defaultKeyTimes, KeyStore, type KeyTimes, type WantedKey } from "../keys/key-store.ts";
import type { IssuerConfiguration } from "../types.ts";
import type { InspectedToken } from "./inspect-token.ts";
import { TokenError } from "./token-error.ts";
import { assertBearer, assertScopes, assertUse } from "./token-requirements.ts";

/** How keys are had, for all issuers alike. */
export interface KeyOptions {
  readonly keyTimes?: Partial<KeyTimes>;
  /** Clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  readonly download?: DownloadJson;
  /** Told of each fetch of keys that failed, also while there are others to go on with. */
  readonly onKeysFailure?: (uri: string, why: string) => void;
}

/** What is needed to verify the tokens of one issuer. */
export interface IssuerVerifier {
  /** The issuer's keys for a token, now. Errors as {@link KeyStore.find}. */
  findKeys(wanted: WantedKey): Promise<readonly VerificationKey[]>;
  /**
   * Verifies everything but the times; resolves to the payload and the key that signed it.
   *
   * Rejects with the library's errors, TokenError, or as {@link KeyStore.find}.
   */
  verify(token: string, inspected: InspectedToken): Promise<VerifiedToken>;
}

export interface VerifiedToken {
  readonly claims: ClaimSet;
  readonly key: VerificationKey;
}

/**
 * Creates the verifier of one issuer; preloaded keys are in place at once and nothing is fetched for them.
 *
 * @throws CodedError `bundleUnavailable` when the configuration cannot be used
 */
export function createIssuerVerifier(issuer: IssuerConfiguration, options: KeyOptions): IssuerVerifier {
  try {
    const keys = createKeyStore(issuer, options);
    const checkClaims = createCheck(issuer);
    return {
      findKeys: (wanted) => keys.find(wanted),
      async verify(token, inspected) {
        const { headerB64, payloadB64, signatureB64, payload } = decomposeUnverifiedJwt(token);
        const signature = Buffer.from(signatureB64, "base64url");
        const signed = { algorithm: inspected.algorithm, text: `${headerB64}.${payloadB64}`, signature };
        const key = await findSigner(keys, inspected, (each) =>
          isSignedBy(each.keyObject, each.curve, signed),
        );
        await checkClaims(payload, inspected);
        return { claims: payload, key };
      },
    };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : "unknown failure";
    throw new CodedError("bundleUnavailable", `issuer \`${issuer.issuer}\` cannot be used: ${detail}`, {
      cause,
    });
  }
}

/** Finds the issuer's key that signed a token; rejects with TokenError `signature`, or as {@link KeyStore.find}. */
async function findSigner(
  store: KeyStore,
  wanted: WantedKey,
  signed: (key: VerificationKey) => boolean,
): Promise<VerificationKey> {
  const keys = await store.find(wanted);
  const signer = keys.find(signed);
  if (signer !== undefined) return signer;
  const refusal = new TokenError("signature");
  if (wanted.keyId !== undefined) throw refusal;
  // A token without a key id does not say that its issuer has another key by now.
  const newer = await store.find(wanted, keys).catch((cause: unknown) => {
    throw cause instanceof TokenError ? refusal : cause;
  });
  const other = newer.find(signed);
  if (other === undefined) throw refusal;
  return other;
}

function createCheck(configuration: IssuerConfiguration) {
  const { issuer, tokenUse, scopes } = configuration;
  const audience = [...configuration.audience];
  const isPool = isCognito(issuer);
  // Times are checked elsewhere, for fresh and remembered tokens alike: no token is outside this grace.
  const checks = { issuer, audience: isPool ? null : audience, graceSeconds: Number.POSITIVE_INFINITY };
  return async (payload: ReturnType<typeof decomposeUnverifiedJwt>["payload"], { type }: InspectedToken) => {
    validateJwtFields(payload, checks);
    assertBearer(payload);
    // Cognito's access tokens carry the audience as `client_id`; its identity tokens as `aud`.
    if (isPool) {
      // A chunk of its own: with these few lines comes the library's verifier of whole pools.
      const { validateCognitoJwtFields } = await import("aws-jwt-verify/cognito-verifier");
      validateCognitoJwtFields(payload, { tokenUse: tokenUse ?? null, clientId: audience });
    } else if (tokenUse) assertUse(payload, type, tokenUse);
    if (scopes) assertScopes(payload, scopes);
  };
}

function createKeyStore(issuer: IssuerConfiguration, options: KeyOptions): KeyStore {
  return new KeyStore({
    source: createKeySource(issuer, options.download ?? downloadJson),
    preloaded: issuer.jwks && readKeySet(issuer.jwks),
    times: { ...defaultKeyTimes, ...options.keyTimes },
    now: options.now ?? Date.now,
    onFailure: options.onKeysFailure,
  });
}
