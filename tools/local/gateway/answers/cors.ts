/** API Gateway's own cross-origin headers. REST API: only on its own answers. HTTP API: they replace the proxy's. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import {
  type CorsConfiguration,
  corsHeaders,
  preflightHeaders,
} from "../../../../shared/request/answer/cors.ts";
import type { RequestHead } from "../events/received-request.ts";
import type { Answer } from "./gateway-response.ts";

/**
 * The headers on a REST API's own answers: fixed texts in template.yaml, the same for every request. A fixed text can name
 * one origin or all. For several origins it is all, which is safe: such an answer has no data of anybody.
 */
export function gatewayResponseHeaders(cors: CorsConfiguration | undefined): Answer["headers"] {
  if (!cors) return [];
  const [only, second] = cors.allowOrigins;
  return [
    ["access-control-allow-origin", only === undefined || second !== undefined ? "*" : only],
    ["access-control-expose-headers", "x-amzn-requestid, x-amzn-errortype"],
  ];
}

/** Replaces the headers of an integration by those of an HTTP API. */
export function withHttpApiCors(
  answer: Answer,
  head: RequestHead,
  cors: CorsConfiguration | undefined,
): Answer {
  if (!cors) return answer;
  const kept = answer.headers.filter(([name]) => !name.startsWith("access-control-") && name !== "vary");
  return { ...answer, headers: [...kept, ...Object.entries(corsHeaders(headerMap(head), cors))] };
}

/** Answers a preflight as an HTTP API does; `undefined` if the request is not one, or CORS is not configured. */
export function answerPreflight(head: RequestHead, cors: CorsConfiguration | undefined): Answer | undefined {
  const headers = preflightHeaders(head.method, headerMap(head), cors);
  return headers && { status: 204, headers: Object.entries(headers), body: "" };
}

function headerMap(head: RequestHead): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of head.headers) {
    const key = lowerAscii(name);
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return headers;
}
