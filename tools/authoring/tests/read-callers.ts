/** The callers of a test file, as verified tokens of the configured issuers would make them. */

import { ClaimError } from "../../../shared/identity/principal/issued-claims.ts";
import { TokenError } from "../../../shared/identity/token/token-error.ts";
import type { IssuerConfiguration, VerifiedPrincipal } from "../../../shared/identity/types.ts";
import type { Sound } from "../configuration/check-shape.ts";
import { findConfiguredIssuer } from "../configuration/configured-issuer.ts";
import { listOf } from "../configuration/members.ts";
import { mintCaller } from "../configuration/mint-caller.ts";
import type { DocumentNode } from "../document/document-node.ts";
import type { WrittenCaller } from "./test-file.ts";

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
