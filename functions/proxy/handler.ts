/**
 * The proxy behind the API: sees the whole request, decides it again, and sends to Amazon Connect exactly the
 * input that was decided.
 */
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyResult,
  Context,
  LambdaFunctionURLEvent,
} from "aws-lambda";
import { type DecisionRecord, recordOfCall } from "../../shared/audit/decision-record.ts";
import { openRecorder } from "../../shared/audit/recorder.ts";
import { upstreamRecordOf } from "../../shared/audit/upstream-record.ts";
import { assertTrusted } from "../../shared/bundle/assert-trusted.ts";
import { createBundleSource, type Environment } from "../../shared/bundle/source/source.ts";
import { createDeadline, type Deadline } from "../../shared/connect/deadline.ts";
import { createLookUp } from "../../shared/connect/facts/look-up.ts";
import { createSender } from "../../shared/connect/send.ts";
import { callerSessionOf } from "../../shared/decide/caller-session.ts";
import { describeDenial, summarizeDecision, summarizePrincipal } from "../../shared/decide/report.ts";
import { decideWithFacts } from "../../shared/decide/with-facts.ts";
import { decideWithAttachments } from "../../shared/decide/with-table.ts";
import { CodedError, recordedMessageOf } from "../../shared/errors.ts";
import { decodePrincipal } from "../../shared/identity/principal/principal-context.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import type { CallWatch } from "../../shared/observe/observer.ts";
import { openObserver } from "../../shared/observe/open-observer.ts";
import { createAttachmentSource } from "../../shared/principals/table.ts";
import { answerErrorOf } from "../../shared/request/answer/answer-error.ts";
import { corsHeaders, preflightHeaders } from "../../shared/request/answer/cors.ts";
import { encodeError, encodeOutput } from "../../shared/request/answer/encode.ts";
import type { HttpAnswer } from "../../shared/request/answer/error-answer.ts";
import { createCanonicalCall } from "../../shared/request/canonical/canonical-call.ts";
import { decodeInput } from "../../shared/request/decode/decode.ts";
import { readBasePath } from "../../shared/request/event/base-path.ts";
import { callIdsOf } from "../../shared/request/event/call-ids.ts";
import { type ProxyRequest, readProxyEvent, withBody } from "../../shared/request/event/proxy-event.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import { createShadowOpener } from "../../shared/shadow/open-shadow.ts";
import type { Shadow } from "../../shared/shadow/shadow.ts";
import type { HandlerOptions } from "./handler-options.ts";
import { namedPolicies } from "./named-policies.ts";
import { routeServed } from "./served-route.ts";
import { compareSeen, type SeenCall } from "./shadow-call.ts";
import { summarizeResult } from "./summarize-result.ts";

/** Lambda's context, and what a local gateway knows besides: that the caller has gone. */
export type CallContext = Pick<Context, "getRemainingTimeInMillis"> &
  Partial<Pick<Context, "awsRequestId">> & { readonly signal?: AbortSignal };

export type ProxyHandler = (
  event: APIGatewayProxyEvent | APIGatewayProxyEventV2 | LambdaFunctionURLEvent,
  context?: CallContext,
) => Promise<APIGatewayProxyResult>;

/** What is known of a call so far, for its record. */
type Progress = { -readonly [Field in keyof DecisionRecord]?: DecisionRecord[Field] };

/** What is noted of a call on the way. */
interface Trail {
  readonly progress: Progress;
  readonly seen: SeenCall;
  readonly shadow: Shadow | undefined;
  readonly watch: CallWatch | undefined;
  /** Given where a call must be recorded before it is sent: does so, or throws. */
  readonly recordFirst: (() => void) | undefined;
}

/** API Gateway gives an integration 29 s; what is left for Connect ends before that. */
const longestCallMs = 28_000;
const answerMarginMs = 500;

