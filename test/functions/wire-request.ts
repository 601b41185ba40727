/**
 * An operation's input as the HTTP request that a client sends for it, in Connect's own form or in the RPC form, and as
 * the event that API Gateway makes of it.
 */
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { encodePrincipal } from "../../shared/identity/principal/principal-context.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import type { WireInput } from "../catalog/wire-input.ts";

/** A request whose path is still percent-encoded. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The request of Connect's own route; labels for which `raw` has a text stand in the path as that text. */
export function restRequest(
  row: OperationRow,
  input: WireInput,
  raw: Readonly<Record<string, string>> = {},
): WireRequest {
  const path = row.uri.replace(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(raw, name) ? (raw[name] ?? "") : encodeURIComponent(String(input[name])),
  );
  const query: Record<string, string[]> = {};
  const headers: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  for (const { name, place, wireName } of row.members) {
    const value = input[name];
    if (value === undefined || place === "path") continue;
    if (place === "query") query[wireName] = [value].flat().map(String);
    else if (place === "body") body[name] = value;
    else headers[wireName] = typeof value === "number" ? new Date(value * 1000).toUTCString() : String(value);
  }
  const text = row.members.some(({ place }) => place === "body") ? JSON.stringify(body) : "";
  return { method: row.method, path, query, headers, body: text };
}

/** The request of the RPC form. */
export function rpcRequest(row: OperationRow, input: WireInput): WireRequest {
  return {
    method: "POST",
    path: `/operations/${row.name}`,
    query: {},
    headers: {},
    body: JSON.stringify(input),
  };
}

/** What a reader of API Gateway's events makes of a request. */
export function httpCallOf(request: WireRequest, facts: Partial<HttpCall> = {}): HttpCall {
  const { method, path, query, headers, body } = request;
  return {
    method,
    rawPath: path,
    query: Object.entries(query).flatMap(([name, values]) => values.map((value) => [name, value] as const)),
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]])),
    body,
    requestId: "r",
    ...facts,
  };
}

/** The event of the proxy integration, for a caller whom the authorizer has identified. */
export function proxyEventOf(request: WireRequest, principal: VerifiedPrincipal): APIGatewayProxyEvent {
  const { method, path, query, headers, body } = request;
  const multi = Object.entries({ "Content-Type": "application/json", ...headers });
  return {
    path,
    httpMethod: method,
    headers: Object.fromEntries(multi),
    multiValueHeaders: Object.fromEntries(multi.map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: query,
    body: body === "" ? null : body,
    isBase64Encoded: false,
    requestContext: {
      requestId: "r-1",
      identity: { sourceIp: "192.0.2.1" },
      authorizer: { principal: encodePrincipal(principal) },
    },
  } as unknown as APIGatewayProxyEvent;
}
