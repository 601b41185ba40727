/**
 * What of a principal travels from the authorizer to the proxy: the claims that the policies consult, and no others.
 *
 * API Gateway limits what an authorizer may hand on, tokens hold much that no policy asks for, and what does not
 * travel cannot be logged on the way. The proxy may decide by newer policies, which ask for claims that did not
 * travel: so the names of those that did go along, and any other is unknown there, never missing.
 */
import { lowerAscii } from "../../ascii.ts";
import type { VerifiedPrincipal } from "../types.ts";
import { isOpaque } from "./principal-keys.ts";

/** Principals are remembered with their tokens: what was made of one is, too. */
const carried = new WeakMap<VerifiedPrincipal, Carried>();

interface Carried {
  readonly consulted: ReadonlySet<string>;
  readonly principal: VerifiedPrincipal;
}

/**
 * Gives the principal with the consulted claims alone.
 *
 * The authorizer decides with this very principal, so that it knows no more than the proxy will.
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
