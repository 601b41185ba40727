/**
 * What `cors` may hold; the same rule for an author's file and for a bundle.
 */
import { isConfidential } from "../../endpoint.ts";

/** Methods that routes of ours and of Connect have. */
export const corsMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
/** Browsers keep a preflight's answer no longer than this. */
export const maxMaxAgeSeconds = 86_400;

/** A header name (`token` of RFC 9110 section 5.6.2) in lower case; never `*`, which does not cover `authorization`. */
export function isCorsHeader(text: string): boolean {
  return text !== "*" && /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(text);
}

/**
 * Gives the origin in the form in which browsers send it (RFC 6454 section 6.2): scheme, host and port, nothing else.
 *
 * @returns nothing for a text that is no web page's origin: https, or http on this machine
 */
export function normalizeOrigin(text: string): string | undefined {
  if (/[\s\\*]/.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, pathname, search, hash, username, password, origin } = new URL(text);
  if (pathname !== "/" || search + hash + username + password !== "" || /[?#@]/.test(text)) return undefined;
  return isConfidential({ protocol, hostname }) ? origin : undefined;
}
