/**
 * Checks the claims of a signed token: issuer, audience, use, scopes and times.
 *
 * The times are compared with our clock and not by the library, so that the same lines judge fresh and remembered
 * tokens.
 */
import { validateJwtFields } from "aws-jwt-verify/jwt";
import type { ClaimSet } from "../claims/claims.ts";
import { readScopes } from "../claims/flat-claims.ts";
import { isCognito } from "../keys/key-source.ts";
import type { IssuerConfiguration } from "../types.ts";
import { TokenError } from "./token-error.ts";

export type TokenPayload = Parameters<typeof validateJwtFields>[0];

/**
 * Checks everything except the times. Rejects with TokenError or the library's errors.
 *
 * @param type the header's `typ`, in lower case
 */
export async function checkClaims(
  payload: TokenPayload,
  type: string | undefined,
  { issuer, audience, tokenUse, scopes }: IssuerConfiguration,
): Promise<void> {
  const isPool = isCognito(issuer);
  const accepted = [...audience];
  // An infinite grace switches the library's check of the times off: see `checkTimes`.
  const graceSeconds = Number.POSITIVE_INFINITY;
  validateJwtFields(payload, { issuer, audience: isPool ? null : accepted, graceSeconds });
  assertBearer(payload);
  // Cognito's access tokens carry the audience as `client_id`; its identity tokens as `aud`.
  if (isPool) {
    // A separate chunk, because these few lines bring the library's verifier of whole pools with them.
    const { validateCognitoJwtFields } = await import("aws-jwt-verify/cognito-verifier");
    validateCognitoJwtFields(payload, { tokenUse: tokenUse ?? null, clientId: accepted });
  } else if (tokenUse) assertUse(payload, type, tokenUse);
  if (scopes) assertScopes(payload, scopes);
}

/** Claims that say what a token is: Keycloak (`typ`, `Offline` for a lasting refresh token), Python libraries. */
const kindClaims = ["token_use", "token_type", "typ", "type"];

/**
 * Refuses a token that does not make its bearer a caller.
 *
 * - `cnf` binds a token to a key of its sender: by DPoP (RFC 9449 section 7.1), by mutual TLS (RFC 8705 section 3), or by any
 *   other method of RFC 7800. The proof of that key does not get here, and without it the token may be stolen.
 * - `events` makes it a message about somebody (RFC 8417 section 2.2), not from somebody: a logout token, for instance (OpenID
 *   Connect Back-Channel Logout 1.0 section 2.4), which may have the same type as any other token.
 * - A refresh token is for its issuer alone (RFC 6749 section 1.5). Refresh tokens that are signed like other tokens say so
 *   in a claim that no standard names.
 *
 * @throws TokenError `bound`, `event` or `use`
 */
function assertBearer(claims: ClaimSet): void {
  const { cnf, events } = claims;
  if (cnf !== undefined && cnf !== null) throw new TokenError("bound");
  // The claim is defined as an object; any other value under this name is the issuer's own.
  if (typeof events === "object" && events !== null && !Array.isArray(events)) throw new TokenError("event");
  const isRefresh = kindClaims.some((name) => /^refresh(?:[_-]?token)?$/i.test(String(claims[name])));
  if (isRefresh || claims["typ"] === "Offline") throw new TokenError("use");
}

/**
 * Refuses a token of another use than the configured one.
 *
 * Cognito says the use in `token_use`; other issuers mark access tokens by the type `at+jwt` (RFC 9068 section 2.1).
 * A token that says neither may be an identity token, and is never accepted as an access token.
 *
 * @throws TokenError `use`
 */
function assertUse(claims: ClaimSet, type: string | undefined, wanted: "id" | "access"): void {
  const marked = claims["token_use"];
  const isAccess = marked === undefined ? isAccessType(type) : marked === "access";
  const isOther = marked !== undefined && marked !== "access" && marked !== "id";
  if (isOther || isAccess !== (wanted === "access")) throw new TokenError("use");
}

function isAccessType(type: string | undefined): boolean {
  return type === "at+jwt" || type === "application/at+jwt";
}

/**
 * Refuses a token that lacks a required scope: in `scope` (RFC 8693 section 4.2, RFC 9068 section 2.2.3) or in `scp`, read
 * as policies and bindings see them.
 *
 * @throws TokenError `scope`
 */
function assertScopes(claims: ClaimSet, wanted: readonly string[]): void {
  const granted = new Set([...(readScopes(claims["scope"]) ?? []), ...(readScopes(claims["scp"]) ?? [])]);
  if (!wanted.every((scope) => granted.has(scope))) throw new TokenError("scope");
}

/** When a token may be used: `exp`, `nbf` and `iat` (RFC 7519 section 4.1), in seconds since the epoch. */
export interface TokenTimes {
  readonly expiresAt: number;
  readonly notBefore: number;
  readonly issuedAt: number;
}

/** The end of the year 9999: a larger number is milliseconds by mistake. */
const lastSecond = 253_402_300_799;

/**
 * How far in the future a token may have been issued. No standard requires a check of `iat`; a clock that is wrong by more
 * than any configurable tolerance makes the other two times worthless as well.
 */
const maxIssuedAheadSeconds = 300;

/** @throws TokenError `noExpiry`; `times` for a value that is no second from 1970 to 9999 */
export function readTimes({ exp, nbf, iat }: ClaimSet): TokenTimes {
  if (exp === undefined) throw new TokenError("noExpiry");
  return { expiresAt: second(exp), notBefore: second(nbf ?? 0), issuedAt: second(iat ?? 0) };
}

function second(value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= lastSecond) return value;
  throw new TokenError("times");
}

/**
 * @param toleranceSeconds by how much the issuer's clock may differ from ours
 * @throws TokenError `expired`, `notYetValid`, `issuedAhead`
 */
export function checkTimes(times: TokenTimes, nowSeconds: number, toleranceSeconds: number): void {
  if (nowSeconds >= times.expiresAt + toleranceSeconds) throw new TokenError("expired");
  if (nowSeconds < times.notBefore - toleranceSeconds) throw new TokenError("notYetValid");
  if (nowSeconds < times.issuedAt - maxIssuedAheadSeconds) throw new TokenError("issuedAhead");
}
