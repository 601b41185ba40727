/**
 * Decides a call that the bundle alone does not allow once more, with what a table attaches to its caller.
 *
 * Either decision may allow the call. So the table only adds access: an item's boundary or Deny restricts only what
 * that item gives, and an outage of the table can remove access but never adds any (docs/decisions/0047).
 */
import type { DecisionRecord } from "../audit/record.ts";
import type { AttachmentLook } from "../bundle/attachments.ts";
import type { AttachmentSource } from "../principals/table.ts";
import type { CallDecision, Caller } from "./authorize.ts";

/** `undefined` leaves the decision to the proxy. */
export interface Decided {
  readonly decision: CallDecision | undefined;
}

/** A decision, and the caller for whom it was made. */
export interface DecisionWithAttachments<Result extends Decided> {
  readonly decided: Result;
  /** The bundle's decision, without attachments. */
  readonly own: Result;
  /** With the attachments, if they counted. */
  readonly caller: Caller;
  /** The result of the look-up; absent without one. */
  readonly look?: AttachmentLook["kind"];
  /** The part of the audit record about the look-up. */
  readonly recorded?: Pick<DecisionRecord, "attachments">;
}

type Decide<Result extends Decided> = (caller: Caller) => Result | Promise<Result>;

/**
 * Decides a call. Reads the table only if that may change the bundle's answer: a call that the bundle allows never
 * waits for the table, and attachments never change the bundle's explicit deny.
 *
 * @param source of attachments; absent if no table is configured
 * @param asksFor the bundle's answers for which the table is read
 * @throws what `decide` throws
 */
export async function decideWithAttachments<Result extends Decided>(
  caller: Caller,
  source: AttachmentSource | undefined,
  decide: Decide<Result>,
  asksFor: readonly CallDecision["decision"][] = ["implicitDeny", "unknown"],
): Promise<DecisionWithAttachments<Result>> {
  const own = await decide(caller);
  const answer = own.decision?.decision;
  if (!source || !answer || !asksFor.includes(answer)) return { decided: own, own, caller };
  const look = await source.find(caller.principal, caller.bundle, caller.nowMs);
  const asked = { own, look: look.kind, recorded: recordOf(look) };
  if (look.kind !== "attached") return { decided: own, caller, ...asked };
  const attached = { ...caller, attachments: look.attachments };
  const joined = await decide(attached);
  // Kleene's "or" of the two: while the bundle's own answer is open, only an Allow settles it.
  const counts = joined.decision?.decision === "allowed" || answer === "implicitDeny";
  return counts ? { decided: joined, caller: attached, ...asked } : { decided: own, caller, ...asked };
}

function recordOf(look: AttachmentLook): Pick<DecisionRecord, "attachments"> {
  if (look.kind === "none") return {};
  return { attachments: look.kind === "attached" ? { kind: look.kind, ...look.attachments } : look };
}
