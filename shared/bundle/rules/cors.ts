/** Rules for `cors`, shared by the author's file and the bundle. */
import { isConfidential } from "../../endpoint.ts";

/** Methods of our own routes and of Connect's. */
export const corsMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
/** Browsers keep the answer to a preflight no longer. */
export const maxMaxAgeSeconds = 86_400;

/** A header name (`token` of RFC 9110 section 5.6.2) in lower case; never `*`, which does not cover `authorization`. */
export function isCorsHeader(text: string): boolean {
  return text !== "*" && /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(text);
}

/**
 * Returns the origin as browsers send it (RFC 6454 section 6.2): scheme, host and port only.
 *
 * @returns `undefined` when the text is not a web page's origin: https, or http on this machine
 */
export function normalizeOrigin(text: string): string | undefined {
  if (/[\s\\*]/.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, pathname, search, hash, username, password, origin } = new URL(text);
  if (pathname !== "/" || search + hash + username + password !== "" || /[?#@]/.test(text)) return undefined;
  return isConfidential({ protocol, hostname }) ? origin : undefined;
}
