/**
 * Issues bearer tokens for local use. The key pair is made when the gateway starts and is never written down,
 * so that a token of one run is worth nothing in the next, or anywhere else.
 */
import { generateKeyPair, randomUUID, sign } from "node:crypto";
import { promisify } from "node:util";

/** What the local issuer writes into `aud`, and the gateway's own configuration accepts. */
export const localAudience = "connect-authorizer-local";

/** The caller that a token is asked for. */
export interface TokenRequest {
  readonly sub: string;
  readonly groups: readonly string[];
  /** Further claims; never one that the issuer itself writes. */
  readonly claims: Readonly<Record<string, string>>;
  readonly ttlSeconds: number;
}

export interface TokenIssuer {
  /** RFC 7517 key set with the one public key. */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  mintToken(request: TokenRequest): string;
}

/** Claims that the issuer writes itself. */
export const reservedClaims: ReadonlySet<string> = new Set([
  "iss",
  "aud",
  "sub",
  "groups",
  "exp",
  "iat",
  "jti",
]);

/**
 * Creates an issuer with a fresh RSA key.
 *
 * @param issuerUrl the issuer's name, asked at each token: it holds the port, which is known only once the
 * gateway listens
 */
export async function createTokenIssuer(issuerUrl: () => string): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const kid = randomUUID();
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  return {
    jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }] },
    mintToken({ sub, groups, claims, ttlSeconds }) {
      const iat = Math.floor(Date.now() / 1000);
      const own = {
        iss: issuerUrl(),
        aud: localAudience,
        sub,
        groups,
        iat,
        exp: iat + ttlSeconds,
        jti: randomUUID(),
      };
      const input = `${encode({ alg: "RS256", typ: "JWT", kid })}.${encode({ ...claims, ...own })}`;
      return `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
    },
  };
}
