/**
 * An API Gateway REST or HTTP API in this process, for `npm start` and tests: the deployed handlers run behind it, under the
 * rules that AWS documents. Never deployed.
 *
 * Read {@link answerRequest} first: it is the way of a request, from start to end.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { CorsConfiguration } from "../../../shared/request/answer/cors.ts";
import { openLoopbackServer } from "../loopback-server.ts";
import { answerPreflight, gatewayResponseHeaders, withHttpApiCors } from "./answers/cors.ts";
import {
  type Answer,
  GatewayRefusal,
  type GatewayResponseKind,
  renderGatewayResponse,
  renderHttpApiResponse,
} from "./answers/gateway-response.ts";
import { parseProxyResult } from "./answers/proxy-result.ts";
import { type AuthorizerStep, authorizeRequest } from "./authorizer/authorize-request.ts";
import { createAuthorizerCache } from "./authorizer/authorizer-cache.ts";
import { type ApiShape, isHttpApi, restApi } from "./events/api-shape.ts";
import { methodArnOf } from "./events/events.ts";
import { makeProxyEvent } from "./events/make-events.ts";
import {
  assertHeadAcceptable,
  type ReceivedRequest,
  type RequestHead,
  readBody,
  readHead,
} from "./events/received-request.ts";
import { type Handler, InvocationTimeout, invoke } from "./invoke.ts";
import { limits } from "./limits.ts";

/** Pages of this machine, which are not part of the API: the console. They have limits of their own. */
export interface LocalPages {
  owns(request: RequestHead): boolean;
  answer(request: ReceivedRequest): Promise<Answer>;
}

/** A route that is not part of the API, like the token endpoint; `GET /healthz` is always there. */
export type LocalRoute = (request: ReceivedRequest) => Answer | Promise<Answer>;

/** A function whose routes have no authorizer: it verifies tokens itself. */
export interface Door {
  readonly functionName: string;
  readonly handler: GatewayOptions["proxy"];
}

export interface GatewayOptions {
  /** 0 picks a free port. */
  readonly port: number;
  /** Default: the REST API of template.yaml. */
  readonly shape?: ApiShape;
  readonly authorizer: AuthorizerStep["handler"];
  readonly proxy: Handler<ReturnType<typeof makeProxyEvent>>;
  /** The header that is an identity source, with method and path. */
  readonly tokenHeader: string;
  /** 0–3600; default 60; 0 switches the cache off. */
  readonly cacheTtlSeconds?: number;
  /** For the API's own answers; the proxy has its own. */
  readonly cors?: CorsConfiguration | undefined;
  /** Timeout of each function; default 29,000, for an HTTP API 30,000. */
  readonly timeoutMs?: number;
  /** By method and path: `POST /local/token`. */
  readonly localRoutes?: ReadonlyMap<string, LocalRoute>;
  readonly pages?: LocalPages;
  /** Finds the open door with a path. */
  readonly doorAt?: (path: string) => Door | undefined;
  /** Gets the reason for a 500, 502 or 504; never a token or a body. */
  readonly onProblem?: (message: string) => void;
}

export interface Gateway {
  readonly url: string;
  /** Drops cached authorizer answers, as a deployment of the stage does. */
  clearAuthorizerCache(): void;
  /** Stops accepting requests, and finishes those in flight. */
  close(): Promise<void>;
}

/** Starts the gateway on 127.0.0.1; rejects when the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const cache = createAuthorizerCache(options.cacheTtlSeconds ?? 60);
  const { authorizer: handler, tokenHeader, shape = restApi } = options;
  const usualTimeoutMs = isHttpApi(shape) ? limits.httpIntegrationTimeoutMs : limits.integrationTimeoutMs;
  const timeoutMs = options.timeoutMs ?? usualTimeoutMs;
  const step: AuthorizerStep = { handler, shape, tokenHeader, cache, timeoutMs };
  const api: Api = { ...options, shape, timeoutMs, step };
  const server = await openLoopbackServer(options.port, serverOptions, (message, response) => {
    const head = readHead(message);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    answerRequest(message, head, { ...api, signal: gone.signal })
      .catch((cause: unknown) => refuse(head, api, cause))
      .then((answer) => {
        if (!server.isOpen() || answer.status === 413) response.shouldKeepAlive = false;
        response.setHeader(isHttpApi(shape) ? "apigw-requestid" : "x-amzn-requestid", head.requestId);
        send(response, head, answer);
      })
      .catch(() => response.destroy());
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    clearAuthorizerCache: () => cache.clear(),
    close: () => server.close(),
  };
}

/** We check the header limits ourselves, so that the answer has the right shape; Node's limit must be wider. */
const serverOptions = { maxHeaderSize: 65_536, requestTimeout: 60_000 };

