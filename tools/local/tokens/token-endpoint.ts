/**
 * The local issuer over HTTP: its key set, and the endpoint that `npm run cli -- token` asks.
 *
 * A caller who can get tokens can do everything, so a web page must not get any. A page cannot send the header
 * `x-local-token` to another origin without a preflight, which is not answered here. A page whose own name was made to
 * point here (DNS rebinding) has another `Host` header.
 */
import { type Answer, renderGatewayResponse } from "../gateway/answers/gateway-response.ts";
import { headerValues, type ReceivedRequest } from "../gateway/events/received-request.ts";
import type { LocalRoute } from "../gateway/gateway.ts";
import { isOwnHost } from "../loopback-server.ts";
import { type TokenIssuer, type TokenRequest, TokenRequestError } from "./token-issuer.ts";

const maxTtlSeconds = 86_400;

/** Makes the routes of a token issuer, for {@link startGateway}. */
export function tokenRoutes(issuer: TokenIssuer): ReadonlyMap<string, LocalRoute> {
  return new Map<string, LocalRoute>([
    ["GET /.well-known/jwks.json", () => json(200, issuer.jwks)],
    ["POST /local/token", (request) => answerTokenRequest(request, issuer)],
  ]);
}

function answerTokenRequest(request: ReceivedRequest, issuer: TokenIssuer): Answer {
  const isLocal = isOwnHost(headerValues(request, "host"));
  const isPage = headerValues(request, "origin").length > 0;
  const isAsked = headerValues(request, "x-local-token").join() === "1";
  const isJson = /^application\/json\b/i.test(headerValues(request, "content-type").join());
  if (!isLocal || isPage || !isAsked || !isJson) {
    return renderGatewayResponse(
      "explicitDeny",
      "tokens are for the command line: use `npm run cli -- token`",
    );
  }
  const parsed = parseTokenRequest(request.body);
  if (typeof parsed === "string") return renderGatewayResponse("badRequest", parsed);
  try {
    return json(200, { token: issuer.mintToken(parsed) });
  } catch (error) {
    if (error instanceof TokenRequestError) return renderGatewayResponse("badRequest", error.message);
    throw error;
  }
}

function parseTokenRequest(body: Uint8Array): TokenRequest | string {
  try {
    return readTokenRequest(JSON.parse(Buffer.from(body).toString("utf8")));
  } catch {
    return "the body is not JSON";
  }
}

/** Returns the request, or what is wrong with it. */
export function readTokenRequest(value: unknown): TokenRequest | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "the body is not an object";
  const {
    sub,
    groups = [],
    name,
    tags = {},
    claims = {},
    ttlSeconds = 3600,
    issuer,
    ...rest
  } = value as Record<string, unknown>;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) return `\`${unknown}\` is not known`;
  if (typeof sub !== "string" || sub.trim() === "") return "`sub` must be a text that is not empty";
  if (!isTextList(groups)) return "`groups` must be a list of texts";
  if (name !== undefined && (typeof name !== "string" || name === ""))
    return "`name` must be a text that is not empty";
  if (!isTextRecord(tags)) return "`tags` must be an object whose values are texts";
  if (!isTextRecord(claims)) return "`claims` must be an object whose values are texts";
  if (issuer !== undefined && typeof issuer !== "string") return "`issuer` must be a text";
  if (
    typeof ttlSeconds !== "number" ||
    !Number.isInteger(ttlSeconds) ||
    ttlSeconds < 1 ||
    ttlSeconds > maxTtlSeconds
  ) {
    return `\`ttlSeconds\` must be a whole number from 1 to ${maxTtlSeconds}`;
  }
  const optional = { ...(name === undefined ? {} : { name }), ...(issuer === undefined ? {} : { issuer }) };
  return { sub, groups, tags, claims, ttlSeconds, ...optional };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return isTextList(Object.values(value));
}

function json(status: number, body: object): Answer {
  const headers = [["content-type", "application/json"] as const, ["cache-control", "no-store"] as const];
  return { status, headers, body: JSON.stringify(body) };
}
