/**
 * The way of a call whose caller is known: read, decide, send, answer. Every function that calls Amazon Connect goes it.
 */
import type { DecisionRecord } from "../audit/record.ts";
import type { OpenedBundle } from "../bundle/bundle.ts";
import { recordedNameOf } from "../connect/answer/recorded-name.ts";
import type { Deadline } from "../connect/deadline.ts";
import { createLookUp } from "../connect/facts/look-up.ts";
import { createSender, type Sender, type SenderOptions, type SendResult } from "../connect/send.ts";
import { decideCall, type KnownFacts } from "../decide/authorize.ts";
import { callerSessionOf } from "../decide/caller-session.ts";
import type { VerifiedPrincipal } from "../identity/types.ts";
import { encodeError, encodeOutput } from "../request/answer/encode.ts";
import type { HttpAnswer } from "../request/answer/error-answer.ts";
import type { HttpCall } from "../request/types.ts";
import type { Settings } from "../settings.ts";
import { type CallDecider, decideReadCall, shareOf } from "./decide-read-call.ts";
import { createCallReader } from "./served-call.ts";
import type { Trail } from "./trail.ts";

/** What calls are decided and sent with, for the life of a container. */
export interface CallServer extends CallDecider {
  readonly send: Sender;
}

export function createCallServer(
  settings: Settings,
  attachments: CallDecider["attachments"],
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

  const share = shareOf(principal);
  const given = { bundle, principal, call };
  const { caller, own, denial } = await decideReadCall(
    { attachments, lookUp },
    { caller: given, canonical, deadline, share },
    trail,
  );
  // A candidate is compared with the bundle alone: neither uses the table.
  trail.keep({ own: { decision: own.decision }, decide: again(own.facts) });
  if (denial !== undefined) return encodeError({ ...accessDenied, message: denial }, call.requestId);

  const session = await callerSessionOf(instance, caller);
  const outgoing = {
    instance,
    caller: share,
    input,
    operation: place.operation,
    ...(session ? { session } : {}),
  };
  const onSession = (sessionName: string) => trail.note({ sessionName });
  trail.commit();
  const sendIt = () => send(outgoing, { timeoutMs: deadline.remainingMs(), deadline, onSession });
  const result = await trail.upstream(place, sendIt);
  trail.note(summarizeResult(result));
  if (result.kind === "failure") return encodeError(result.failure, call.requestId);
  deadline.settle();
  return encodeOutput(schema, result.output, call.requestId);
}

const accessDenied = { name: "AccessDeniedException", status: 403 };

/** The part of the record about Amazon Connect's answer: its id and, for a failure, only the name. */
function summarizeResult(result: SendResult): Partial<DecisionRecord> {
  const { upstreamRequestId } = result.kind === "output" ? result : result.failure;
  const upstream = upstreamRequestId ? { upstreamRequestId } : {};
  if (result.kind === "output") return upstream;
  const { name, detail } = result.failure;
  return { ...upstream, reason: recordedNameOf(name), ...(detail === undefined ? {} : { message: detail }) };
}
