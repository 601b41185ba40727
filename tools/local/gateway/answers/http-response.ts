/**
 * The answers that an HTTP API gives itself: a fixed message and nothing to customise ("Troubleshooting HTTP API Lambda
 * integrations" in the API Gateway Developer Guide). So a denial by the authorizer loses its reason there.
 */
import type { Answer, GatewayResponseKind } from "./gateway-response.ts";

const responses = {
  unauthorized: [401, "Unauthorized"],
  explicitDeny: [403, "Forbidden"],
  implicitDeny: [403, "Forbidden"],
  authorizerFailed: [500, "Internal Server Error"],
  internal: [500, "Internal Server Error"],
  tooLarge: [413, "Request Entity Too Large"],
  headersTooLarge: [431, "Request Header Fields Too Large"],
  uriTooLong: [414, "URI Too Long"],
  badRequest: [400, "Bad Request"],
  malformedProxyResult: [500, "Internal Server Error"],
  timedOut: [503, "Service Unavailable"],
} as const satisfies Record<GatewayResponseKind, readonly [status: number, message: string]>;

/** Renders an HTTP API's own answer. */
export function renderHttpApiResponse(kind: GatewayResponseKind): Answer {
  const [status, message] = responses[kind];
  return { status, headers: [["content-type", "application/json"]], body: JSON.stringify({ message }) };
}
