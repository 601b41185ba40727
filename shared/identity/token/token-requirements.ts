/**
 * Requirements of an issuer's tokens besides their audience: that a token makes its bearer a caller, and what the
 * configuration says of their use and scopes.
 */
import { type ClaimSet, readScopes } from "../claims/claims.ts";
import type { IssuerConfiguration } from "../types.ts";
import { TokenError } from "./token-error.ts";

/**
 * Refuses a token that does not make its bearer a caller.
 *
 * - `cnf` binds a token to a key of its sender: by DPoP (RFC 9449 section 7.1), by mutual TLS (RFC 8705 section 3), or by any
 *   other method of RFC 7800. The proof of that key does not get here, and without it the token may be stolen.
 * - `events` makes it a message about somebody (RFC 8417 section 2.2), not from somebody: a logout token, for instance (OpenID
 *   Connect Back-Channel Logout 1.0 section 2.4), whose type may be the one of any other.
 *
 * - A refresh token is for its issuer alone (RFC 6749 section 1.5). Those that are signed like the others say so in a claim that
 *   no standard names.
 *
 * @throws TokenError `bound`, `event` or `use`
 */
export function assertBearer(claims: ClaimSet): void {
  const { cnf, events } = claims;
  if (cnf !== undefined && cnf !== null) throw new TokenError("bound");
  // The claim is an object by its definition; anything else under the name is an issuer's own.
  if (typeof events === "object" && events !== null && !Array.isArray(events)) throw new TokenError("event");
  if (
    kindClaims.some((name) => /^refresh(?:[_-]?token)?$/i.test(String(claims[name]))) ||
    claims["typ"] === "Offline"
  )
    throw new TokenError("use");
}

/** Where issuers write what a token is: Keycloak (`typ`, which calls a lasting refresh token `Offline`), libraries of Python. */
const kindClaims = ["token_use", "token_type", "typ", "type"];

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
