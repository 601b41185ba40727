/**
 * The Lambda authorizer of a REST or HTTP API: who is calling, and what the URL alone decides.
 *
 * It never sees the body, so its answer is one of three: deny, allow, or "not yet known", which is let through
 * to the proxy. Whatever goes wrong is a deny.
 */
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
  Context,
} from "aws-lambda";
import { type DecisionRecord, type RecordSink, recordOfCall } from "../../shared/audit/decision-record.ts";
import { openRecorder } from "../../shared/audit/recorder.ts";
import type { ShadowSink } from "../../shared/audit/shadow-record.ts";
import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import { createBundleSource, type Environment } from "../../shared/bundle/source/source.ts";
import type { CallDecision } from "../../shared/decide/authorize.ts";
import { describeDenial, summarizeDecision, summarizePrincipal } from "../../shared/decide/report.ts";
import { type CallerVerifier, createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { CodedError, recordedMessageOf } from "../../shared/errors.ts";
import { carryPrincipal } from "../../shared/identity/principal/carry-principal.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { openObserver } from "../../shared/observe/open-observer.ts";
import { createAttachmentSource, type TableOptions } from "../../shared/principals/table.ts";
import { callerMessageOf } from "../../shared/request/answer/caller-message.ts";
import { type AuthorizerRequest, readAuthorizerEvent } from "../../shared/request/event/authorizer-event.ts";
import { callIdsOf } from "../../shared/request/event/call-ids.ts";
import { createShadowOpener } from "../../shared/shadow/open-shadow.ts";
import type { Shadow, ShadowOptions } from "../../shared/shadow/shadow.ts";
import { decideWithTable } from "./decide.ts";
import { type AuthorizerResult, authorizerResult, widestResult } from "./result.ts";
import { type AuthorizerSettings, answersSimply, readSettings } from "./settings.ts";
import { compareRefused, type SeenCall } from "./shadow-call.ts";

export interface HandlerOptions {
  /** The `package:` bundle, as parsed JSON. */
  readonly packagedBundle?: unknown;
  readonly onRecord?: RecordSink;
  /** Told where a candidate bundle (`AUTHORIZER_SHADOW_BUNDLE`) would have decided otherwise. */
  readonly onDifference?: ShadowSink;
  /** How calls are compared with it, where the defaults are not wanted. */
  readonly shadowing?: ShadowOptions;
  /** Verifies callers in another way than by the issuers' own keys; for the local gateway. */
  readonly verifyCaller?: CallerVerifier;
  /** How the table of principals is read, where the defaults are not wanted. */
  readonly table?: TableOptions;
}

type DocumentEvent = APIGatewayRequestAuthorizerEvent | APIGatewayTokenAuthorizerEvent;

/** The answer is a document; to payload 2.0 it is what `AUTHORIZER_SIMPLE_RESPONSES` says. */
export interface AuthorizerHandler {
  (event: DocumentEvent, context?: Context): Promise<APIGatewayAuthorizerResult>;
  (event: DocumentEvent | APIGatewayRequestAuthorizerEventV2, context?: Context): Promise<AuthorizerResult>;
}

/** What becomes known of a call on the way, for its record. */
type Progress = { -readonly [Field in keyof DecisionRecord]?: DecisionRecord[Field] };

/** What is noted of a call on the way. */
interface Trail {
  readonly progress: Progress;
  readonly seen: SeenCall;
  readonly shadow: Shadow | undefined;
}

/**
 * Creates the handler.
 *
 * @param environment of the Lambda; `settings.ts` says which variables
 *
 * The handler throws exactly `Unauthorized`, which API Gateway answers with 401, or `jwks_unavailable`, which it
 * answers with 500 and does not cache, so that a client may try again. It throws nothing else.
 */
export function createAuthorizerHandler(
  environment: Environment,
  options: HandlerOptions = {},
): AuthorizerHandler {
  const observer = openObserver(environment);
  const counting = observer ? { count: observer.count } : {};
  const bundles = createBundleSource(environment, options.packagedBundle, counting);
  const verifyCaller = options.verifyCaller ?? createCallerVerifier(() => observer?.count("KeysFailure"));
  const attachments = createAttachmentSource(environment, { ...counting, ...options.table });
  const opening = openRecorder(environment, options);
  const settings = readSettings(environment);
  const openShadow = createShadowOpener(environment, options.packagedBundle, {
    onDifference: options.onDifference,
    ...counting,
    ...options.shadowing,
  });

  async function identify(
    { call, shape, tokenText }: AuthorizerRequest,
    bundle: OpenedBundle,
    { identityHeader }: AuthorizerSettings,
    carried?: ReadonlySet<string>,
  ): Promise<VerifiedPrincipal> {
    const { tokenHeader } = bundle.config;
    // The header is part of API Gateway's cache key: an answer cached under one must not serve another's caller. Of a TOKEN
    // authorizer the key is the token that the event brings, whichever header it came in.
    if (shape !== "token" && identityHeader && identityHeader !== tokenHeader) {
      throw new CodedError("bundleUnavailable", "the api and the configuration name different token headers");
    }
    const headers = shape === "token" ? new Map([[tokenHeader, [tokenText ?? ""]]]) : call.headers;
    return verifyCaller(headers, bundle, carried);
  }

  async function answer(
    request: AuthorizerRequest,
    isSimple: boolean,
    { progress, seen, shadow }: Trail,
  ): Promise<AuthorizerResult> {
    if (settings instanceof CodedError) throw settings;
    const { isCached, leavesDenials } = settings;
    const bundle = await bundles.current();
    const policies = { version: bundle.version, confirmedAtMs: bundles.confirmedAtMs() };
    progress.policyVersion = bundle.version;
    const wider = shadow?.claimsFor(bundle);
    const identified = await identify(request, bundle, settings, wider);
    const principal = wider ? carryPrincipal(identified, bundle.consultedClaims) : identified;
    progress.principal = summarizePrincipal(principal);
    const scope = isCached && !request.isRouteInCacheKey ? "caller" : "route";
    const view = isCached || request.shape === "token" ? "cacheKey" : "wholeUrl";
    const caller = { call: request.call, principal, bundle };
    if (scope === "route") Object.assign(seen, { ...caller, principal: identified, view });
    const { decision, own, recorded } =
      scope === "route" ? await decideWithTable(caller, view, attachments) : nothingDecided;
    // A candidate is compared with the bundle alone, and where the call goes on, by the proxy.
    const found = outcomeOf(decision);
    // The proxy decides it again, and denies it for the same reason.
    const outcome = found === "deny" && leavesDenials ? "notYetKnown" : found;
    seen.own = { decision: outcome === "deny" ? own : found === "deny" ? undefined : decision };
    Object.assign(progress, recorded);
    if (decision) Object.assign(progress, summarizeDecision(decision));
    progress.outcome = outcome;
    const refusal = decision && outcome === "deny" ? describeDenial(principal, decision) : undefined;
    if (refusal !== undefined) progress.message = refusal;
    const { methodArn } = request;
    const facts = { methodArn, isSimple, scope, principal, policies, refusal } as const;
    return wider && refusal === undefined ? widestResult(facts, identified) : authorizerResult(facts);
  }

  async function handle(event: unknown, context?: Context): Promise<AuthorizerResult> {
    const traceHeader = environment["_X_AMZN_TRACE_ID"];
    const watch = observer && (await observer.ready)?.begin(traceHeader);
    const progress: Progress = {};
    const seen: SeenCall = {};
    const recorder = await opening;
    const shadow = await openShadow?.();
    shadow?.begin();
    const request = readAuthorizerEvent(event, settings instanceof CodedError ? "" : settings.basePath);
    const { call, shape, methodArn } = request;
    const isSimple = shape === "http2" && answersSimply(environment);
    // A TOKEN event has no id of the request: the invocation's own stands for it.
    const requestId = call.requestId || context?.awsRequestId || "";
    const ids = { requestId, ...callIdsOf(event, context?.awsRequestId, traceHeader) };
    const recordOf = () => recordOfCall("authorizer", { ...ids, sourceIp: call.sourceIp }, progress);
    let isRecorded = false;
    try {
      const result = await answer(request, isSimple, { progress, seen, shadow });
      if (recorder.required && progress.outcome !== "deny") {
        recorder.required.writeFirst(recordOf());
        isRecorded = true;
      }
      return result;
    } catch (error) {
      const reason = error instanceof CodedError ? error.code : "internal";
      Object.assign(progress, { outcome: "error", reason, message: recordedMessageOf(error) });
      seen.own ??= { error };
      if (reason === "unauthorized") throw new Error("Unauthorized");
      if (reason === "jwksUnavailable") throw new Error("jwks_unavailable");
      return authorizerResult({ methodArn, isSimple, scope: "route", refusal: callerMessageOf(error) });
    } finally {
      if (!isRecorded) await recorder.write(recordOf());
      if (shadow) await compareRefused(shadow, requestId, seen);
      await watch?.end({ ...ids, outcome: "error", ...progress }, bundles.ageMs());
    }
  }
  // Payload 2.0 alone is ever answered simply.
  return handle as AuthorizerHandler;
}

/** An answer about the caller alone. */
const nothingDecided = { decision: undefined, own: undefined, recorded: undefined };

function outcomeOf(decision: CallDecision | undefined): DecisionRecord["outcome"] {
  if (decision?.decision === "explicitDeny" || decision?.decision === "implicitDeny") return "deny";
  return decision?.decision === "allowed" ? "allow" : "notYetKnown";
}