type Api = GatewayOptions & {
  readonly shape: ApiShape;
  readonly step: AuthorizerStep;
  readonly timeoutMs: number;
};

/** The API, for one request: its signal says that the client disconnected. */
type RequestApi = Api & { readonly signal: AbortSignal };

const healthy: Answer = {
  status: 200,
  headers: [["content-type", "application/json"]],
  body: '{"status":"ok"}',
};

async function answerRequest(message: IncomingMessage, head: RequestHead, api: RequestApi): Promise<Answer> {
  if (api.pages?.owns(head)) return api.pages.answer({ ...head, body: await readBody(message) });
  assertHeadAcceptable(head);
  const request = { ...head, body: await readBody(message) };
  if (head.method === "GET" && head.rawPath === "/healthz") return healthy;
  const local = api.localRoutes?.get(`${head.method} ${head.rawPath}`);
  if (local !== undefined) return local(request);
  const preflight = isHttpApi(api.shape) ? answerPreflight(head, api.cors) : undefined;
  if (preflight !== undefined) return preflight;
  // Both templates have a route for OPTIONS without authorizer, since a preflight has no token. A REST API sends it to a
  // function of its own, which answers as the proxy does.
  if (head.method === "OPTIONS") return callProxy(request, undefined, api);
  const door = api.doorAt?.(head.rawPath);
  if (door !== undefined) return withChallenge(await callFunction(door, request, api));
  if (!isHttpApi(api.shape) && Buffer.byteLength(methodArnOf(request)) > limits.methodArnBytes)
    throw new GatewayRefusal("uriTooLong");

  const authorization = await authorizeRequest(request, api.step);
  switch (authorization.kind) {
    case "allowed":
      return callProxy(request, authorization.context, api);
    case "failed":
      api.onProblem?.(`authorizer: ${authorization.reason}`);
      throw new GatewayRefusal("authorizerFailed");
    case "unauthorized":
      throw new GatewayRefusal("unauthorized");
    default:
      return ownAnswer(head, api, authorization.kind, authorization.message);
  }
}

/** Keeps a door's challenge by its own name, too: a local gateway has no custom domain at which clients could look. */
function withChallenge(answer: Answer): Answer {
  const challenge = answer.headers.find(([name]) => name === "x-amzn-remapped-www-authenticate");
  if (challenge === undefined) return answer;
  return { ...answer, headers: [...answer.headers, ["www-authenticate", challenge[1]]] };
}

function callProxy(
  request: ReceivedRequest,
  authorizer: AuthorizerContext | undefined,
  api: RequestApi,
): Promise<Answer> {
  return callFunction({ functionName: "proxy", handler: api.proxy, authorizer }, request, api);
}

type AuthorizerContext = Readonly<Record<string, string>>;

async function callFunction(
  { functionName, handler, authorizer }: Door & { readonly authorizer?: AuthorizerContext | undefined },
  request: ReceivedRequest,
  api: RequestApi,
): Promise<Answer> {
  const result = await invoke({
    functionName,
    handler,
    event: makeProxyEvent(api.shape.proxy, request, authorizer),
    timeoutMs: api.timeoutMs,
    requestId: request.requestId,
    signal: api.signal,
  }).catch((cause: unknown) => {
    if (cause instanceof GatewayRefusal) throw cause;
    api.onProblem?.(`${functionName}: ${cause instanceof Error ? cause.message : String(cause)}`);
    throw new GatewayRefusal(cause instanceof InvocationTimeout ? "timedOut" : "malformedProxyResult");
  });
  const { requestId } = request;
  const answer = parseProxyResult(result, { shape: api.shape.proxy, requestId });
  if (answer !== undefined) return isHttpApi(api.shape) ? withHttpApiCors(answer, request, api.cors) : answer;
  api.onProblem?.(`${functionName}: the result does not have the form of a Lambda proxy integration`);
  throw new GatewayRefusal("malformedProxyResult");
}

function refuse(head: RequestHead, api: Api, cause: unknown): Answer {
  if (!(cause instanceof GatewayRefusal)) api.onProblem?.(`gateway: ${String(cause)}`);
  return ownAnswer(head, api, cause instanceof GatewayRefusal ? cause.kind : "internal");
}

function ownAnswer(head: RequestHead, api: Api, kind: GatewayResponseKind, message?: string): Answer {
  if (isHttpApi(api.shape)) return withHttpApiCors(renderHttpApiResponse(kind), head, api.cors);
  const answer = renderGatewayResponse(kind, message);
  return { ...answer, headers: [...answer.headers, ...gatewayResponseHeaders(api.cors)] };
}

function send(response: ServerResponse, head: RequestHead, answer: Answer): void {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.end(head.method === "HEAD" || answer.status === 204 || answer.status === 304 ? "" : answer.body);
}
