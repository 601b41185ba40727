/**
 * Turns whatever a verification threw into one of our coded errors.
 *
 * A failure that nobody foresaw refuses the token: no throw of the library or of OpenSSL gets past this page.
 */
import * as library from "aws-jwt-verify/error";
import { CodedError } from "../../errors.ts";
import { TokenError, type TokenRefusal } from "./token-error.ts";

/** Most specific first. */
const refusals: readonly (readonly [new (...parameters: never[]) => Error, TokenRefusal])[] = [
  [library.JwtInvalidIssuerError, "issuer"],
  [library.JwtInvalidAudienceError, "audience"],
  [library.CognitoJwtInvalidClientIdError, "audience"],
  [library.CognitoJwtInvalidTokenUseError, "use"],
  [library.JwtParseError, "unreadable"],
];

/** Returns the coded error for a failed verification: its own, or `unauthorized`. */
export function describeFailure(cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  const found = refusals.find(([type]) => cause instanceof type);
  return new TokenError(found?.[1] ?? "unverifiable", { cause });
}
