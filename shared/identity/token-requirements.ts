/**
 * What a configuration may ask of an issuer's tokens besides their audience: their use and their scopes.
 */
import { type ClaimSet, readScopes } from "./claims.ts";
import { TokenError } from "./token-error.ts";
import type { IssuerConfiguration } from "./types.ts";

/**
 * Refuses a token of another use than the one that is asked for.
 *
 * Cognito says the use in `token_use`; other issuers mark access tokens by the type `at+jwt` (RFC 9068 section 2.1).
 * What says neither may be an identity token, and is never taken for an access token.
 *
 * @param type the header's `typ`, in lower case
 * @throws TokenError `use`
 */
export function assertUse(claims: ClaimSet, type: string | undefined, wanted: "id" | "access"): void {
  const marked = claims["token_use"];
  const isAccess = marked === undefined ? isAccessType(type) : marked === "access";
  const isOther = marked !== undefined && marked !== "access" && marked !== "id";
  if (isOther || isAccess !== (wanted === "access")) throw new TokenError("use");
}

function isAccessType(type: string | undefined): boolean {
  return type === "at+jwt" || type === "application/at+jwt";
}

/**
 * Refuses a token that lacks one of the scopes that are asked for: in `scope` (RFC 8693 section 4.2, RFC 9068
 * section 2.2.3) or in `scp`, read as policies and bindings see them.
 *
 * @throws TokenError `scope`
 */
export function assertScopes(claims: ClaimSet, wanted: NonNullable<IssuerConfiguration["scopes"]>): void {
  const granted = new Set([...(readScopes(claims["scope"]) ?? []), ...(readScopes(claims["scp"]) ?? [])]);
  if (!wanted.every((scope) => granted.has(scope))) throw new TokenError("scope");
}
