/**
 * The authorizer's answer in API Gateway's form.
 *
 * One statement with the literal action and the very method ARN that was asked: some emulators ignore a Deny beside
 * an Allow and wildcards in the action, and a wider resource would answer for other requests out of the cache.
 */
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { CodedError } from "../../shared/errors.ts";
import { encodePrincipal } from "../../shared/identity/principal-context.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";

/** Size up to which API Gateway takes an authorizer's result ("Quotas for REST APIs"), with room for its own framing. */
const maxResultBytes = 7_500;

export interface ResultFacts {
  readonly principal?: VerifiedPrincipal;
  readonly policyVersion?: string;
  /** What the caller is told; its presence makes the answer a Deny. */
  readonly refusal: string | undefined;
}

/**
 * Makes the answer.
 *
 * @throws CodedError `internal` when the principal's claims are too large for API Gateway to carry to the proxy
 */
export function authorizerResult(
  event: APIGatewayRequestAuthorizerEvent,
  { principal, policyVersion, refusal }: ResultFacts,
): APIGatewayAuthorizerResult {
  const result: APIGatewayAuthorizerResult = {
    principalId: principal?.id ?? "unknown",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: refusal === undefined ? "Allow" : "Deny",
          Action: "execute-api:Invoke",
          Resource: event.methodArn,
        },
      ],
    },
    context: {
      ...(principal ? { principal: encodePrincipal(principal) } : {}),
      ...(policyVersion ? { policyVersion } : {}),
      ...(refusal === undefined ? {} : refusalContext(refusal)),
    },
  };
  if (Buffer.byteLength(JSON.stringify(result)) > maxResultBytes && principal) {
    throw new CodedError("internal", "the token's claims are too large for api gateway's authorizer context");
  }
  return result;
}

/** For the gateway response: the text as it is, and ready to stand between quotes in a JSON template. */
function refusalContext(refusal: string): { message: string; messageJson: string } {
  return { message: refusal, messageJson: JSON.stringify(refusal).slice(1, -1) };
}
