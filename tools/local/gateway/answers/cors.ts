/**
 * Cross-origin headers that API Gateway itself sends. Those on the integration's answers are the proxy function's
 * business on a REST API; an HTTP API puts its own in their place.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import {
  type CorsConfiguration,
  corsHeaders,
  preflightHeaders,
} from "../../../../shared/request/answer/cors.ts";
import type { RequestHead } from "../events/received-request.ts";
import type { Answer } from "./gateway-response.ts";

/**
 * Gives the headers on a REST API's own answers: fixed texts of template.yaml, whoever asks. A fixed text can name one
 * origin or all; for several it is all, which gives nobody anything: such an answer is about no one's data.
 */
export function gatewayResponseHeaders(cors: CorsConfiguration | undefined): Answer["headers"] {
  if (!cors) return [];
  const [only, second] = cors.allowOrigins;
  return [
    ["access-control-allow-origin", only === undefined || second !== undefined ? "*" : only],
    ["access-control-expose-headers", "x-amzn-requestid, x-amzn-errortype"],
  ];
}

/** Puts an HTTP API's headers in the place of those that an integration sent. */
export function withHttpApiCors(
  answer: Answer,
  head: RequestHead,
  cors: CorsConfiguration | undefined,
): Answer {
  if (!cors) return answer;
  const kept = answer.headers.filter(([name]) => !name.startsWith("access-control-") && name !== "vary");
  return { ...answer, headers: [...kept, ...Object.entries(corsHeaders(headerMap(head), cors))] };
}

/** Answers a preflight as an HTTP API does; `undefined` when the request is none, or none is configured. */
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
