/**
 * Which hosts are this machine, and so which endpoints may be used without TLS: for credentials, session tokens, the keys of
 * an issuer, the origin of a web page.
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

/** Whether nobody else can read or change what is exchanged with an endpoint: https, or http on this machine. */
export function isConfidential({ protocol, hostname }: Endpoint): boolean {
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

/** For messages: what an endpoint must be. */
export const confidentialForm = "an https URL, or an http one of this machine: credentials are sent to it";
