/**
 * What the URL alone decides of a call.
 */
import { type CallDecision, type Caller, decideRoute, type RouteView } from "../../shared/authorize.ts";
import { CodedError } from "../../shared/errors.ts";
import { routeCall } from "../../shared/request/route-call.ts";

/**
 * Decides what the URL tells; `undefined` when it tells nothing, since unknown routes and malformed identifiers are
 * the proxy's to answer.
 */
export function decide(caller: Caller, view: RouteView): CallDecision | undefined {
  try {
    const routed = routeCall(caller.call, caller.bundle.config.routes);
    return routed && decideRoute(caller, routed, view);
  } catch (error) {
    const isForProxy =
      error instanceof CodedError && (error.code === "invalidInput" || error.code === "unknownOperation");
    if (isForProxy) return undefined;
    throw error;
  }
}
