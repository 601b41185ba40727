/**
 * When a token may be used: `exp`, `nbf` and `iat` (RFC 7519 section 4.1), checked by our clock and not by the
 * library's, so that a token out of the cache is judged by the very same lines.
 */
import type { ClaimSet } from "../claims/claims.ts";
import { TokenError } from "./token-error.ts";

/** Seconds since the epoch. */
export interface TokenTimes {
  readonly expiresAt: number;
  readonly notBefore: number;
  readonly issuedAt: number;
}

/** The end of the year 9999: a larger number is milliseconds, taken for seconds by whoever made the token. */
const lastSecond = 253_402_300_799;

/**
 * How far in the future a token may have been issued. Nothing asks for a check of `iat`; a clock that is off by more
 * than any tolerance here allows makes the other two times worthless as well.
 */
export const maxIssuedAheadSeconds = 300;

/**
 * Reads a token's times.
 *
 * @throws TokenError `noExpiry`; `times` for one that is no second from 1970 to 9999
 */
export function readTimes(claims: ClaimSet): TokenTimes {
  const { exp, nbf, iat } = claims;
  if (exp === undefined) throw new TokenError("noExpiry");
  return { expiresAt: second(exp), notBefore: second(nbf ?? 0), issuedAt: second(iat ?? 0) };
}

function second(value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= lastSecond) return value;
  throw new TokenError("times");
}

/**
 * Checks a token's times.
 *
 * @param toleranceSeconds by how much the issuer's clock may differ from ours
 * @throws TokenError `expired`, `notYetValid`, `issuedAhead`
 */
export function checkTimes(times: TokenTimes, nowSeconds: number, toleranceSeconds: number): void {
  if (nowSeconds >= times.expiresAt + toleranceSeconds) throw new TokenError("expired");
  if (nowSeconds < times.notBefore - toleranceSeconds) throw new TokenError("notYetValid");
  if (nowSeconds < times.issuedAt - maxIssuedAheadSeconds) throw new TokenError("issuedAhead");
}
