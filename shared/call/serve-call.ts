/**
 * The way of a call whose caller is known: read, decide, send, answer. Every function that calls Amazon Connect goes it.
 */
import type { DecisionRecord } from "../audit/record.ts";
import type { OpenedBundle } from "../bundle/bundle.ts";
import { recordedNameOf } from "../connect/answer/recorded-name.ts";
import type { Deadline } from "../connect/deadline.ts";
import { createLookUp, type LookUp } from "../connect/facts/look-up.ts";
import { createSender, type Sender, type SenderOptions, type SendResult } from "../connect/send.ts";
import { decideCall, type KnownFacts } from "../decide/authorize.ts";
import { callerSessionOf } from "../decide/caller-session.ts";
import { describeDenial, summarizeDecision } from "../decide/report.ts";
import { type DecisionWithFacts, decideWithFacts } from "../decide/with-facts.ts";
import { decideWithAttachments } from "../decide/with-table.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import type { AttachmentSource } from "../principals/table.ts";
import { encodeError, encodeOutput } from "../request/answer/encode.ts";
import type { HttpAnswer } from "../request/answer/error-answer.ts";
import type { HttpCall } from "../request/types.ts";
import type { Settings } from "../settings.ts";
import { createCallReader } from "./served-call.ts";
import type { Trail } from "./trail.ts";

/** What calls are decided and sent with, for the life of a container. */
export interface CallServer {
  readonly attachments: AttachmentSource | undefined;
  readonly send: Sender;
  readonly lookUp: LookUp;
}

export function createCallServer(
  settings: Settings,
  attachments: AttachmentSource | undefined,
  sending?: SenderOptions,
): CallServer {
  const send = createSender(settings, sending);
  return { attachments, send, lookUp: createLookUp(send) };
}

/** A call with its body, its caller, and the bundle to decide with. */
export interface IdentifiedCall {
  readonly call: HttpCall;
  readonly principal: VerifiedPrincipal;
  readonly bundle: OpenedBundle;
  readonly deadline: Deadline;
}

/** @throws CodedError for a call that cannot be read, decided or recorded */
export async function serveCall(
  { attachments, lookUp, send }: CallServer,
  { call, principal, bundle, deadline }: IdentifiedCall,
  trail: Trail,
): Promise<HttpAnswer> {
  const read = createCallReader(call);
  const again = (facts?: KnownFacts) => (candidate: OpenedBundle) =>
    decideCall({ bundle: candidate, principal, call }, read(candidate).canonical, facts);
  trail.keep({ bundle, principal, decide: again() });
  const { canonical, schema } = read(bundle, trail);
  const { instance, input } = canonical;
  const place = { operation: canonical.row.name, region: instance.region };
  trail.note(place);

  const target = { instance, caller: keyOf(principal) };
  const { caller, decided, own, recorded } = await decideWithAttachments(
    { bundle, principal, call },
    attachments,
    (each) => decideWithFacts(each, canonical, (resource) => lookUp(resource, { ...target, deadline })),
  );
  // A candidate is compared with the bundle alone: neither uses the table.
  trail.keep({ own: { decision: own.decision }, decide: again(own.facts) });
  trail.note({ ...recorded, ...summarizeDecision(decided.decision) });
  const denial = denialOf(principal, decided);
  trail.note(denial ?? { outcome: "allow" });
  if (denial) return encodeError({ ...accessDenied, message: denial.message }, call.requestId);

  const session = await callerSessionOf(instance, caller);
  const outgoing = { ...target, input, operation: place.operation, ...(session ? { session } : {}) };
  const onSession = (sessionName: string) => trail.note({ sessionName });
  trail.commit();
  const sendIt = () => send(outgoing, { timeoutMs: deadline.remainingMs(), deadline, onSession });
  const result = await trail.upstream(place, sendIt);
  trail.note(summarizeResult(result));
  if (result.kind === "failure") return encodeError(result.failure, call.requestId);
  deadline.settle();
  return encodeOutput(schema, result.output, call.requestId);
}

/** Ids are unique only within their issuer. */
function keyOf({ issuer, id }: VerifiedPrincipal): string {
  return JSON.stringify([issuer, id]);
}

const accessDenied = { name: "AccessDeniedException", status: 403 };

/** The part of the record about a call that is not allowed. */
function denialOf(principal: VerifiedPrincipal, { decision, failure }: DecisionWithFacts) {
  if (decision.decision === "allowed") return undefined;
  const message = describeDenial(principal, decision, failure);
  return { outcome: "deny", message, ...(failure ? { reason: failure.message } : {}) } as const;
}

/** The part of the record about Amazon Connect's answer: its id and, for a failure, only the name. */
function summarizeResult(result: SendResult): Partial<DecisionRecord> {
  const { upstreamRequestId } = result.kind === "output" ? result : result.failure;
  const upstream = upstreamRequestId ? { upstreamRequestId } : {};
  if (result.kind === "output") return upstream;
  const { name, detail } = result.failure;
  return { ...upstream, reason: recordedNameOf(name), ...(detail === undefined ? {} : { message: detail }) };
}
