/**
 * The part of a principal that the authorizer passes to the proxy: only the claims that policies consult.
 *
 * API Gateway limits the size of an authorizer's context, tokens hold much that no policy uses, and a claim that is not
 * passed on cannot be logged on the way. The proxy may have newer policies that consult other claims. So the authorizer
 * passes the names of the passed claims too. Any other claim is unknown in the proxy, never missing.
 */
import { lowerAscii } from "../../ascii.ts";
import type { VerifiedPrincipal } from "../types.ts";
import { isOpaque } from "./principal-keys.ts";

/** By principal: principals are remembered with their tokens. */
const carried = new WeakMap<VerifiedPrincipal, Carried>();

interface Carried {
  readonly consulted: ReadonlySet<string>;
  readonly principal: VerifiedPrincipal;
}

/**
 * Returns the principal with only the consulted claims.
 *
 * The authorizer decides with this same principal, so that it knows no more than the proxy will.
 *
 * @param consulted lower-case names of the claims that policies and bindings consult
 */
export function carryPrincipal(
  principal: VerifiedPrincipal,
  consulted: ReadonlySet<string>,
): VerifiedPrincipal {
  const known = carried.get(principal);
  if (known?.consulted === consulted) return known.principal;
  const made = narrow(principal, consulted);
  carried.set(principal, { consulted, principal: made });
  return made;
}

function narrow(principal: VerifiedPrincipal, consulted: ReadonlySet<string>): VerifiedPrincipal {
  const claims: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, value] of Object.entries(principal.claims)) {
    if (consulted.has(lowerAscii(name))) claims[name] = value;
  }
  const { opaqueClaims, carriedClaims } = principal;
  return {
    ...principal,
    claims,
    opaqueClaims: [...consulted].filter((name) => isOpaque(opaqueClaims, name)),
    carriedClaims: [...consulted].filter((name) => carriedClaims?.includes(name) ?? true),
  };
}
