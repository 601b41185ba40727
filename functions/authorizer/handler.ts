/**
 * The Lambda authorizer of a REST or HTTP API: identifies the caller, and decides what the URL alone can decide.
 *
 * It never sees the body, so it denies, allows, or lets the call through to the proxy as "not yet known". Every failure
 * is a deny.
 */
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
  Context,
} from "aws-lambda";
import type { DecisionRecord } from "../../shared/audit/record.ts";
import type { OpenedBundle } from "../../shared/bundle/bundle.ts";
import { type Foundation, type FoundationOptions, layFoundation } from "../../shared/call/foundation.ts";
import type { Trail } from "../../shared/call/trail.ts";
import type { CallDecision } from "../../shared/decide/authorize.ts";
import { describeDenial, summarizeDecision, summarizePrincipal } from "../../shared/decide/report.ts";
import { type CallerVerifier, createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { CodedError } from "../../shared/errors.ts";
import { callerMessageOf } from "../../shared/request/answer/error-answer.ts";
import { type AuthorizerRequest, readAuthorizerEvent } from "../../shared/request/event/authorizer-event.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import { type Environment, readSettings } from "../../shared/settings.ts";
import { decide, decideWithTable } from "./decide.ts";
import { type AuthorizerResult, authorizerResult } from "./result.ts";
import { type AuthorizerSettings, answersSimply, readAuthorizerSettings } from "./settings.ts";
import { usageOf } from "./usage-key.ts";

export interface AuthorizerOptions extends FoundationOptions {
  /** Replaces the verification by issuers' keys; for the local gateway. */
  readonly verifyCaller?: CallerVerifier;
}

type DocumentEvent = APIGatewayRequestAuthorizerEvent | APIGatewayTokenAuthorizerEvent;

/** Returns an IAM policy document, or, for payload format 2.0 with `AUTHORIZER_SIMPLE_RESPONSES`, a simple response. */
export interface AuthorizerHandler {
  (event: DocumentEvent, context?: Context): Promise<APIGatewayAuthorizerResult>;
  (event: DocumentEvent | APIGatewayRequestAuthorizerEventV2, context?: Context): Promise<AuthorizerResult>;
}

/**
 * The handler throws only `Unauthorized`, which API Gateway answers with 401, or `jwks_unavailable`, which it answers
 * with 500 and does not cache, so that a client may try again.
 *
 * @param environment of the Lambda; `shared/settings.ts` lists the variables
 */
export function createAuthorizerHandler(
  environment: Environment,
  options: AuthorizerOptions = {},
): AuthorizerHandler {
  const variables = readSettings(environment);
  const foundation = layFoundation(variables, options);
  const { observer, bundles } = foundation;
  const verifyCaller = options.verifyCaller ?? createCallerVerifier(() => observer?.count("KeysFailure"));
  const settings = readAuthorizerSettings(variables);
  const authorizer: Authorizer = { ...foundation, verifyCaller, settings };

  async function handle(event: unknown, context?: Context): Promise<AuthorizerResult> {
    const read = readAuthorizerEvent(event, settings instanceof CodedError ? "" : settings.basePath);
    const awsRequestId = context?.awsRequestId;
    // A TOKEN event has no request id, so the invocation's id is used.
    const call = { ...read.call, requestId: read.call.requestId || awsRequestId || "" };
    const isSimple = read.shape === "http2" && answersSimply(variables);
    const trail = await authorizer.begin("authorizer", call, { event, awsRequestId });
    try {
      return await answer(authorizer, { ...read, call, isSimple }, trail);
    } catch (error) {
      const reason = trail.fail(error);
      if (reason === "unauthorized") throw new Error("Unauthorized");
      if (reason === "jwksUnavailable") throw new Error("jwks_unavailable");
      const { methodArn } = read;
      return authorizerResult({ methodArn, isSimple, scope: "route", refusal: callerMessageOf(error) });
    } finally {
      await trail.end(bundles.ageMs());
    }
  }
  // Only payload format 2.0 gets a simple response.
  return handle as AuthorizerHandler;
}

interface Authorizer extends Foundation {
  readonly verifyCaller: CallerVerifier;
  /** An unusable setting refuses every call. */
  readonly settings: AuthorizerSettings | CodedError;
}

/** The steps of a call: identify, decide by the URL, answer. */
async function answer(
  { bundles, attachments, verifyCaller, settings }: Authorizer,
  request: AuthorizerRequest & { readonly isSimple: boolean },
  trail: Trail,
): Promise<AuthorizerResult> {
  if (settings instanceof CodedError) throw settings;
  const { isCached, leavesDenials, usageKeys } = settings;
  const { call, methodArn, isSimple } = request;
  const bundle = await bundles.current();
  const policies = { version: bundle.version, confirmedAtMs: bundles.confirmedAtMs() };
  trail.note({ policyVersion: bundle.version });
  const headers = tokenHeadersOf(request, bundle, settings);
  const principal = await verifyCaller(headers, bundle, trail.claimsFor(bundle));
  trail.note({ principal: summarizePrincipal(principal) });

  const scope = isCached && !request.isRouteInCacheKey ? "caller" : "route";
  const view = isCached || request.shape === "token" ? "cacheKey" : "wholeUrl";
  const again = (candidate: OpenedBundle) => decide({ call, principal, bundle: candidate }, view);
  if (scope === "route") trail.keep({ bundle, principal, decide: again });
  const { decision, own, recorded } =
    scope === "route"
      ? await decideWithTable({ call, principal, bundle }, view, attachments)
      : nothingDecided;
  const found = outcomeOf(decision);
  // The proxy decides it again, and denies it for the same reason.
  const outcome = found === "deny" && leavesDenials ? "notYetKnown" : found;
  // A candidate is compared with the bundle alone: neither uses the table.
  trail.keep({ own: { decision: outcome === "deny" ? own : undefined } });
  trail.note({ ...recorded, ...(decision ? summarizeDecision(decision) : {}), outcome });
  const refusal = decision && outcome === "deny" ? describeDenial(principal, decision) : undefined;
  if (refusal !== undefined) trail.note({ message: refusal });
  const { consultedClaims } = bundle;
  const usage = usageOf(methodArn, principal, usageKeys);
  const facts = { methodArn, isSimple, scope, principal, consultedClaims, policies, usage, refusal } as const;
  const result = authorizerResult(facts);
  if (outcome !== "deny") trail.commit();
  return result;
}

/** For an answer about the caller alone. */
const nothingDecided = { decision: undefined, own: undefined, recorded: undefined };

/**
 * The headers that may hold the token. The token's header is part of API Gateway's cache key: an answer cached for one
 * header must not serve the caller of another. The cache key of a TOKEN authorizer is the event's token, from any
 * header.
 */
function tokenHeadersOf(
  { call, shape, tokenText }: AuthorizerRequest,
  { config: { tokenHeader } }: OpenedBundle,
  { identityHeader }: AuthorizerSettings,
): HttpCall["headers"] {
  if (shape === "token") return new Map([[tokenHeader, [tokenText ?? ""]]]);
  if (!identityHeader || identityHeader === tokenHeader) return call.headers;
  throw new CodedError("bundleUnavailable", "the api and the configuration name different token headers");
}

function outcomeOf(decision: CallDecision | undefined): DecisionRecord["outcome"] {
  if (decision?.decision === "explicitDeny" || decision?.decision === "implicitDeny") return "deny";
  return decision?.decision === "allowed" ? "allow" : "notYetKnown";
}
