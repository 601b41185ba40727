/**
 * Issues bearer tokens for local use, in place of the configured issuers: with the name, the audience and the claims that
 * the configuration expects. The key pair is made when the gateway starts and is never stored, so that a token is not valid
 * in another run or anywhere else.
 */
import { generateKeyPair, randomUUID, sign } from "node:crypto";
import { promisify } from "node:util";
import { isCognito } from "../../../shared/identity/keys/key-source.ts";
import { ClaimError, type Claims, issueClaims } from "../../../shared/identity/principal/issued-claims.ts";
import type { IssuerConfiguration } from "../../../shared/identity/types.ts";
import { findConfiguredIssuer } from "../../authoring/configuration/configured-issuer.ts";

export interface TokenRequest {
  readonly sub: string;
  /** Written into the claims that the issuer maps, as its own tokens have them. */
  readonly groups: readonly string[];
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Other claims; never one that the issuer itself writes. */
  readonly claims: Readonly<Record<string, string>>;
  readonly ttlSeconds: number;
  /** Required if several are configured. */
  readonly issuer?: string;
}

export interface TokenIssuer {
  /** RFC 7517 key set with the one public key. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** @throws TokenRequestError for a token that cannot be made */
  mintToken(request: TokenRequest): string;
}

/** Why a token cannot be made, and what to do. */
export class TokenRequestError extends Error {
  override readonly name = "TokenRequestError";
}

/** Claims that the issuer always writes itself. */
const reservedClaims: readonly string[] = ["iss", "aud", "sub", "exp", "iat", "jti"];

/**
 * @param issuers those that it replaces; called for each token, since a configuration is reloaded
 * @param doors more audiences, of doors with one of their own: a token here opens all
 */
export async function createTokenIssuer(
  issuers: () => readonly IssuerConfiguration[],
  doors: () => readonly string[] = () => [],
): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const kid = randomUUID();
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return {
    jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }] },
    mintToken(request) {
      const issuer = findConfiguredIssuer(request.issuer, issuers());
      if (typeof issuer === "string") throw new TokenRequestError(issuer);
      const isAccessToken = issuer.tokenUse === "access" && !isCognito(issuer.issuer);
      const header = { alg: "RS256", typ: isAccessToken ? "at+jwt" : "JWT", kid };
      const input = `${encode(header)}.${encode(withAudience(claimsOf(request, issuer), doors()))}`;
      return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
    },
  };
}

function withAudience(claims: Claims, more: readonly string[]): Claims {
  return more.length === 0 ? claims : { ...claims, aud: [claims["aud"] ?? [], more].flat() };
}

function claimsOf({ ttlSeconds, ...request }: TokenRequest, issuer: IssuerConfiguration): Claims {
  const iat = Math.floor(Date.now() / 1000);
  const times = { iat, exp: iat + ttlSeconds, jti: randomUUID() };
  const sub = issuer.claims.id === "sub" ? {} : { sub: request.sub };
  try {
    return { ...issueClaims({ id: request.sub, ...request }, issuer, reservedClaims), ...sub, ...times };
  } catch (error) {
    if (error instanceof ClaimError) throw new TokenRequestError(error.message, { cause: error });
    throw error;
  }
}
