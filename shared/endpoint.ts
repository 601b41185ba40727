/**
 * Where credentials and session tokens may be sent: anywhere over TLS, and over plain HTTP to this machine alone.
 */

interface Endpoint {
  /** `https:` or `http:`. */
  readonly protocol: string;
  readonly hostname: string;
}

/** Whether a host is this machine, by its name alone (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3). */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|\[?::1\]?|127(?:\.\d{1,3}){3})$/i.test(hostname);
}

/** Whether what is sent to an endpoint stays between the two. */
export function isConfidential({ protocol, hostname }: Endpoint): boolean {
  return protocol === "https:" || isLoopback(hostname);
}

/** What to do about one that is not. */
export const confidentialForm = "an https URL, or an http one of this machine: credentials are sent to it";
