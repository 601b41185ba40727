/** Which endpoints may be used without TLS: only those of this machine. */

interface Endpoint {
  /** `https:` or `http:`. */
  readonly protocol: string;
  readonly hostname: string;
}

/** Decides by the name alone (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3). */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|\[?::1\]?|127(?:\.\d{1,3}){3})$/i.test(hostname);
}

/** Whether no one else can read or change the traffic of an endpoint: https, or http on this machine. */
export function isConfidential({ protocol, hostname }: Endpoint): boolean {
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

/** For messages. */
export const confidentialForm = "an https URL, or an http one of this machine: credentials are sent to it";
