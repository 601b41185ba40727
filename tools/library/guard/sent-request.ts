/**
 * Reads a request of the SDK as the proxy reads one, and compares it with what was decided.
 *
 * So it does not matter who made the request, or what changed it on its way: only a request whose meaning was decided
 * passes.
 */
import { isDeepStrictEqual } from "node:util";
import { lowerAscii } from "../../../shared/ascii.ts";
import { decodeInput } from "../../../shared/request/decode/decode.ts";
import type { OperationSchema } from "../../../shared/request/decode/schemas.ts";
import { addTo } from "../../../shared/request/event/event-fields.ts";
import { findRoute, findServedSchema } from "../../../shared/request/route/served-route.ts";
import type { HttpCall, OperationInput } from "../../../shared/request/types.ts";

/** What a request must mean. */
export interface DecidedRequest {
  readonly operation: string;
  readonly schema: OperationSchema;
  readonly input: OperationInput;
}

/** The members of the SDK's requests that matter here. */
export interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly fragment?: string | undefined;
}

/** What a path may hold unencoded (RFC 3986, section 3.3): nothing that ends the path. */
const pathText = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;

/** A copy of a request that nobody else has; `undefined` for anything that is not a request with a whole body. */
export function copyRequest(request: unknown): SdkRequest | undefined {
  if (typeof request !== "object" || request === null) return undefined;
  const own = { ...request } as Record<string, unknown>;
  const { headers, query, body } = own;
  if (typeof headers !== "object" || typeof query !== "object") return undefined;
  own["headers"] = { ...headers };
  own["query"] = structuredClone({ ...query });
  if (body instanceof Uint8Array) own["body"] = Uint8Array.from(body);
  else if (body !== undefined && typeof body !== "string") return undefined;
  const texts = ["method", "protocol", "hostname", "path"].map((name) => own[name]);
  if (!texts.every((text) => typeof text === "string")) return undefined;
  // Own members, so that no accessor of the prototype counts.
  return Object.create(Object.getPrototypeOf(request), Object.getOwnPropertyDescriptors(own)) as SdkRequest;
}

/** Where a request goes: scheme, host and port. */
export function originOf({ protocol, hostname, port }: SdkRequest): string {
  return JSON.stringify([protocol, hostname, port ?? null]);
}

/** The meaning of a request. */
export interface ReadRequest {
  readonly operation: string;
  readonly input: OperationInput;
}

/**
 * Reads a request by Connect's own routes; `undefined` for one that the proxy would refuse.
 *
 * @param basePath of the client's endpoint; empty for none
 */
export function readRequest(request: SdkRequest, basePath: string): ReadRequest | undefined {
  try {
    const call = httpCallOf(request, basePath);
    if (!call) return undefined;
    const routed = findRoute(call, []);
    if (routed.form !== "rest" || routed.region !== undefined) return undefined;
    const schema = findServedSchema(routed.row);
    return { operation: schema.name, input: decodeInput(call, routed, schema) };
  } catch {
    return undefined;
  }
}

/** Whether a request means exactly the decided call. */
export function isDecided(read: ReadRequest | undefined, decided: DecidedRequest): boolean {
  if (read?.operation !== decided.operation) return false;
  return isDeepStrictEqual(withoutTokens(read.input, decided), decided.input);
}

function httpCallOf(request: SdkRequest, basePath: string): HttpCall | undefined {
  const { method, path, query, headers, body, fragment } = request;
  const rawPath = path.slice(basePath.length);
  // The proxy takes a doubled slash for one, but another server may not.
  if (!path.startsWith(`${basePath}/`) || rawPath.startsWith("//")) return undefined;
  if (!pathText.test(path) || fragment) return undefined;
  // Two spellings of one header are two values.
  const values = new Map<string, string[]>();
  for (const [name, value] of Object.entries(headers)) addTo(values, lowerAscii(name), value);
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, String(each ?? "")]),
  );
  const text =
    typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(asBytes(body));
  return {
    method,
    rawPath,
    query: pairs,
    headers: values,
    body: text,
    requestId: "",
  };
}

function asBytes(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}

/** The SDK makes up the token that keeps a call from being done twice, where the input has none. */
function withoutTokens(read: OperationInput, { schema, input }: DecidedRequest): OperationInput {
  const own = { ...read };
  for (const [name, member] of schema.input.structIterator())
    if (member.isIdempotencyToken() && !Object.hasOwn(input, name)) delete own[name];
  return own;
}
