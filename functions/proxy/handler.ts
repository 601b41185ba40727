/** The proxy behind the API: sees the whole request, decides it again, and sends exactly the decided input. */
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyResult,
  Context,
  LambdaFunctionURLEvent,
} from "aws-lambda";
import type { DecisionRecord } from "../../shared/audit/record.ts";
import { assertTrusted, type OpenedBundle } from "../../shared/bundle/bundle.ts";
import { readCors } from "../../shared/call/cors.ts";
import { type Foundation, type FoundationOptions, layFoundation } from "../../shared/call/foundation.ts";
import type { Trail } from "../../shared/call/trail.ts";
import { recordedNameOf } from "../../shared/connect/answer/recorded-name.ts";
import { Deadline } from "../../shared/connect/deadline.ts";
import { createLookUp, type LookUp } from "../../shared/connect/facts/look-up.ts";
import { createSender, type Sender, type SenderOptions, type SendResult } from "../../shared/connect/send.ts";
import { decideCall, type KnownFacts } from "../../shared/decide/authorize.ts";
import { callerSessionOf } from "../../shared/decide/caller-session.ts";
import { describeDenial, summarizeDecision, summarizePrincipal } from "../../shared/decide/report.ts";
import type { CallerVerifier } from "../../shared/decide/verify-caller.ts";
import { type DecisionWithFacts, decideWithFacts } from "../../shared/decide/with-facts.ts";
import { decideWithAttachments } from "../../shared/decide/with-table.ts";
import { CodedError } from "../../shared/errors.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { encodeError, encodeOutput } from "../../shared/request/answer/encode.ts";
import { answerErrorOf, type HttpAnswer } from "../../shared/request/answer/error-answer.ts";
import { type ProxyRequest, readProxyEvent, withBody } from "../../shared/request/event/proxy-event.ts";
import { type Environment, readOrError, readSettings } from "../../shared/settings.ts";
import { type Identifier, identifyBy } from "./identify.ts";
import { createCallReader } from "./served-call.ts";

export interface ProxyOptions extends FoundationOptions {
  readonly sending?: SenderOptions;
  /**
   * For a proxy without an authorizer: verifies each call's own token, and ignores what the event says about its
   * caller. Absent: only the authorizer's context counts.
   */
  readonly verifyCaller?: CallerVerifier;
}

/** Lambda's context. A local gateway adds a signal that the client disconnected. */
export type CallContext = Pick<Context, "getRemainingTimeInMillis"> &
  Partial<Pick<Context, "awsRequestId">> & { readonly signal?: AbortSignal };

export type ProxyHandler = (
  event: APIGatewayProxyEvent | APIGatewayProxyEventV2 | LambdaFunctionURLEvent,
  context?: CallContext,
) => Promise<APIGatewayProxyResult>;

/** API Gateway's limit for an integration is 29 s; the call to Connect ends before that. */
const longestCallMs = 28_000;
const answerMarginMs = 500;

/** The handler never throws: every failure is an answer in AWS's error shape. */
export function createProxyHandler(environment: Environment, options: ProxyOptions = {}): ProxyHandler {
  const settings = readSettings(environment);
  const foundation = layFoundation(settings, options);
  const { bundles } = foundation;
  const send = createSender(settings, options.sending);
  const lookUp = createLookUp(send);
  const basePath = readOrError(() => settings.API_BASE_PATH);
  const identify = identifyBy(options.verifyCaller, bundles);
  const proxy: Proxy = { ...foundation, send, lookUp, identify, basePath };
  return async (event, context) => {
    const request = readProxyEvent(event, basePath instanceof CodedError ? "" : basePath);
    const { call } = request;
    const trail = await proxy.begin("proxy", call, { event, awsRequestId: context?.awsRequestId });
    const cors = await readCors(bundles, call);
    if (cors.preflight) return { statusCode: 204, headers: { ...cors.preflight }, body: "" };
    const remainingMs = (context?.getRemainingTimeInMillis() ?? longestCallMs) - answerMarginMs;
    const deadline = new Deadline(Math.min(remainingMs, longestCallMs), context?.signal);
    const { status, headers, body } = await answer(proxy, { request, event, deadline }, trail)
      .catch((error: unknown) => {
        trail.fail(error);
        return encodeError(answerErrorOf(error), call.requestId);
      })
      .finally(() => deadline.close());
    await trail.end(bundles.ageMs(), status);
    return { statusCode: status, headers: { ...headers, ...cors.headers }, body };
  };
}

interface Proxy extends Foundation {
  readonly identify: Identifier;
  readonly send: Sender;
  readonly lookUp: LookUp;
  /** An unusable setting refuses every call. */
  readonly basePath: string | CodedError;
}

interface ProxyCall {
  readonly request: ProxyRequest;
  /** Has the body, which is not read for unknown callers. */
  readonly event: unknown;
  readonly deadline: Deadline;
}

/** The steps of a call: identify, read, decide, send, answer. */
async function answer(
  { identify, attachments, lookUp, send, basePath }: Proxy,
  { request, event, deadline }: ProxyCall,
  trail: Trail,
): Promise<HttpAnswer> {
  if (basePath instanceof CodedError) throw basePath;
  const { principal, bundle } = await identify(request, trail);
  assertTrusted(principal, bundle);
  trail.note({ principal: summarizePrincipal(principal) });

  const call = withBody(request.call, event);
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
