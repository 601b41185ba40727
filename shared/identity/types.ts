/**
 * Who is calling, once a bearer token has been verified.
 */

declare const verified: unique symbol;

/** A caller whose token was verified. Minted only by `shared/identity`. */
export interface VerifiedPrincipal {
  readonly [verified]: true;
  /** Stable identifier, unique within its issuer (`sub` unless configured otherwise): `aws:userid`. */
  readonly id: string;
  /** Name for people: `aws:username`. The id when the token has none. */
  readonly name: string;
  readonly groups: readonly string[];
  /** `aws:PrincipalTag/<key>` */
  readonly tags: Readonly<Record<string, string>>;
  readonly issuer: string;
  /** Scalar and string-list claims, for `jwt:<claim>`. Never the token itself. */
  readonly claims: Readonly<Record<string, string | readonly string[]>>;
  /**
   * Lower-case names of claims that the token holds, and whose value has no text form or is ambiguous, or that it only
   * points to: unknown to policies, which is not the same as missing.
   */
  readonly opaqueClaims?: readonly string[];
  /**
   * Lower-case names of the claims that this copy of the principal can speak of; any other is unknown. Absent where
   * all of the token's claims are here.
   */
  readonly carriedClaims?: readonly string[];
  /** When the token is no longer accepted, the tolerance for its issuer's clock included; seconds since the epoch. */
  readonly expiresAtSeconds: number;
}

/** How one text holds several groups. */
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
  /** A text of the claim alone is one group. */
  readonly groups?: string | SplitGroups;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A token issuer that the configuration trusts. */
export interface IssuerConfiguration {
  /** Exact `iss`. */
  readonly issuer: string;
  /** Accepted `aud` (or `client_id` of Cognito access tokens). */
  readonly audience: readonly string[];
  readonly claims: ClaimMapping;
  /** Where its keys are; default: Cognito's or `<issuer>/.well-known/jwks.json`. */
  readonly jwksUri?: string;
  /** Keys known beforehand (RFC 7517 JWK set): no fetch is needed for them. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** By how much the issuer's clock may differ from ours, for `exp` and `nbf`; default 0, at most 300. */
  readonly clockToleranceSeconds?: number;
  /** The one use of tokens that is accepted; default: both. */
  readonly tokenUse?: "id" | "access";
  /** Scopes that a token must have, all of them. */
  readonly scopes?: readonly string[];
}
