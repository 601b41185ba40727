/** The request of a call: Connect's own route, as an SDK sends it, so that the authorizer knows what it would know. */
import { lowerAscii } from "../../shared/ascii.ts";
import type { OperationRow } from "../../shared/catalog/types.ts";
import { CodedError } from "../../shared/errors.ts";
import { decodeInput } from "../../shared/request/decode/decode.ts";
import { findRoute, findServedSchema } from "../../shared/request/route/served-route.ts";
import type { HttpCall } from "../../shared/request/types.ts";

type Json = Readonly<Record<string, unknown>>;

export interface TriedRequest {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** Makes the request. What cannot be said by Connect's own route is sent in the form that takes the whole input as JSON. */
export function requestOf(row: OperationRow, input: Json): TriedRequest {
  const whole = {
    ...{ method: "POST", path: `/operations/${row.name}`, query: [], headers: [] },
    body: JSON.stringify(input),
  };
  const own = ownRequest(row, input);
  const said = inputOf(whole);
  return said !== undefined && said === inputOf(own) && isKept(own.path) ? own : whole;
}

function ownRequest(row: OperationRow, input: Json): TriedRequest {
  const path = row.uri.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const query: [string, string][] = [];
  const headers: [string, string][] = [];
  const body: Record<string, unknown> = { ...input };
  for (const { name, place, wireName } of row.members) {
    const value = input[name];
    if (place !== "body") delete body[name];
    if (value === undefined || place === "path" || place === "body") continue;
    if (place === "query")
      query.push(...[value].flat().map((each): [string, string] => [wireName, String(each)]));
    else headers.push([wireName, String(value)]);
  }
  const hasBody = row.members.some(({ place }) => place === "body") || Object.keys(body).length > 0;
  return { method: row.method, path, query, headers, body: hasBody ? JSON.stringify(body) : "" };
}

/** Browsers shorten `/a/../b`. */
function isKept(path: string): boolean {
  return new URL(path, "http://localhost").pathname === path;
}

/** What the proxy reads from a request, to be compared; `undefined` if it refuses it. */
function inputOf(request: TriedRequest): string | undefined {
  try {
    const call = httpCallOf(request);
    const routed = findRoute(call, []);
    const input = decodeInput(call, routed, findServedSchema(routed.row));
    return JSON.stringify([routed.row.name, sorted(input)]);
  } catch (cause) {
    if (cause instanceof CodedError) return undefined;
    throw cause;
  }
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).map(([name, inner]) => [name, sorted(inner)] as const);
  return members.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** As the functions get it. */
export function httpCallOf(request: TriedRequest, more: Partial<HttpCall> = {}): HttpCall {
  const { method, path, query, headers, body } = request;
  return {
    ...{ method, rawPath: path, query, body, requestId: "tried" },
    headers: new Map(headers.map(([name, value]) => [lowerAscii(name), [value]])),
    ...more,
  };
}

/** Writes path and query, as a URL has them. */
export function targetOf({ path, query }: Pick<TriedRequest, "path" | "query">): string {
  const text = query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  return text === "" ? path : `${path}?${text}`;
}
