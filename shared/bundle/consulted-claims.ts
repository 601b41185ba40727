/**
 * Which claims of a token a configuration's decisions can depend on: those of its policies' `jwt:` keys, the one behind
 * `aws:TokenIssueTime`, and those that its bindings match. All others need not travel from the authorizer to the proxy.
 */
import { lowerAscii } from "../ascii.ts";
import { findConsultedKeys } from "../policy/evaluate/compile.ts";
import type { PolicyDocument } from "../policy/model/document.ts";
import type { Binding } from "./types.ts";

/**
 * Finds the names of the claims, in lower case, as condition keys are compared.
 *
 * @throws DocumentError when a policy holds anything that is not understood
 */
export function findConsultedClaims(
  policies: readonly PolicyDocument[],
  bindings: readonly Binding[],
): ReadonlySet<string> {
  const claims = new Set<string>();
  for (const key of findConsultedKeys(policies)) {
    if (key.startsWith("jwt:")) claims.add(key.slice("jwt:".length));
    else if (key === "aws:tokenissuetime") claims.add("iat");
  }
  for (const { match } of bindings) {
    for (const name of Object.keys(match.claims ?? {})) claims.add(lowerAscii(name));
  }
  return claims;
}