/** Creates the handler. It never throws: every failure is an answer in AWS's error shape. */
export function createProxyHandler(environment: Environment, options: HandlerOptions = {}): ProxyHandler {
  const observer = options.observer ?? openObserver(environment);
  const counting = observer ? { count: observer.count } : {};
  const bundles = createBundleSource(environment, options.packagedBundle, counting);
  const attachments = createAttachmentSource(environment, { ...counting, ...options.table });
  const send = createSender(environment, options.sending);
  const lookUp = createLookUp(send);
  const opening = openRecorder(environment, options);
  const openShadow = createShadowOpener(environment, options.packagedBundle, {
    onDifference: options.onDifference,
    ...counting,
    ...options.shadowing,
  });
  const verifyCaller = options.verifyCaller ?? nobody;
  const basePath = readBasePath(environment);

  async function answer(
    request: ProxyRequest,
    event: unknown,
    deadline: Deadline,
    { progress, seen, shadow, watch, recordFirst }: Trail,
  ): Promise<HttpAnswer> {
    if (basePath instanceof CodedError) throw basePath;
    const known = options.verifyCaller ? undefined : knownCaller(request);
    const bundle = await bundles.current(known?.policies);
    progress.policyVersion = bundle.version;
    const principal =
      known?.principal ?? (await verifyCaller(request.call.headers, bundle, shadow?.claimsFor(bundle)));
    assertTrusted(principal, bundle);
    progress.principal = summarizePrincipal(principal);
    const call = withBody(request.call, event);
    Object.assign(seen, { bundle, principal, call });
    const { routed, schema } = routeServed(call, bundle.config.routes);
    progress.operation = routed.row.name;
    const input = decodeInput(call, routed, schema);
    const canonical = createCanonicalCall(routed, input, bundle.config.instances);
    const { input: authorized, instance } = canonical;
    progress.region = instance.region;
    seen.input = input;
    const looking = { instance, deadline, caller: keyOf(principal) };
    const { caller, decided, own, recorded } = await decideWithAttachments(
      { bundle, principal, call },
      attachments,
      (each) => decideWithFacts(each, canonical, (resource) => lookUp(resource, looking)),
    );
    const { decision, failure: gap } = decided;
    // A candidate is compared with the bundle alone: neither knows the table.
    Object.assign(seen, { own: { decision: own.decision }, facts: own.facts });
    Object.assign(progress, recorded, summarizeDecision(decision));
    if (decision.decision !== "allowed") {
      const message = describeDenial(principal, decision, gap);
      Object.assign(progress, { outcome: "deny", message, ...(gap ? { reason: gap.message } : {}) });
      return encodeError({ name: "AccessDeniedException", status: 403, message }, call.requestId);
    }
    progress.outcome = "allow";
    const session = await callerSessionOf(instance, caller);
    const outgoing = {
      operation: routed.row.name,
      input: authorized,
      instance,
      caller: looking.caller,
      ...(session ? { session } : {}),
    };
    const onSession = (name: string) => {
      progress.sessionName = name;
    };
    recordFirst?.();
    const sendIt = () => send(outgoing, { timeoutMs: deadline.remainingMs(), deadline, onSession });
    const place = { operation: routed.row.name, region: instance.region };
    const result = await (watch ? watch.upstream(place, sendIt) : sendIt());
    Object.assign(progress, summarizeResult(result));
    if (result.kind === "output") deadline.settle();
    return result.kind === "output"
      ? encodeOutput(schema, result.output, call.requestId)
      : encodeError(result.failure, call.requestId);
  }

  /** What browsers are told; nothing while there is no bundle to say it. */
  async function readCors({ method, headers }: HttpCall) {
    const cors = await bundles.current().then(
      ({ config }) => config.cors,
      () => undefined,
    );
    return { headers: corsHeaders(headers, cors), preflight: preflightHeaders(method, headers, cors) };
  }

  return async (event, context) => {
    const request = readProxyEvent(event, basePath instanceof CodedError ? "" : basePath);
    const { call } = request;
    const { requestId } = call;
    const traceHeader = environment["_X_AMZN_TRACE_ID"];
    const watch = observer && (await observer.ready)?.begin(traceHeader);
    const cors = await readCors(call);
    if (cors.preflight) return { statusCode: 204, headers: { ...cors.preflight }, body: "" };
    const remainingMs = (context?.getRemainingTimeInMillis() ?? longestCallMs) - answerMarginMs;
    const progress: Progress = {};
    const seen: SeenCall = {};
    const recorder = await opening;
    const { required } = recorder;
    const shadow = await openShadow?.();
    shadow?.begin();
    const deadline = createDeadline(Math.min(remainingMs, longestCallMs), context?.signal);
    const ids = { requestId, ...callIdsOf(event, context?.awsRequestId, traceHeader) };
    const recordOf = (more?: { readonly status: number }) =>
      recordOfCall("proxy", { ...ids, sourceIp: call.sourceIp }, { ...progress, ...more });
    let isRecorded = false;
    const recordFirst = () => {
      required?.writeFirst(recordOf());
      isRecorded = true;
    };
    const trail = {
      progress,
      seen,
      shadow,
      watch,
      recordFirst: required ? recordFirst : undefined,
    };
    const reply = await answer(request, event, deadline, trail)
      .catch((error: unknown) => {
        const reason = error instanceof CodedError ? error.code : "internal";
        Object.assign(progress, { outcome: "error", reason, message: recordedMessageOf(error) });
        seen.own ??= { error };
        return encodeError(answerErrorOf(error), requestId);
      })
      .finally(() => deadline.close());
    const { status } = reply;
    if (isRecorded) required?.writeUpstream(upstreamRecordOf(recordOf(), status));
    else await recorder.write(recordOf({ status }));
    if (shadow) await compareSeen(shadow, requestId, seen);
    await watch?.end({ ...ids, outcome: "error", ...progress }, bundles.ageMs());
    return { statusCode: reply.status, headers: { ...reply.headers, ...cors.headers }, body: reply.body };
  };
}

/** Who is calling and by which policies that was decided, as the authorizer said. */
function knownCaller({ authorizer }: ProxyRequest) {
  const principal = decodePrincipal(authorizer["principal"], Date.now() / 1000);
  return { principal, policies: namedPolicies(authorizer) };
}

/** Tells callers apart: ids are their issuer's. */
function keyOf({ issuer, id }: VerifiedPrincipal): string {
  return JSON.stringify([issuer, id]);
}

async function nobody(): Promise<never> {
  throw new CodedError("unauthorized", "the call carries no verified principal");
}
