/**
 * The authorizer of an API Gateway REST API: who is calling, and what the URL alone decides.
 *
 * It never sees the body, so its answer is one of three: deny, allow, or "not yet known", which is let through
 * to the proxy. Whatever goes wrong is a deny.
 */
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { type DecisionRecord, type RecordSink, writeRecord } from "../../shared/audit/decision-record.ts";
import { type CallDecision, decideRoute } from "../../shared/authorize.ts";
import type { OpenedBundle } from "../../shared/config/bundle.ts";
import { createBundleSource, type Environment } from "../../shared/config/bundle-source.ts";
import { describeDenial, summarizeDecision } from "../../shared/decision-report.ts";
import { CodedError } from "../../shared/errors.ts";
import { readBearerToken } from "../../shared/identity/bearer-token.ts";
import { carryPrincipal } from "../../shared/identity/carry-principal.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { createVerifierSource } from "../../shared/identity/verifier-source.ts";
import { answerErrorOf } from "../../shared/request/answer-error.ts";
import { readAuthorizerEvent } from "../../shared/request/rest-event.ts";
import { matchRoute } from "../../shared/request/route.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import { authorizerResult } from "./result.ts";

export interface HandlerOptions {
  /** The `package:` bundle, as parsed JSON. */
  readonly packagedBundle?: unknown;
  readonly onRecord?: RecordSink;
}

export type AuthorizerHandler = (
  event: APIGatewayRequestAuthorizerEvent,
) => Promise<APIGatewayAuthorizerResult>;

/** What becomes known of a call on the way, for its record. */
type Progress = { -readonly [Field in keyof DecisionRecord]?: DecisionRecord[Field] };

/**
 * Creates the handler.
 *
 * @param environment of the Lambda; `AUTHORIZER_TOKEN_HEADER` is the header that the API's identity source names
 *
 * The handler throws exactly `Unauthorized`, which API Gateway answers with 401, or `jwks_unavailable`, which it
 * answers with 500 and does not cache, so that a client may try again. It throws nothing else.
 */
export function createAuthorizerHandler(
  environment: Environment,
  options: HandlerOptions = {},
): AuthorizerHandler {
  const bundles = createBundleSource(environment, options.packagedBundle);
  const verifierFor = createVerifierSource();
  const write = options.onRecord ?? writeRecord;

  const identitySource = environment["AUTHORIZER_TOKEN_HEADER"]?.toLowerCase();

  async function identify(call: HttpCall, bundle: OpenedBundle): Promise<VerifiedPrincipal> {
    // The header is part of API Gateway's cache key: an answer cached under one must not serve another's caller.
    if (identitySource && identitySource !== bundle.config.tokenHeader) {
      throw new CodedError("bundleUnavailable", "the api and the configuration name different token headers");
    }
    const verifier = verifierFor(bundle.config.issuers);
    const token = readBearerToken(call.headers, bundle.config.tokenHeader);
    if (token === undefined) throw new CodedError("unauthorized", "the request carries no bearer token");
    return carryPrincipal(await verifier.verify(token), bundle.consultedClaims);
  }

  async function answer(
    event: APIGatewayRequestAuthorizerEvent,
    progress: Progress,
  ): Promise<APIGatewayAuthorizerResult> {
    const call = readAuthorizerEvent(event);
    const bundle = await bundles.current();
    progress.policyVersion = bundle.version;
    const principal = await identify(call, bundle);
    progress.principal = { id: principal.id, name: principal.name, issuer: principal.issuer };
    const decision = decide(call, principal, bundle);
    if (decision) Object.assign(progress, summarizeDecision(decision));
    progress.outcome = outcomeOf(decision);
    const refusal = decision && progress.outcome === "deny" ? describeDenial(principal, decision) : undefined;
    if (refusal !== undefined) progress.message = refusal;
    return authorizerResult(event, { principal, policyVersion: bundle.version, refusal });
  }

  return async (event) => {
    const progress: Progress = {};
    try {
      return await answer(event, progress);
    } catch (error) {
      const reason = error instanceof CodedError ? error.code : "internal";
      Object.assign(progress, { outcome: "error", reason, message: String(error) });
      if (reason === "unauthorized") throw new Error("Unauthorized");
      if (reason === "jwksUnavailable") throw new Error("jwks_unavailable");
      return authorizerResult(event, { refusal: answerErrorOf(error).message });
    } finally {
      const { requestId } = event.requestContext;
      const time = new Date().toISOString();
      write({ type: "decision", time, stage: "authorizer", requestId, outcome: "error", ...progress });
    }
  };
}

/**
 * Decides what the URL tells; `undefined` when it tells nothing, since unknown routes and malformed identifiers are
 * the proxy's to answer.
 */
function decide(
  call: HttpCall,
  principal: VerifiedPrincipal,
  bundle: OpenedBundle,
): CallDecision | undefined {
  try {
    const routed = matchRoute(call.method, call.rawPath, bundle.config.routes);
    return routed && decideRoute({ bundle, principal, call }, routed);
  } catch (error) {
    const isForProxy =
      error instanceof CodedError && (error.code === "invalidInput" || error.code === "unknownOperation");
    if (isForProxy) return undefined;
    throw error;
  }
}

function outcomeOf(decision: CallDecision | undefined): DecisionRecord["outcome"] {
  if (decision?.decision === "explicitDeny" || decision?.decision === "implicitDeny") return "deny";
  return decision?.decision === "allowed" ? "allow" : "notYetKnown";
}
