/**
 * The authorizer's answer in API Gateway's two forms: an IAM document, and the simple response of HTTP APIs.
 *
 * The document has one statement with a literal action: some emulators ignore a Deny next to an Allow, and wildcards in
 * the action. Its resource is the requested method, so that the cached document applies to no other. The exception is
 * an API whose cache serves one answer for all methods of the caller.
 */
import type { APIGatewayAuthorizerResult, APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda";
import { CodedError } from "../../shared/errors.ts";
import { carryPrincipal } from "../../shared/identity/principal/carry-principal.ts";
import { encodePrincipal } from "../../shared/identity/principal/principal-context.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";

/** API Gateway's limit for an authorizer's result ("Quotas for REST APIs"), minus room for its own framing. */
const maxResultBytes = 7_500;
/** In characters ("Output from an API Gateway Lambda authorizer"). */
const maxResourceLength = 512;

/** Replaces a message that is too long by itself. */
const shortRefusal = "the call is not authorized";

export type SimpleResult = APIGatewaySimpleAuthorizerWithContextResult<Readonly<Record<string, string>>>;
export type AuthorizerResult = APIGatewayAuthorizerResult | SimpleResult;

export interface ResultFacts {
  readonly methodArn: string;
  readonly isSimple: boolean;
  /** Whether the answer is for this method and path, or for all requests of the caller. */
  readonly scope: "route" | "caller";
  readonly principal?: VerifiedPrincipal;
  /** Names of the claims that the policies need. Other claims are added only if there is room. */
  readonly consultedClaims?: ReadonlySet<string>;
  /** The policies behind the decision, and when they were confirmed to be current. */
  readonly policies?: { readonly version: string; readonly confirmedAtMs: number };
  /** The caller's API key, where usage plans count callers. */
  readonly usage?: { readonly usageIdentifierKey: string } | undefined;
  /** The message to the caller; makes the answer a Deny. */
  readonly refusal: string | undefined;
}

/** @throws CodedError `internal` when the principal's claims are too large for API Gateway to carry to the proxy */
export function authorizerResult(facts: ResultFacts): AuthorizerResult {
  const { principal, consultedClaims, refusal, ...others } = facts;
  if (!principal) return makeResult(facts);
  if (refusal === undefined) {
    const whole = makeResult(facts);
    if (fits(whole)) return whole;
  }
  const carried = consultedClaims ? carryPrincipal(principal, consultedClaims) : principal;
  const narrow = makeResult({ ...others, refusal, principal: carried });
  if (fits(narrow)) return narrow;
  if (refusal === undefined)
    throw new CodedError("internal", "the token's claims are too large for api gateway's authorizer context");
  // No one receives the caller of a denied call, so the message comes first.
  const denial = makeResult({ ...others, refusal });
  // The message contains the caller's name, whose length the token's issuer determines.
  return fits(denial) ? denial : makeResult({ ...others, refusal: shortRefusal });
}

function fits(result: AuthorizerResult): boolean {
  return Buffer.byteLength(JSON.stringify(result)) <= maxResultBytes;
}

function makeResult(facts: ResultFacts): AuthorizerResult {
  const { principal, policies, refusal, isSimple } = facts;
  const isAuthorized = refusal === undefined;
  const context = {
    ...(principal ? { principal: encodePrincipal(principal) } : {}),
    ...(policies
      ? { policyVersion: policies.version, policyConfirmedAt: String(policies.confirmedAtMs) }
      : {}),
    ...(isAuthorized ? {} : refusalContext(refusal)),
  };
  if (isSimple) return { isAuthorized, context };
  return {
    principalId: principal?.id ?? "unknown",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: isAuthorized ? "Allow" : "Deny",
          Action: "execute-api:Invoke",
          Resource: resourceOf(facts),
        },
      ],
    },
    context,
    ...facts.usage,
  };
}

/** An ARN of the API in API Gateway's length; the caller's wildcards do not widen it. */
function resourceOf({ methodArn, scope }: ResultFacts): string {
  const [, api = "", rest = ""] = /^(arn:[^/]+\/[^/]+\/)(.*)$/s.exec(methodArn) ?? [];
  if (api === "") return "*";
  if (scope === "caller") return `${api}*`;
  // A star in a path would match every other path; a question mark matches one character, even a star.
  const resource = `${api}${rest.replaceAll("*", "?")}`;
  return resource.length <= maxResourceLength ? resource : `${resource.slice(0, maxResourceLength - 1)}*`;
}

/** For the gateway response: the plain text, and the text escaped for quotes in a JSON template. */
function refusalContext(refusal: string): { message: string; messageJson: string } {
  return { message: refusal, messageJson: JSON.stringify(refusal).slice(1, -1) };
}
