/**
 * What the URL alone decides of a call.
 */

import type { DecisionRecord } from "../../shared/audit/record.ts";
import {
  type CallDecision,
  type Caller,
  decideRoute,
  type RouteView,
} from "../../shared/decide/authorize.ts";
import { decideWithAttachments } from "../../shared/decide/with-table.ts";
import { CodedError } from "../../shared/errors.ts";
import type { AttachmentSource } from "../../shared/principals/table.ts";
import { routeCall } from "../../shared/request/route/route.ts";

/** What is decided with the table of principals. */
export interface DecisionWithTable {
  readonly decision: CallDecision | undefined;
  /** What the bundle alone decides. */
  readonly own: CallDecision | undefined;
  /** What the record says of the table. */
  readonly recorded: Pick<DecisionRecord, "attachments"> | undefined;
}

/**
 * Decides with what the table attaches to the caller, where the bundle alone would deny. What it leaves open is the
 * proxy's to decide, with or without the table; and while that cannot be read, the proxy may still come to know.
 */
export async function decideWithTable(
  caller: Caller,
  view: RouteView,
  source: AttachmentSource | undefined,
): Promise<DecisionWithTable> {
  const decideOnce = (each: Caller) => ({ decision: decide(each, view) });
  const answer = await decideWithAttachments(caller, source, decideOnce, ["implicitDeny"]);
  const { decided, own, look, recorded } = answer;
  const { decision } = decided;
  // A denial that API Gateway keeps would outlive the outage; the proxy decides every call anew.
  const isOpen = look === "unreadable" && decision?.decision === "implicitDeny";
  return { decision: isOpen ? { ...decision, decision: "unknown" } : decision, own: own.decision, recorded };
}

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
