/**
 * What a REST API's one route without authorizer leads to: browsers' preflights, which carry no token.
 *
 * A function of its own, so that nothing which may call Amazon Connect can be reached without an authorizer; and because
 * `sam local` makes one route of all that lead from one path to one function, with whichever authorizer it met last.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { createBundleSource, type Environment } from "../../shared/bundle/source/source.ts";
import { CodedError } from "../../shared/errors.ts";
import { corsHeaders, preflightHeaders } from "../../shared/request/answer/cors.ts";
import { answerErrorOf, writeError } from "../../shared/request/answer/error-answer.ts";
import { readProxyEvent } from "../../shared/request/event/proxy-event.ts";

export interface HandlerOptions {
  /** The `package:` bundle, as parsed JSON. */
  readonly packagedBundle?: unknown;
}

export type PreflightHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/**
 * Creates the handler. It never throws: without a bundle it allows no page anything, and what is no preflight, or has no
 * `cors` to be answered from, is answered 401 as the proxy answers a call without a caller.
 */
export function createPreflightHandler(
  environment: Environment,
  options: HandlerOptions = {},
): PreflightHandler {
  const bundles = createBundleSource(environment, options.packagedBundle);
  return async (event) => {
    const { call } = readProxyEvent(event);
    const cors = await bundles.current().then(
      ({ config }) => config.cors,
      () => undefined,
    );
    const preflight = preflightHeaders(call.method, call.headers, cors);
    if (preflight) return { statusCode: 204, headers: { ...preflight }, body: "" };
    const error = new CodedError("unauthorized", "the call carries no verified principal");
    const { status, headers, body } = writeError(answerErrorOf(error), {}, call.requestId);
    return { statusCode: status, headers: { ...headers, ...corsHeaders(call.headers, cors) }, body };
  };
}
