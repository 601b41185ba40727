/**
 * Which requests reach the console. It can change policies and give tokens, so a web page of somebody else
 * must not, whatever a browser lets it send:
 *
 * - a page whose own name was made to point here (DNS rebinding) has another `Host`;
 * - a page of another origin, on this machine too, shows in `Sec-Fetch-Site` and `Origin`. It may only lead a person here;
 * - a frame is never answered, and {@link safetyHeaders} forbid it to show anything;
 * - what changes or tells anything needs the session's token, which is only in the page and is sent in a header.
 */
import { timingSafeEqual } from "node:crypto";
import { lowerAscii } from "../../../shared/ascii.ts";
import { isLoopback } from "../../../shared/endpoint.ts";
import { tokenHeader } from "../api.ts";

/** As the gateway has received it. */
export interface ConsoleRequest {
  readonly method: string;
  /** Without the query. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

type Head = Pick<ConsoleRequest, "method" | "headers">;

/** Says why a request is refused; nothing if it is not. Its token is not asked for. */
export function refusalOf(request: Head): string | undefined {
  const [host, ...otherHosts] = valuesOf(request, "host");
  if (host === undefined || otherHosts.length > 0 || !isOwnHost(host))
    return "the console answers only by the name of this machine: open it as http://127.0.0.1, with the gateway's port";
  const origins = valuesOf(request, "origin");
  if (origins.some((origin) => origin !== `http://${host}`))
    return "the console answers only its own page: this request is from another one";
  const [site = "none"] = valuesOf(request, "sec-fetch-site");
  const [mode, destination] = ["sec-fetch-mode", "sec-fetch-dest"].map((name) => valuesOf(request, name)[0]);
  if (/^(?:iframe|frame|embed|object|fencedframe)$/.test(destination ?? ""))
    return "the console is not shown in a frame: open it in a window of its own";
  // A link may lead here. The page that holds it sees nothing of the answer.
  const isLink = mode === "navigate" && destination === "document" && request.method === "GET";
  if (site === "same-origin" || site === "none" || isLink) return undefined;
  return "the console answers only its own page: this request is from another one";
}

/** Whether the request carries the session's token. */
export function hasToken(request: Head, token: string): boolean {
  const [sent = "", ...others] = valuesOf(request, tokenHeader);
  const [one, other] = [Buffer.from(sent), Buffer.from(token)];
  return others.length === 0 && one.length === other.length && timingSafeEqual(one, other);
}

export function isOwnHost(host: string): boolean {
  return isLoopback(host.replace(/:\d{1,5}$/, ""));
}

/** Finds all values of a header. @param name in lower case */
export function valuesOf({ headers }: Pick<Head, "headers">, name: string): readonly string[] {
  return headers.filter(([sent]) => lowerAscii(sent) === name).map(([, value]) => value);
}

/** Nothing inline, nothing evaluated, nothing from elsewhere, no frame. `engine` is the name that the page's worker is started by. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types engine",
].join("; ");

/** Every answer of the console has them. */
export const safetyHeaders: readonly (readonly [name: string, value: string])[] = [
  ["content-security-policy", contentSecurityPolicy],
  ["cross-origin-embedder-policy", "require-corp"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["origin-agent-cluster", "?1"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
  ["referrer-policy", "no-referrer"],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
];
