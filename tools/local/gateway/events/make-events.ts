/** The event of each function, for each kind of API. */
import { assertNever } from "../../../../shared/errors.ts";
import type { ApiShape } from "./api-shape.ts";
import { authorizerEvent, proxyEvent, tokenEvent } from "./events.ts";
import {
  httpAuthorizerEvent1,
  httpAuthorizerEvent2,
  httpProxyEvent1,
  httpProxyEvent2,
} from "./http-events.ts";
import type { ReceivedRequest } from "./received-request.ts";

/** Makes the authorizer's event. @param identitySource values of all identity sources, the token's first */
export function makeAuthorizerEvent(
  shape: ApiShape["authorizer"],
  request: ReceivedRequest,
  identitySource: readonly string[],
) {
  switch (shape) {
    case "token":
      return tokenEvent(request, identitySource[0] ?? "");
    case "rest":
      return authorizerEvent(request);
    case "http1":
      return httpAuthorizerEvent1(request, identitySource);
    case "http2":
      return httpAuthorizerEvent2(request, identitySource);
    default:
      return assertNever(shape);
  }
}

/** @param authorizer the authorizer's context with `principalId`; `undefined` on a route without one */
export function makeProxyEvent(
  shape: ApiShape["proxy"],
  request: ReceivedRequest,
  authorizer: Readonly<Record<string, string>> | undefined,
) {
  switch (shape) {
    case "rest":
      return proxyEvent(request, authorizer);
    case "http1":
      return httpProxyEvent1(request, authorizer ?? {});
    case "http2":
      return httpProxyEvent2(request, authorizer);
    default:
      return assertNever(shape);
  }
}
