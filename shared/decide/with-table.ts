/**
 * A call that the bundle alone does not allow is decided once more, with what a table attaches to its caller.
 *
 * Either decision may allow it. So the table only adds access: an item's boundary or Deny takes away only from what that
 * item gives, and an outage of the table can cost access but never adds any (docs/decisions/0047).
 */
import type { DecisionRecord } from "../audit/record.ts";
import type { AttachmentLook } from "../bundle/attachments.ts";
import type { AttachmentSource } from "../principals/table.ts";
import type { CallDecision, Caller } from "./authorize.ts";

/** `undefined` leaves the decision to the proxy. */
export interface Decided {
  readonly decision: CallDecision | undefined;
}

/** A decision, and the caller that it was made for. */
export interface DecisionWithAttachments<Result extends Decided> {
  readonly decided: Result;
  /** What the bundle alone decides. */
  readonly own: Result;
  /** With the attachments, if the decision counted them in. */
  readonly caller: Caller;
  /** What the table said; absent when it was not asked. */
  readonly look?: AttachmentLook["kind"];
  /** What the record says of that. */
  readonly recorded?: Pick<DecisionRecord, "attachments">;
}

/** Decides for a caller, with its attachments if it has any. */
type Decide<Result extends Decided> = (caller: Caller) => Result | Promise<Result>;

/**
 * Decides a call. The table is asked only if the bundle's answer may change by it: what the bundle allows never waits
 * for it, and an explicit deny of the bundle's stands whatever is attached.
 *
 * @param source of attachments; none where no table is configured
 * @param asksFor the answers of the bundle that the table is asked about
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
  const look = await source.find(caller.principal, caller.bundle);
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
