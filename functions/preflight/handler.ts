/**
 * Answers browsers' preflights, which carry no token: the only route of a REST API without an authorizer.
 *
 * It is a separate function, so that every function that may call Amazon Connect is behind an authorizer. Also, `sam
 * local` merges all routes from one path to one function, with the authorizer of the last route.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { createBundleSource } from "../../shared/bundle/source/source.ts";
import { readCors } from "../../shared/call/cors.ts";
import type { FoundationOptions } from "../../shared/call/foundation.ts";
import { CodedError } from "../../shared/errors.ts";
import { answerErrorOf, writeError } from "../../shared/request/answer/error-answer.ts";
import { readProxyEvent } from "../../shared/request/event/proxy-event.ts";
import { type Environment, readSettings } from "../../shared/settings.ts";

export type PreflightHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/**
 * The handler never throws. Without a bundle it allows no page. A request that is not a preflight, or a configuration
 * without `cors`, gets 401, like a call without a caller at the proxy.
 */
export function createPreflightHandler(
  environment: Environment,
  options: Pick<FoundationOptions, "packagedBundle"> = {},
): PreflightHandler {
  const bundles = createBundleSource(readSettings(environment), options.packagedBundle);
  return async (event) => {
    const { call } = readProxyEvent(event);
    const cors = await readCors(bundles, call);
    if (cors.preflight) return { statusCode: 204, headers: { ...cors.preflight }, body: "" };
    const error = new CodedError("unauthorized", "the call carries no verified principal");
    const { status, headers, body } = writeError(answerErrorOf(error), {}, call.requestId);
    return { statusCode: status, headers: { ...headers, ...cors.headers }, body };
  };
}
