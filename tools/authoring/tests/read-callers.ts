/** The callers of a test file, as verified tokens of the configured issuers would make them. */
import { mintPrincipal } from "../../../shared/identity/principal/principal.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { Sound } from "../configuration/check-shape.ts";
import { findConfiguredIssuer } from "../configuration/configured-issuer.ts";
import { ClaimError, type IssuedCaller, issueClaims } from "../configuration/issued-claims.ts";
import { listOf } from "../configuration/members.ts";
import type { DocumentNode } from "../document/document-node.ts";
import type { WrittenCaller } from "./test-file.ts";

/** The year 9999, in seconds since the epoch. */
const farFuture = 253_402_300_799;

/** Claims that every token has, and whose values a test need not care for: they are unknown if it does not say them. */
const ofEveryToken = ["exp", "iat", "jti", "sub"];

/** Reads the callers, and reports each that no issuer's token describes. */
export function readCallers(
  given: Readonly<Record<string, Sound<WrittenCaller> | undefined>>,
  node: DocumentNode,
  issuers: readonly IssuerConfiguration[],
): ReadonlyMap<string, VerifiedPrincipal> {
  return new Map(
    Object.entries(given).flatMap(([name, caller = {}]) => {
      const principal = readCaller({ id: `test-${name}`, ...caller }, node.at([name]), issuers);
      return principal ? [[name, principal] as const] : [];
    }),
  );
}

function readCaller(
  { id, issuer: url, groups, tags, claims, name }: Sound<WrittenCaller> & { readonly id: string },
  node: DocumentNode,
  issuers: readonly IssuerConfiguration[],
): VerifiedPrincipal | undefined {
  const issuer = findConfiguredIssuer(url, issuers);
  if (typeof issuer === "string") {
    node.at(["issuer"]).report("unknownIssuer", issuer);
    return undefined;
  }
  const caller = {
    id,
    groups: listOf(groups),
    tags: known(tags),
    claims: known(claims),
    ...(name === undefined ? {} : { name }),
  };
  try {
    return mintCaller(caller, issuer);
  } catch (error) {
    if (error instanceof ClaimError) reportClaim(error, node);
    else if (error instanceof TokenError)
      node.report("refusedCaller", `a token like this is refused: ${error.description}`);
    else throw error;
    return undefined;
  }
}

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

/** At the key of a tag or claim, else at the value. */
function reportClaim({ path, code, message }: ClaimError, node: DocumentNode): void {
  const at = node.at(path);
  if (path.length > 1 && at.path.startsWith(node.path) && at.path !== node.path) at.reportKey(code, message);
  else at.report(code, message);
}

/** Without the members that have a wrong type, which have been reported. */
function known<Value>(members: Readonly<Record<string, Value | undefined>> = {}): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
