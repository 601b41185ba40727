/**
 * The second decision of a call that the bundle alone does not allow: with what a table attaches to its caller. Loaded
 * when the first call needs it.
 */
import type { DecisionRecord } from "../audit/record.ts";
import type { AttachmentLook } from "../bundle/attachments.ts";
import type { AttachmentSource } from "../principals/table.ts";
import type { Caller } from "./authorize.ts";
import type { Decide, Decided, DecisionWithAttachments } from "./with-table.ts";

/** Asks the table and, if it attaches anything, decides again and joins the two answers. */
export async function joinAttachments<Result extends Decided>(
  { caller, own }: { readonly caller: Caller; readonly own: Result },
  source: AttachmentSource,
  decide: Decide<Result>,
): Promise<DecisionWithAttachments<Result>> {
  const look = await source.find(caller.principal, caller.bundle);
  const asked = { own, look: look.kind, recorded: recordOf(look) };
  if (look.kind !== "attached") return { decided: own, caller, ...asked };
  const attached = { ...caller, attachments: look.attachments };
  const joined = await decide(attached);
  // Kleene's "or" of the two: while the bundle's own answer is open, only an Allow settles it.
  const counts = joined.decision?.decision === "allowed" || own.decision?.decision === "implicitDeny";
  return counts ? { decided: joined, caller: attached, ...asked } : { decided: own, caller, ...asked };
}

function recordOf(look: AttachmentLook): Pick<DecisionRecord, "attachments"> {
  if (look.kind === "none") return {};
  return { attachments: look.kind === "attached" ? { kind: look.kind, ...look.attachments } : look };
}
