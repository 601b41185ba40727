/**
 * A call that the authorizer refused, for its comparison with a candidate bundle. What it lets through the proxy compares,
 * once, with the body in hand.
 */

import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import type { RouteView } from "../../shared/decide/authorize.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import type { Attempt } from "../../shared/shadow/compare.ts";
import type { Shadow } from "../../shared/shadow/shadow.ts";
import { decide } from "./decide.ts";

/** What became known of a call on the way; its route's facts only where the answer is for that route. */
export interface SeenCall {
  bundle?: OpenedBundle;
  principal?: VerifiedPrincipal;
  call?: HttpCall;
  view?: RouteView;
  /** What deciding came to; what goes wrong afterwards is not about that any more. */
  own?: Attempt;
}

/** Compares a call, if deciding it refused it. */
export async function compareRefused(shadow: Shadow, requestId: string, seen: SeenCall): Promise<void> {
  const { bundle, principal, call, view, own } = seen;
  if (!bundle || !principal || !call || !view || !own || !isRefusal(own)) return;
  await shadow.compare({
    stage: "authorizer",
    requestId,
    bundle,
    principal,
    own,
    decide: (candidate) => decide({ call, principal, bundle: candidate }, view),
  });
}

function isRefusal(own: Attempt): boolean {
  if ("error" in own) return true;
  return own.decision?.decision === "explicitDeny" || own.decision?.decision === "implicitDeny";
}
