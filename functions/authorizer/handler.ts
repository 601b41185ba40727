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
import { encodePrincipal } from "../../shared/identity/principal-context.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { createTokenVerifier, type TokenVerifier } from "../../shared/identity/verify.ts";
import { answerErrorOf } from "../../shared/request/answer-error.ts";
import { readAuthorizerEvent } from "../../shared/request/rest-event.ts";
import { matchRoute } from "../../shared/request/route.ts";
import type { HttpCall } from "../../shared/request/types.ts";

export interface HandlerOptions {
  /** The `package:` bundle, as parsed JSON. */
  readonly packagedBundle?: unknown;
  readonly onRecord?: RecordSink;
}

export type AuthorizerHandler = (
  event: APIGatewayRequestAuthorizerEvent,
) => Promise<APIGatewayAuthorizerResult>;

/** What is known of a call so far, for its record and its answer. */
type Progress = Omit<DecisionRecord, "type" | "time" | "stage" | "requestId" | "outcome">;

/**
 * Creates the handler.
 *
 * The handler throws exactly `Unauthorized`, which API Gateway answers with 401, and `jwks_unavailable`, which it
 * answers with 500 and does not cache, so that a client may try again. It throws nothing else.
 */
export function createAuthorizerHandler(
  environment: Environment,
  options: HandlerOptions = {},
): AuthorizerHandler {
  const bundles = createBundleSource(environment, options.packagedBundle);
  const verifiers = new WeakMap<OpenedBundle, TokenVerifier>();
  const write = options.onRecord ?? writeRecord;

  async function identify(call: HttpCall, bundle: OpenedBundle): Promise<VerifiedPrincipal> {
    const verifier = verifiers.get(bundle) ?? createTokenVerifier(bundle.config.issuers);
    verifiers.set(bundle, verifier);
    const token = readBearerToken(call.headers, bundle.config.tokenHeader);
    if (token === undefined) throw new CodedError("unauthorized", "the request carries no bearer token");
    return verifier.verify(token);
  }

  return async (event) => {
    const call = readAuthorizerEvent(event);
    const record = (outcome: DecisionRecord["outcome"], progress: Progress): void =>
      write({
        type: "decision",
        time: new Date().toISOString(),
        stage: "authorizer",
        requestId: call.requestId,
        outcome,
        ...progress,
      });
    let principal: VerifiedPrincipal | undefined;
    try {
      const bundle = await bundles.current();
      principal = await identify(call, bundle);
      const decision = decide(call, principal, bundle);
      const denied = decision?.decision === "explicitDeny" || decision?.decision === "implicitDeny";
      const message = decision && denied ? describeDenial(principal, decision) : undefined;
      const outcome = denied ? "deny" : decision?.decision === "allowed" ? "allow" : "notYetKnown";
      record(outcome, {
        ...describe(principal, decision),
        policyVersion: bundle.version,
        ...(message ? { message } : {}),
      });
      return document(event, { principal, version: bundle.version, ...(message ? { message } : {}) });
    } catch (error) {
      const { message } = answerErrorOf(error);
      const reason = error instanceof CodedError ? error.code : "internal";
      record("error", {
        ...(principal ? describe(principal) : {}),
        reason,
        message: error instanceof Error ? error.message : message,
      });
      if (reason === "unauthorized") throw new Error("Unauthorized");
      if (reason === "jwksUnavailable") throw new Error("jwks_unavailable");
      return document(event, { ...(principal ? { principal } : {}), message });
    }
  };
}

/** Decides what the URL tells; `undefined` when it tells nothing, since the proxy answers unknown routes and bad ids. */
function decide(
  call: HttpCall,
  principal: VerifiedPrincipal,
  bundle: OpenedBundle,
): CallDecision | undefined {
  try {
    const routed = matchRoute(call.method, call.rawPath);
    return routed && decideRoute({ bundle, principal, call }, routed);
  } catch (error) {
    if (error instanceof CodedError && error.code === "invalidInput") return undefined;
    throw error;
  }
}

function describe(principal: VerifiedPrincipal, decision?: CallDecision): Progress {
  const { id, name, issuer } = principal;
  return { principal: { id, name, issuer }, ...(decision ? summarizeDecision(decision) : {}) };
}

/**
 * The answer to API Gateway: one statement, with the literal action, because some emulators ignore a Deny beside
 * an Allow and wildcards in the action.
 */
function document(
  event: APIGatewayRequestAuthorizerEvent,
  facts: { readonly principal?: VerifiedPrincipal; readonly version?: string; readonly message?: string },
): APIGatewayAuthorizerResult {
  const { principal, version, message } = facts;
  const denied = message !== undefined;
  return {
    principalId: principal?.id ?? "unknown",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Effect: denied ? "Deny" : "Allow", Action: "execute-api:Invoke", Resource: event.methodArn },
      ],
    },
    context: {
      ...(principal ? { principal: encodePrincipal(principal) } : {}),
      ...(version ? { policyVersion: version } : {}),
      // For the gateway response: `message` as it is, `messageJson` ready to stand between quotes in a JSON template.
      ...(denied ? { message, messageJson: JSON.stringify(message).slice(1, -1) } : {}),
    },
  };
}
