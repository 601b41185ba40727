/**
 * Claims that a token does not hold but only points to: distributed and aggregated claims (OpenID Connect Core 1.0
 * section 5.6.2), pointers that identity providers write when a list is too long for a token, and undisclosed claims of SD-JWT.
 *
 * Such a claim cannot be read. If it counted as absent, a Deny that depends on its value would be lost.
 */
import { lowerAscii } from "../../ascii.ts";
import { TokenError } from "../token/token-error.ts";
import { type ClaimSet, findClaim, isObject } from "./claims.ts";

/** Microsoft Entra ID, implicit flow: `hasgroups: true` instead of `groups`. */
const flag = /^has[_-]?(.)/;
const flagInNamespace = /([:/])has[_-]?(?=[^:/]+$)/;
/** Microsoft Entra ID: `groups:src1` in a JWT, `…/claims/groups.link` in a token made from SAML. */
const link = /(?::src\d+|\.link)$/;

/** Finds the lower-case names of the claims that an object of claims points to. `undefined`: it may be any claim. */
export function findPointers(claims: ClaimSet): ReadonlySet<string> | undefined {
  const names = claims["_claim_names"] ?? {};
  const sources = claims["_claim_sources"] ?? {};
  // RFC 9901: digests take the place of claims and of their names.
  if (Object.hasOwn(claims, "_sd") || !isObject(names) || !isObject(sources)) return undefined;
  const pointed = new Set(Object.keys(names).map((name) => lowerAscii(name)));
  const unused = new Set(pointed.size === 0 ? Object.keys(sources) : []);
  for (const [given, value] of Object.entries(claims)) {
    if (value === undefined || value === null) continue;
    const name = lowerAscii(given);
    // Microsoft also documents `"groups": "src1"`, in the claim's own place.
    if (typeof value === "string" && Object.hasOwn(sources, value)) {
      pointed.add(name);
      unused.delete(value);
    }
    // A token made from SAML has it as a text or in a list.
    const isSet = /^\[?"?(?:true|1)"?\]?$/i.test(JSON.stringify(value));
    if (isSet && flag.test(name)) pointed.add(name.replace(flag, "$1"));
    if (isSet && flagInNamespace.test(name)) pointed.add(name.replace(flagInNamespace, "$1"));
    if (link.test(name)) pointed.add(name.replace(link, ""));
  }
  return unused.size === 0 ? pointed : undefined;
}

/** @throws TokenError `pointed` for a claim that the token only points to */
export function readMapped(claims: ClaimSet, path: string): unknown {
  if (isPointedTo(claims, path)) throw new TokenError("pointed");
  return findClaim(claims, path);
}

/** Whether the token only points to the claim at a path, or to a claim that contains it, at any level of the path. */
function isPointedTo(claims: ClaimSet, path: string): boolean {
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
