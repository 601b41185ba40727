/**
 * Turns the four events of API Gateway's Lambda authorizers into one request: TOKEN and REQUEST of REST APIs, payload
 * 1.0 and 2.0 of HTTP APIs. No event holds the body.
 */

import type { HttpCall } from "../types.ts";
import { readCall, shapeOf } from "./event-call.ts";
import { recordOf, textOf } from "./event-fields.ts";

export interface AuthorizerRequest {
  readonly shape: "token" | "rest" | "http1" | "http2";
  /** A TOKEN event has only method and path; they are empty when they cannot be read. */
  readonly call: HttpCall;
  /** ARN of the answer's statement; empty when the event has none. */
  readonly methodArn: string;
  /** For a TOKEN event: the value of the token's header. */
  readonly tokenText?: string;
  /**
   * Whether API Gateway reuses a cached answer only for this method and path. For a TOKEN event it does not: the cache
   * key is the token. HTTP APIs name the key in the event. On REST APIs our template requires it, and a document for
   * one method does not allow another anyway.
   */
  readonly isRouteInCacheKey: boolean;
}

/** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/path`. */
const methodArnForm = /^arn:[^:]*:execute-api:[^:]*:[^:]*:[^/]+\/[^/]+\/([^/]+)(\/.*)$/s;

/** Never throws. For `basePath`, see {@link readCall}. */
export function readAuthorizerEvent(event: unknown, basePath = ""): AuthorizerRequest {
  const members = recordOf(event);
  const methodArn = textOf(members["methodArn"]) ?? textOf(members["routeArn"]) ?? "";
  if (members["type"] === "TOKEN") {
    const tokenText = textOf(members["authorizationToken"]);
    const call = readMethodArn(methodArn);
    const request = { shape: "token", call, methodArn, isRouteInCacheKey: false } as const;
    return tokenText === undefined ? request : { ...request, tokenText };
  }
  const found = shapeOf(members);
  // A function URL has no authorizer.
  const shape = found === "functionUrl" ? "http2" : found;
  const isRouteInCacheKey = shape === "rest" || namesRoute(members);
  return { shape, call: readCall(members, shape, basePath), methodArn, isRouteInCacheKey };
}

/** It is not documented whether the path in a method ARN is percent-encoded as the client sent it. */
function readMethodArn(methodArn: string): HttpCall {
  const [, method = "", rawPath = ""] = methodArnForm.exec(methodArn) ?? [];
  return { method, rawPath, pathForm: "unsure", query: [], headers: new Map(), requestId: "" };
}

/**
 * Whether the identity sources' values include method and path. Without identity sources nothing is cached.
 *
 * Payload 2.0 lists them. Payload 1.0 joins them with commas, which a value may contain too: a caller could make a
 * header look like method and path. But then only that caller's own answers are cached, and the proxy decides every
 * call again.
 */
function namesRoute(event: Readonly<Record<string, unknown>>): boolean {
  const sources = event["identitySource"];
  if (!Array.isArray(sources) && typeof sources !== "string") return true;
  if (sources.length === 0) return true;
  const holds = (text: unknown) =>
    typeof sources === "string" ? `,${sources},`.includes(`,${text},`) : sources.includes(text);
  const context = recordOf(event["requestContext"]);
  const { method, path } = recordOf(context["http"]);
  return (
    holds(method ?? event["httpMethod"]) &&
    [path, event["rawPath"], event["path"], context["path"]].some(holds)
  );
}
