/** The caller of a test, of `explain` and of the console, as the verified token of a configured issuer would make it. */

import { type IssuedCaller, issueClaims } from "../../../shared/identity/principal/issued-claims.ts";
import { mintPrincipal } from "../../../shared/identity/principal/principal.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../../../shared/identity/types.ts";

/** The year 9999, in seconds since the epoch. */
const farFuture = 253_402_300_799;

/** Claims that every token has, and whose values a test need not care for: they are unknown if it does not say them. */
const ofEveryToken = ["exp", "iat", "jti", "sub"];

/**
 * Makes the caller of a token that says exactly this. What every token has and this caller does not say is not known.
 * @throws ClaimError for a caller that no token of the issuer describes, TokenError for one that is refused
 */
export function mintCaller(caller: IssuedCaller, issuer: IssuerConfiguration): VerifiedPrincipal {
  const issued = { exp: farFuture, ...issueClaims(caller, issuer, ["iss", "aud"]) };
  const principal = mintPrincipal(issued, issuer.claims);
  const unsaid = ofEveryToken.filter(
    (claim) => claim !== issuer.claims.id && caller.claims[claim] === undefined,
  );
  return { ...principal, opaqueClaims: [...(principal.opaqueClaims ?? []), ...unsaid] };
}
