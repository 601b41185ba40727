/** Decides what the URL alone can decide. */

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

export interface DecisionWithTable {
  readonly decision: CallDecision | undefined;
  /** The bundle's decision, without the table. */
  readonly own: CallDecision | undefined;
  /** The part of the record about the table of principals. */
  readonly recorded: Pick<DecisionRecord, "attachments"> | undefined;
}

/** Adds the table's attachments if the bundle alone would deny. The proxy decides what stays open. */
export async function decideWithTable(
  caller: Caller,
  view: RouteView,
  source: AttachmentSource | undefined,
): Promise<DecisionWithTable> {
  const decideOnce = (each: Caller) => ({ decision: decide(each, view) });
  const { decided, own, recorded } = await decideWithAttachments(caller, source, decideOnce, true);
  return { decision: decided.decision, own: own.decision, recorded };
}

/** Returns `undefined` when the URL decides nothing: the proxy answers unknown routes and malformed identifiers. */
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
