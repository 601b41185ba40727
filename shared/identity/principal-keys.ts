/**
 * The condition keys that say who is calling.
 *
 * `aws:userid`, `aws:username` and `aws:PrincipalTag/…` are IAM's (IAM User Guide, "AWS global condition context
 * keys"); `jwt:<claim>` is this product's, like the claim keys of web identity federation.
 */
import type { VerifiedPrincipal } from "./types.ts";

/** Maps each of a principal's condition keys, in lower case, to its value; a list is multivalued. */
export function readPrincipalKeys(principal: VerifiedPrincipal): Map<string, string | readonly string[]> {
  const keys = new Map<string, string | readonly string[]>();
  for (const [claim, value] of Object.entries(principal.claims))
    keys.set(`jwt:${claim.toLowerCase()}`, value);
  for (const [tag, value] of Object.entries(principal.tags))
    keys.set(`aws:principaltag/${tag.toLowerCase()}`, value);
  keys.set("aws:userid", principal.id);
  keys.set("aws:username", principal.name);
  return keys;
}
