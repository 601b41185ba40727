/** Answers one question as the proxy would answer the call: with the same decision, but nothing is sent. */
import { type CallDecider, decideReadCall, shareOf } from "../../shared/call/decide-read-call.ts";
import type { Trail } from "../../shared/call/trail.ts";
import { findOperation } from "../../shared/catalog/catalog.ts";
import type { Deadline } from "../../shared/connect/deadline.ts";
import type { Caller } from "../../shared/decide/authorize.ts";
import { summarizePrincipal } from "../../shared/decide/report.ts";
import { CodedError } from "../../shared/errors.ts";
import { type CanonicalCall, createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { decodeStructure } from "../../shared/request/decode/from-json.ts";
import { findServedSchema } from "../../shared/request/route/served-route.ts";
import { inputOf } from "./operation-input.ts";
import type { Question } from "./question.ts";
import { type Asker, subjectOf } from "./subject.ts";

/** What a question is answered with. */
export interface Decider extends CallDecider {
  readonly deadline: Deadline;
}

/** `foreign`: the caller must not ask about this subject, so that there is no decision. */
export type Answered =
  | { readonly kind: "allowed" }
  | { readonly kind: "denied"; readonly message: string }
  | { readonly kind: "foreign" };

/**
 * @throws CodedError for a call that the proxy would refuse undecided, and for one that could not be decided; the answer is
 *   then no
 */
export async function evaluate(
  decider: Decider,
  { asker, question }: { readonly asker: Asker; readonly question: Question },
  trail: Trail,
): Promise<Answered> {
  const own = summarizePrincipal(asker.principal);
  const subject = subjectOf(asker, question.subject);
  if (!subject) {
    trail.note({ principal: own, outcome: "deny", reason: "foreignSubject" });
    return { kind: "foreign" };
  }
  trail.note({
    principal: summarizePrincipal(subject.principal),
    ...(subject.kind === "given" ? { askedBy: own } : {}),
  });
  const canonical = readCall(question, asker, trail);
  const { principal, call, unseen } = subject;
  const caller: Caller = { bundle: asker.bundle, principal, call, ...(unseen ? { unseen } : {}) };
  // Look-ups use the asker's share.
  const read = { caller, canonical, deadline: decider.deadline, share: shareOf(asker.principal) };
  const { denial } = await decideReadCall(decider, read, trail);
  if (denial !== undefined) return { kind: "denied", message: denial };
  // As a call would be, it is refused if its record is required and cannot be written.
  trail.commit();
  return { kind: "allowed" };
}

/** Reads the call as `POST /operations/{Operation}` with the same input. */
function readCall({ action, resource }: Question, { bundle }: Asker, trail: Trail): CanonicalCall {
  const row = findOperation(action);
  if (!row) throw new CodedError("unknownOperation", "no operation of amazon connect has this name");
  const schema = findServedSchema(row);
  trail.note({ operation: row.name });
  const input = decodeStructure(schema.input, inputOf(row, resource), "");
  const canonical = createCanonicalCall({ row }, input, bundle.config.instances);
  trail.note({ region: canonical.instance.region });
  return canonical;
}
