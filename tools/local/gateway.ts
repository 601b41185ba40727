/**
 * An API Gateway REST API in this process, for `npm start` and tests: the very handlers that are deployed run
 * behind it, under the rules that AWS documents. Never deployed.
 *
 * Read {@link answerRequest} first: it is the whole life of a request.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { type AuthorizerStep, authorizeRequest } from "./gateway/authorize-request.ts";
import { createAuthorizerCache } from "./gateway/authorizer-cache.ts";
import { answerPreflight, type CorsSettings, corsHeaders } from "./gateway/cors.ts";
import { methodArnOf, proxyEvent } from "./gateway/events.ts";
import { type Answer, GatewayRefusal, renderGatewayResponse } from "./gateway/gateway-response.ts";
import { type Handler, InvocationTimeout, invoke } from "./gateway/invoke.ts";
import { limits } from "./gateway/limits.ts";
import { parseProxyResult } from "./gateway/proxy-result.ts";
import {
  assertHeadAcceptable,
  type ReceivedRequest,
  type RequestHead,
  readBody,
  readHead,
} from "./gateway/received-request.ts";
import { openLoopbackServer } from "./loopback-server.ts";

/** Something this server answers beside the API, like the token endpoint; `GET /healthz` is always there. */
export type LocalRoute = (request: ReceivedRequest) => Answer | Promise<Answer>;

export interface GatewayOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly authorizer: Handler<APIGatewayRequestAuthorizerEvent>;
  readonly proxy: Handler<APIGatewayProxyEvent>;
  /** Header that is the identity source, beside method and path. */
  readonly tokenHeader: string;
  /** 0–3600; default 60; 0 switches the cache off. */
  readonly cacheTtlSeconds?: number;
  readonly cors?: CorsSettings;
  /** Time that each function has; default 29,000. */
  readonly timeoutMs?: number;
  /** By method and path: `POST /local/token`. */
  readonly localRoutes?: ReadonlyMap<string, LocalRoute>;
  /** Told why a request ended in a 500, 502 or 504; never a token or a body. */
  readonly onProblem?: (message: string) => void;
}

export interface Gateway {
  readonly url: string;
  /** Forgets cached authorizer answers, as deploying the stage would. */
  clearAuthorizerCache(): void;
  /** Stops accepting, lets what is in flight finish. */
  close(): Promise<void>;
}

/** Starts the gateway on 127.0.0.1; rejects when the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const cache = createAuthorizerCache(options.cacheTtlSeconds ?? 60);
  const timeoutMs = options.timeoutMs ?? limits.integrationTimeoutMs;
  const { authorizer: handler, tokenHeader } = options;
  const step: AuthorizerStep = { handler, tokenHeader, cache, timeoutMs };
  const api: Api = { ...options, timeoutMs, step };
  const server = await openLoopbackServer(options.port, serverOptions, (message, response) => {
    const head = readHead(message);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    answerRequest(message, head, { ...api, signal: gone.signal })
      .catch((cause: unknown) => refuse(head, options, cause))
      .then((answer) => {
        if (!server.isOpen() || answer.status === 413) response.shouldKeepAlive = false;
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

/** Header limits are ours to enforce, so that the answer has the right shape; Node's only has to be wider. */
const serverOptions = { maxHeaderSize: 65_536, requestTimeout: 60_000 };

type Api = GatewayOptions & { readonly step: AuthorizerStep; readonly timeoutMs: number };

/** The API, for one request: its signal tells that the caller has gone. */
type RequestApi = Api & { readonly signal: AbortSignal };

const healthy: Answer = {
  status: 200,
  headers: [["content-type", "application/json"]],
  body: '{"status":"ok"}',
};

/** A request from its head to its answer. */
async function answerRequest(message: IncomingMessage, head: RequestHead, api: RequestApi): Promise<Answer> {
  assertHeadAcceptable(head);
  const request = { ...head, body: await readBody(message) };
  if (head.method === "GET" && head.rawPath === "/healthz") return healthy;
  const local = api.localRoutes?.get(`${head.method} ${head.rawPath}`);
  if (local !== undefined) return local(request);
  const preflight = answerPreflight(head, api.cors);
  if (preflight !== undefined) return preflight;
  if (Buffer.byteLength(methodArnOf(request)) > limits.methodArnBytes) throw new GatewayRefusal("uriTooLong");

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
      return withHeaders(
        renderGatewayResponse(authorization.kind, authorization.message),
        corsHeaders(head, api.cors),
      );
  }
}

async function callProxy(
  request: ReceivedRequest,
  authorizer: Readonly<Record<string, string>>,
  api: RequestApi,
): Promise<Answer> {
  const result = await invoke({
    functionName: "proxy",
    handler: api.proxy,
    event: proxyEvent(request, authorizer),
    timeoutMs: api.timeoutMs,
    requestId: request.requestId,
    signal: api.signal,
  }).catch((cause: unknown) => {
    api.onProblem?.(`proxy: ${cause instanceof Error ? cause.message : String(cause)}`);
    throw new GatewayRefusal(cause instanceof InvocationTimeout ? "timedOut" : "malformedProxyResult");
  });
  const answer = parseProxyResult(result, request.requestId);
  if (answer !== undefined) return answer;
  api.onProblem?.("proxy: the result is not of the form of a Lambda proxy integration");
  throw new GatewayRefusal("malformedProxyResult");
}

function refuse(head: RequestHead, options: GatewayOptions, cause: unknown): Answer {
  if (!(cause instanceof GatewayRefusal)) options.onProblem?.(`gateway: ${String(cause)}`);
  const kind = cause instanceof GatewayRefusal ? cause.kind : "internal";
  return withHeaders(renderGatewayResponse(kind), corsHeaders(head, options.cors));
}

function withHeaders(answer: Answer, headers: Answer["headers"]): Answer {
  return { ...answer, headers: [...answer.headers, ...headers] };
}

function send(response: ServerResponse, head: RequestHead, answer: Answer): void {
  response.statusCode = answer.status;
  response.setHeader("x-amzn-requestid", head.requestId);
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.end(head.method === "HEAD" || answer.status === 204 || answer.status === 304 ? "" : answer.body);
}
