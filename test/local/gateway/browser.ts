/**
 * What a browser does with a page's request to another origin (Fetch standard, "CORS protocol"): a preflight where one
 * is needed, and an answer that the page gets to see only if its headers say so.
 */
import { type Reply, send } from "./gateway-harness.ts";

export interface PageRequest {
  readonly method?: string;
  readonly path: string;
  /** What the page's script sets; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly withCredentials?: boolean;
}

/** What a page's script sees. */
export interface PageResponse {
  readonly status: number;
  /** Those that it may read, by lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

const safeMethods = ["GET", "HEAD", "POST"];
const safeHeaders = ["accept", "accept-language", "content-language"];
const alwaysReadable = ["cache-control", "content-language", "content-length", "content-type", "expires"];

/** Fetches as a page of the given origin would; rejects with a `TypeError` where a browser says "CORS error". */
export async function fetchFromPage(
  url: string,
  origin: string,
  request: PageRequest,
): Promise<PageResponse> {
  const { method = "GET", path, headers = {}, body, withCredentials = false } = request;
  const special = Object.keys(headers).filter((name) => !safeHeaders.includes(name));
  if (!safeMethods.includes(method) || special.length > 0) {
    const asked: [string, string][] = [
      ["Origin", origin],
      ["Access-Control-Request-Method", method],
      ...(special.length > 0
        ? [["Access-Control-Request-Headers", special.sort().join(",")] as [string, string]]
        : []),
    ];
    const reply = await send(url, { method: "OPTIONS", path, headers: asked });
    if (reply.status < 200 || reply.status > 299) throw new TypeError(`preflight: status ${reply.status}`);
    assertShared(reply, origin, withCredentials);
    const methods = listed(reply, "access-control-allow-methods");
    if (!safeMethods.includes(method) && !methods.includes(method))
      throw new TypeError(`preflight: method ${method}`);
    const allowed = listed(reply, "access-control-allow-headers").map((name) => name.toLowerCase());
    const missing = special.find((name) => !allowed.includes(name));
    if (missing !== undefined) throw new TypeError(`preflight: header ${missing}`);
  }
  const sent = [["Origin", origin] as const, ...Object.entries(headers)];
  const reply = await send(url, { method, path, headers: sent, ...(body === undefined ? {} : { body }) });
  assertShared(reply, origin, withCredentials);
  const exposed = listed(reply, "access-control-expose-headers").map((name) => name.toLowerCase());
  const readable = Object.entries(reply.headers).filter(
    ([name]) => alwaysReadable.includes(name) || exposed.includes(name),
  );
  return {
    status: reply.status,
    headers: new Map(readable.map(([name, value]) => [name, String(value)])),
    text: reply.text,
  };
}

function assertShared(reply: Reply, origin: string, withCredentials: boolean): void {
  const allowed = reply.headers["access-control-allow-origin"];
  const isShared = allowed === origin || (allowed === "*" && !withCredentials);
  if (!isShared) throw new TypeError(`origin: ${String(allowed)}`);
  if (withCredentials && reply.headers["access-control-allow-credentials"] !== "true")
    throw new TypeError("credentials");
}

function listed(reply: Reply, name: string): readonly string[] {
  const value = reply.headers[name];
  return typeof value === "string" ? value.split(",").map((text) => text.trim()) : [];
}
