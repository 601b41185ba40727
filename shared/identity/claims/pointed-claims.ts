/**
 * Claims that a token does not hold and only points to: distributed and aggregated claims (OpenID Connect Core 1.0
 * section 5.6.2), what identity providers write when a list is too long for a token, and what SD-JWT leaves undisclosed.
 *
 * Such a claim is unreadable. If it were taken for absent, a Deny that depends on its value would be lost.
 */
import { lowerAscii } from "../../ascii.ts";
import type { ClaimSet } from "./claims.ts";

/** Microsoft Entra ID, implicit flow: `hasgroups: true` instead of `groups`. */
const flag = /^has[_-]?(.)/;
const flagInNamespace = /([:/])has[_-]?(?=[^:/]+$)/;
/** Microsoft Entra ID: `groups:src1` in a JWT, `…/claims/groups.link` in what comes from SAML. */
const link = /(?::src\d+|\.link)$/;

/**
 * Finds the lower-case names of the claims that one object of claims points to. `undefined`: it cannot be said which, so
 * that it may be any.
 */
export function findPointers(claims: ClaimSet): ReadonlySet<string> | undefined {
  const names = claims["_claim_names"] ?? {};
  const sources = claims["_claim_sources"] ?? {};
  // RFC 9901: digests in the place of claims, their names included.
  if (Object.hasOwn(claims, "_sd") || !isObject(names) || !isObject(sources)) return undefined;
  const pointed = new Set(Object.keys(names).map((name) => lowerAscii(name)));
  const unused = new Set(pointed.size === 0 ? Object.keys(sources) : []);
  for (const [given, value] of Object.entries(claims)) {
    if (value === undefined || value === null) continue;
    const name = lowerAscii(given);
    // Microsoft documents `"groups": "src1"` in the claim's own place, too.
    if (typeof value === "string" && Object.hasOwn(sources, value)) {
      pointed.add(name);
      unused.delete(value);
    }
    // Also as a text, and in a list, as what comes from SAML has it.
    const isSet = /^\[?"?(?:true|1)"?\]?$/i.test(JSON.stringify(value));
    if (isSet && flag.test(name)) pointed.add(name.replace(flag, "$1"));
    if (isSet && flagInNamespace.test(name)) pointed.add(name.replace(flagInNamespace, "$1"));
    if (link.test(name)) pointed.add(name.replace(link, ""));
  }
  return unused.size === 0 ? pointed : undefined;
}

/** Whether the claim at a path, or one that holds it, is only pointed to, at any level of the path. */
export function isPointedTo(claims: ClaimSet, path: string): boolean {
  const pointed = findPointers(claims);
  const lowerPath = lowerAscii(path);
  if (pointed === undefined) return true;
  for (let end = path.length; end > 0; end = path.lastIndexOf(".", end - 1)) {
    if (pointed.has(lowerPath.slice(0, end))) return true;
    const name = path.slice(0, end);
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (end < path.length && isObject(value) && isPointedTo(value, path.slice(end + 1))) return true;
  }
  return false;
}

export function isObject(value: unknown): value is ClaimSet {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
