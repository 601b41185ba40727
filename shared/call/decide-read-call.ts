/** Decides a call that was read, with all that may be looked up, and notes the decision on the call's trail. */

import type { Deadline } from "../connect/deadline.ts";
import type { LookUp } from "../connect/facts/look-up.ts";
import type { Caller } from "../decide/authorize.ts";
import { describeDenial, summarizeDecision } from "../decide/report.ts";
import { type DecisionWithFacts, decideWithFacts } from "../decide/with-facts.ts";
import { decideWithAttachments } from "../decide/with-table.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { AttachmentSource } from "../principals/table.ts";
import type { CanonicalCall } from "../request/canonical/canonical-call.ts";
import type { Trail } from "./trail.ts";

/** What may be looked up. */
export interface CallDecider {
  readonly attachments: AttachmentSource | undefined;
  readonly lookUp: LookUp;
}

export interface ReadCall {
  readonly caller: Caller;
  readonly canonical: CanonicalCall;
  readonly deadline: Deadline;
  /** Whose share of the instance's places the look-ups use. */
  readonly share: string;
}

export interface DecidedReadCall {
  /** With the attachments, if they counted. */
  readonly caller: Caller;
  /** The bundle's decision, without attachments. */
  readonly own: DecisionWithFacts;
  /** The message to the caller of a call that is not allowed. */
  readonly denial?: string;
}

export async function decideReadCall(
  { attachments, lookUp }: CallDecider,
  { caller: given, canonical, deadline, share }: ReadCall,
  trail: Trail,
): Promise<DecidedReadCall> {
  const target = { instance: canonical.instance, caller: share, deadline };
  const { caller, decided, own, recorded } = await decideWithAttachments(given, attachments, (each) =>
    decideWithFacts(each, canonical, (resource) => lookUp(resource, target)),
  );
  const { decision, failure } = decided;
  trail.note({ ...recorded, ...summarizeDecision(decision) });
  if (decision.decision === "allowed") {
    trail.note({ outcome: "allow" });
    return { caller, own };
  }
  const denial = describeDenial(given.principal, decision, failure);
  trail.note({ outcome: "deny", message: denial, ...(failure ? { reason: failure.message } : {}) });
  return { caller, own, denial };
}

/** Ids are unique only within their issuer. */
export function shareOf({ issuer, id }: VerifiedPrincipal): string {
  return JSON.stringify([issuer, id]);
}
