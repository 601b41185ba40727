/**
 * Decides a call with what a table attaches to its caller.
 *
 * By default, a call that the bundle alone does not allow is decided once more with the item, and either decision may
 * allow it. So the table only adds access: an item's boundary or Deny restricts only what that item gives, and an outage
 * of the table can remove access but never adds any (docs/decisions/0047).
 *
 * With `principals: authoritative`, every call is decided with the item: its Denies and boundary restrict everything
 * (IAM User Guide, "Policy evaluation logic"). Then a call whose item cannot be used is refused (docs/decisions/0133).
 */
import type { DecisionRecord } from "../audit/record.ts";
import type { AttachmentLook } from "../bundle/attachments.ts";
import { CodedError } from "../errors.ts";
import type { AttachmentSource } from "../principals/table.ts";
import type { CallDecision, Caller } from "./authorize.ts";

/** `undefined` leaves the decision to the proxy. */
export interface Decided {
  readonly decision: CallDecision | undefined;
  /** Why the call is refused without a decision. */
  readonly failure?: CodedError;
}

/** A decision, and the caller for whom it was made. */
export interface DecisionWithAttachments<Result extends Decided> {
  readonly decided: Result;
  /** The bundle's decision, without attachments. */
  readonly own: Result;
  /** With the attachments, if they counted. */
  readonly caller: Caller;
  /** The part of the audit record about the look-up. */
  readonly recorded?: Pick<DecisionRecord, "attachments">;
}

type Decide<Result extends Decided> = (caller: Caller) => Result | Promise<Result>;

/**
 * Decides a call. Reads the table only if that may change the answer: attachments never change the bundle's explicit
 * deny, and never its Allow if they only add.
 *
 * @param source of attachments; absent if no table is configured
 * @param isEarly whether the proxy decides the call again: then what the table may still take away is left open
 * @throws what `decide` throws, and CodedError `bundleUnavailable` if the table is authoritative and not configured
 */
export async function decideWithAttachments<Result extends Decided>(
  caller: Caller,
  source: AttachmentSource | undefined,
  decide: Decide<Result>,
  isEarly = false,
): Promise<DecisionWithAttachments<Result>> {
  const isWhole = caller.bundle.config.principals === "authoritative";
  if (isWhole && !source) throw new CodedError("bundleUnavailable", noTable);
  const own = await decide(caller);
  const answer = own.decision?.decision;
  const left = (failure?: CodedError): Result => ({
    ...own,
    decision: { ...own.decision, decision: "unknown" },
    ...(failure && { failure }),
  });
  if (!source || !answer || !asksTable(answer, isEarly, isWhole))
    return { decided: isEarly && isWhole && answer === "allowed" ? left() : own, own, caller };
  const look = await source.find(caller.principal, caller.bundle, caller.nowMs);
  const asked = { own, recorded: recordOf(look) };
  if (look.kind === "attached") {
    const attached = { ...caller, attachments: look.attachments };
    const joined = await decide(attached);
    // Kleene's "or" of the two: while the bundle's own answer is open, only an Allow settles it.
    const counts = isWhole || joined.decision?.decision === "allowed" || answer === "implicitDeny";
    return counts ? { decided: joined, caller: attached, ...asked } : { decided: own, caller, ...asked };
  }
  let decided = own;
  // A denial that API Gateway caches would outlive the outage; the proxy decides every call again.
  if (isEarly) decided = look.kind === "unreadable" ? left() : own;
  else if (isWhole && look.kind !== "none") decided = left(new CodedError("bundleUnavailable", noItem));
  return { decided, caller, ...asked };
}

const noTable = "`principals: authoritative` needs `AUTHORIZER_PRINCIPALS_TABLE`";
const noItem = "the caller's item cannot be used";

/** Whether an item could change the bundle's answer. The proxy asks about what the authorizer leaves open. */
function asksTable(answer: CallDecision["decision"], isEarly: boolean, isWhole: boolean): boolean {
  if (isEarly) return answer === "implicitDeny";
  return isWhole ? answer !== "explicitDeny" : answer === "implicitDeny" || answer === "unknown";
}

function recordOf(look: AttachmentLook): Pick<DecisionRecord, "attachments"> {
  if (look.kind === "none") return {};
  return { attachments: look.kind === "attached" ? { kind: look.kind, ...look.attachments } : look };
}
