/** Who is calling, once a bearer token has been verified. */

declare const verified: unique symbol;

/** A caller whose token was verified. Minted only by `shared/identity`. */
export interface VerifiedPrincipal {
  readonly [verified]: true;
  /** Unique within its issuer (`sub` unless configured otherwise): `aws:userid`. */
  readonly id: string;
  /** Name for people: `aws:username`. The id if the token has no name. */
  readonly name: string;
  readonly groups: readonly string[];
  /** `aws:PrincipalTag/<key>` */
  readonly tags: Readonly<Record<string, string>>;
  readonly issuer: string;
  /** Scalar and string-list claims, for `jwt:<claim>`. Never the token itself. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Lower-case names of claims that the token only points to, or whose value is ambiguous or has no text form. For
   * policies they are unknown, which is not the same as missing.
   */
  readonly opaqueClaims?: readonly string[];
  /**
   * Lower-case names of the claims that this copy of the principal knows; any other claim is unknown. Absent if this copy
   * has all of the token's claims.
   */
  readonly carriedClaims?: readonly string[];
  /** When the token expires, including the tolerance for its issuer's clock; seconds since the epoch. */
  readonly expiresAtSeconds: number;
}

/** How one text lists several groups. */
export type GroupSplit = "space" | "comma" | "json";

/** A claim whose texts are split into groups. */
export interface SplitGroups {
  readonly claim: string;
  readonly split: GroupSplit;
}

/** How a claim set becomes a principal. Each value names a claim; nested claims are joined by dots. */
export interface ClaimMapping {
  readonly id: string;
  readonly name?: string;
  /** With a claim's name alone, a text is one group. */
  readonly groups?: string | SplitGroups;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface IssuerConfiguration {
  /** Exact `iss`. */
  readonly issuer: string;
  /** Accepted `aud` (or `client_id` of Cognito access tokens). */
  readonly audience: readonly string[];
  readonly claims: ClaimMapping;
  /** Address of its keys; default: see `keys/key-source.ts`. */
  readonly jwksUri?: string;
  /** Preloaded keys (RFC 7517 JWK set), which need no fetch. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Tolerated difference between the issuer's clock and ours, for `exp` and `nbf`; default 0, at most 300. */
  readonly clockToleranceSeconds?: number;
  /** Accepted use of tokens; default: both. */
  readonly tokenUse?: "id" | "access";
  /** A token must have all of these scopes. */
  readonly scopes?: readonly string[];
}
