/**
 * Cross-origin answers that API Gateway itself gives: preflights, and headers on its own refusals. Headers on
 * the integration's answers are the proxy function's business, as they are in AWS.
 */
import type { Answer } from "./gateway-response.ts";
import { headerValues, type RequestHead } from "./received-request.ts";

export interface CorsSettings {
  /** Exact origins, or `*`. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** Returns the headers that let the request's origin read an answer; none for an origin that is not allowed. */
export function corsHeaders(head: RequestHead, cors: CorsSettings | undefined): Answer["headers"] {
  const origin = headerValues(head, "origin")[0];
  if (cors === undefined) return [];
  const isAllowed = origin !== undefined && cors.allowOrigins.includes(origin);
  const allowed = cors.allowOrigins.includes("*") ? "*" : isAllowed ? origin : undefined;
  if (allowed === undefined) return [["vary", "origin"]];
  const exposed = cors.exposeHeaders ?? [];
  return [
    ["access-control-allow-origin", allowed],
    ...(allowed === "*" ? [] : [["vary", "origin"] as const]),
    ...(exposed.length === 0 ? [] : [["access-control-expose-headers", exposed.join(", ")] as const]),
  ];
}

/** Answers a preflight without asking the authorizer; `undefined` when the request is not one. */
export function answerPreflight(head: RequestHead, cors: CorsSettings | undefined): Answer | undefined {
  const isPreflight =
    head.method === "OPTIONS" && headerValues(head, "access-control-request-method").length > 0;
  if (cors === undefined || !isPreflight) return undefined;
  return {
    status: 204,
    headers: [
      ...corsHeaders(head, cors),
      ["access-control-allow-methods", cors.allowMethods.join(", ")],
      ["access-control-allow-headers", cors.allowHeaders.join(", ")],
      ["access-control-max-age", String(cors.maxAgeSeconds ?? 600)],
    ],
    body: "",
  };
}
