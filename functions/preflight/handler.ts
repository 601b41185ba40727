/**
 * Answers browsers' preflights, which carry no token: the one route of a REST API without an authorizer.
 *
 * It is a function of its own so that no function that may call Amazon Connect can be reached without an authorizer, and
 * because `sam local` merges all routes from one path to one function, with the authorizer of the last one.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { createBundleSource, type Environment } from "../../shared/bundle/source/source.ts";
import { readCors } from "../../shared/call/cors.ts";
import type { FoundationOptions } from "../../shared/call/foundation.ts";
import { CodedError } from "../../shared/errors.ts";
import { answerErrorOf, writeError } from "../../shared/request/answer/error-answer.ts";
import { readProxyEvent } from "../../shared/request/event/proxy-event.ts";

export type PreflightHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/**
 * The handler never throws. Without a bundle it allows no page anything. What is not a preflight, or comes while the
 * configuration has no `cors`, gets 401, as a call without a caller gets from the proxy.
 */
export function createPreflightHandler(
  environment: Environment,
  options: Pick<FoundationOptions, "packagedBundle"> = {},
): PreflightHandler {
  const bundles = createBundleSource(environment, options.packagedBundle);
  return async (event) => {
    const { call } = readProxyEvent(event);
    const cors = await readCors(bundles, call);
    if (cors.preflight) return { statusCode: 204, headers: { ...cors.preflight }, body: "" };
    const error = new CodedError("unauthorized", "the call carries no verified principal");
    const { status, headers, body } = writeError(answerErrorOf(error), {}, call.requestId);
    return { statusCode: status, headers: { ...headers, ...cors.headers }, body };
  };
}
