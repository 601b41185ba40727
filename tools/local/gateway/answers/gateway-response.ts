/** API Gateway's own answers, shaped as template.yaml customises them, so that SDK clients raise the right exception. */

import { whyUnauthorized } from "../../../openapi/rest-api/gateway-responses.ts";

/** Header names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array;
}

interface GatewayResponse {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/** Every gateway response, by cause; types and statuses: Developer Guide, "Gateway response types for API Gateway". */
const gatewayResponses = {
  /** UNAUTHORIZED: no identity source, or the authorizer threw `Unauthorized`. */
  unauthorized: {
    status: 401,
    type: "UnauthorizedException",
    message: `Unauthorized: ${whyUnauthorized}`,
    headers: [["www-authenticate", `Bearer error="invalid_token", error_description="${whyUnauthorized}"`]],
  },
  /** ACCESS_DENIED. */
  explicitDeny: {
    status: 403,
    type: "AccessDeniedException",
    message: "User is not authorized to access this resource with an explicit deny",
  },
  implicitDeny: {
    status: 403,
    type: "AccessDeniedException",
    message: "User is not authorized to access this resource",
  },
  /** AUTHORIZER_CONFIGURATION_ERROR and AUTHORIZER_FAILURE. */
  authorizerFailed: {
    status: 500,
    type: "InternalServerErrorException",
    message: "Internal server error: the authorizer gave no usable answer",
  },
  /** A bug of this imitation. */
  internal: { status: 500, type: "InternalServerErrorException", message: "Internal server error" },
  /** REQUEST_TOO_LARGE. */
  tooLarge: {
    status: 413,
    type: "RequestEntityTooLargeException",
    message: "Request entity too large: the limit is 10 MB",
  },
  headersTooLarge: {
    status: 431,
    type: "RequestEntityTooLargeException",
    message: "Request line and headers too large: the limit is 10,240 bytes",
  },
  uriTooLong: {
    status: 414,
    type: "RequestEntityTooLargeException",
    message: "Request URI too long: the method's ARN may have 1,600 bytes",
  },
  badRequest: { status: 400, type: "BadRequestException", message: "Bad request" },
  /** INTEGRATION_FAILURE: malformed Lambda proxy response. */
  malformedProxyResult: {
    status: 502,
    type: "InternalServerErrorException",
    message: "Internal server error",
  },
  /** INTEGRATION_TIMEOUT. */
  timedOut: { status: 504, type: "GatewayTimeoutException", message: "Endpoint request timed out" },
} as const satisfies Record<string, GatewayResponse>;

export type GatewayResponseKind = keyof typeof gatewayResponses;

/** A request that the gateway itself refuses. */
export class GatewayRefusal extends Error {
  override readonly name = "GatewayRefusal";
  readonly kind: GatewayResponseKind;

  constructor(kind: GatewayResponseKind) {
    super(gatewayResponses[kind].message);
    this.kind = kind;
  }
}

/** @param message replaces the usual text, as a template with `$context.authorizer.message` does */
export function renderGatewayResponse(kind: GatewayResponseKind, message?: string): Answer {
  const response: GatewayResponse = gatewayResponses[kind];
  return {
    status: response.status,
    headers: [
      ["content-type", "application/json"],
      ["x-amzn-errortype", response.type],
      ...(response.headers ?? []),
    ],
    body: JSON.stringify({ __type: response.type, message: message ?? response.message }),
  };
}

/**
 * An HTTP API's own answers: fixed messages that cannot be customised ("Troubleshooting HTTP API Lambda integrations" in the
 * API Gateway Developer Guide). So a denial by the authorizer loses its reason there.
 */
const httpApiResponses = {
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

export function renderHttpApiResponse(kind: GatewayResponseKind): Answer {
  const [status, message] = httpApiResponses[kind];
  return { status, headers: [["content-type", "application/json"]], body: JSON.stringify({ message }) };
}
