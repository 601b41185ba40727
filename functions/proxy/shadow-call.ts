/**
 * A call as the proxy saw it, for its comparison with a candidate bundle.
 */

import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import { decideCall, type KnownFacts } from "../../shared/decide/authorize.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../shared/request/decode/decode.ts";
import type { HttpCall, OperationInput } from "../../shared/request/types.ts";
import type { Attempt } from "../../shared/shadow/compare.ts";
import type { Shadow } from "../../shared/shadow/shadow.ts";
import { routeServed } from "./served-route.ts";

/** What became known of a call on the way. */
export interface SeenCall {
  bundle?: OpenedBundle;
  principal?: VerifiedPrincipal;
  /** With its body. */
  call?: HttpCall;
  input?: OperationInput;
  facts?: KnownFacts;
  /** What deciding came to; what goes wrong afterwards is not about that any more. */
  own?: Attempt;
}

/** Compares a call that was answered, if it came as far as having a caller and a request that can be read. */
export async function compareSeen(shadow: Shadow, requestId: string, seen: SeenCall): Promise<void> {
  const { bundle, principal, call, own } = seen;
  if (!bundle || !principal || !call || !own) return;
  const decide = (candidate: OpenedBundle) => {
    const { routed, schema } = routeServed(call, candidate.config.routes);
    const hasRoutes = bundle.config.routes.length + candidate.config.routes.length > 0;
    const input = hasRoutes || !seen.input ? decodeInput(call, routed, schema) : seen.input;
    const canonical = createCanonicalCall(routed, input, candidate.config.instances);
    return decideCall({ bundle: candidate, principal, call }, canonical, seen.facts);
  };
  await shadow.compare({ stage: "proxy", requestId, bundle, principal, own, decide });
}
