/** The proxy behind the API: sees the whole request, decides it again, and sends exactly the decided input. */
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyResult,
  Context,
  LambdaFunctionURLEvent,
} from "aws-lambda";
import { assertTrusted } from "../../shared/bundle/bundle.ts";
import { readCors } from "../../shared/call/cors.ts";
import { type Foundation, type FoundationOptions, layFoundation } from "../../shared/call/foundation.ts";
import { type Identifier, identifyBy } from "../../shared/call/identify.ts";
import { type CallServer, createCallServer, serveCall } from "../../shared/call/serve-call.ts";
import type { Trail } from "../../shared/call/trail.ts";
import { Deadline } from "../../shared/connect/deadline.ts";
import type { SenderOptions } from "../../shared/connect/send.ts";
import { summarizePrincipal } from "../../shared/decide/report.ts";
import type { CallerVerifier } from "../../shared/decide/verify-caller.ts";
import { CodedError } from "../../shared/errors.ts";
import { encodeError } from "../../shared/request/answer/encode.ts";
import { answerErrorOf, type HttpAnswer } from "../../shared/request/answer/error-answer.ts";
import { type ProxyRequest, readProxyEvent, withBody } from "../../shared/request/event/proxy-event.ts";
import { type Environment, readOrError, readSettings } from "../../shared/settings.ts";

export interface ProxyOptions extends FoundationOptions {
  readonly sending?: SenderOptions;
  /**
   * For a proxy without an authorizer: verifies each call's own token, and ignores what the event says about its
   * caller. Absent: only the authorizer's context counts.
   */
  readonly verifyCaller?: CallerVerifier;
}

/** Lambda's context. A local gateway adds a signal that the client disconnected. */
export type CallContext = Pick<Context, "getRemainingTimeInMillis"> &
  Partial<Pick<Context, "awsRequestId">> & { readonly signal?: AbortSignal };

export type ProxyHandler = (
  event: APIGatewayProxyEvent | APIGatewayProxyEventV2 | LambdaFunctionURLEvent,
  context?: CallContext,
) => Promise<APIGatewayProxyResult>;

/** API Gateway's limit for an integration is 29 s; the call to Connect ends before that. */
const longestCallMs = 28_000;
const answerMarginMs = 500;

/** The handler never throws: every failure is an answer in AWS's error shape. */
export function createProxyHandler(environment: Environment, options: ProxyOptions = {}): ProxyHandler {
  const settings = readSettings(environment);
  const foundation = layFoundation(settings, options);
  const { bundles } = foundation;
  const server = createCallServer(settings, foundation.attachments, options.sending);
  const basePath = readOrError(() => settings.API_BASE_PATH);
  const identify = identifyBy(options.verifyCaller, bundles);
  const proxy: Proxy = { ...foundation, server, identify, basePath };
  return async (event, context) => {
    const request = readProxyEvent(event, basePath instanceof CodedError ? "" : basePath);
    const { call } = request;
    const trail = await proxy.begin("proxy", call, { event, awsRequestId: context?.awsRequestId });
    const cors = await readCors(bundles, call);
    if (cors.preflight) return { statusCode: 204, headers: { ...cors.preflight }, body: "" };
    const remainingMs = (context?.getRemainingTimeInMillis() ?? longestCallMs) - answerMarginMs;
    const deadline = new Deadline(Math.min(remainingMs, longestCallMs), context?.signal);
    const { status, headers, body } = await answer(proxy, { request, event, deadline }, trail)
      .catch((error: unknown) => {
        trail.fail(error);
        return encodeError(answerErrorOf(error), call.requestId);
      })
      .finally(() => deadline.close());
    await trail.end(bundles.ageMs(), status);
    return { statusCode: status, headers: { ...headers, ...cors.headers }, body };
  };
}

interface Proxy extends Foundation {
  readonly identify: Identifier;
  readonly server: CallServer;
  /** An unusable setting refuses every call. */
  readonly basePath: string | CodedError;
}

interface ProxyCall {
  readonly request: ProxyRequest;
  /** Has the body, which is not read for unknown callers. */
  readonly event: unknown;
  readonly deadline: Deadline;
}

/** The steps of a call: identify, then read, decide, send and answer as `serveCall` does. */
async function answer(
  { server, identify, basePath }: Proxy,
  { request, event, deadline }: ProxyCall,
  trail: Trail,
): Promise<HttpAnswer> {
  if (basePath instanceof CodedError) throw basePath;
  const { principal, bundle } = await identify(request, trail);
  assertTrusted(principal, bundle);
  trail.note({ principal: summarizePrincipal(principal) });
  const call = withBody(request.call, event);
  return serveCall(server, { call, principal, bundle, deadline }, trail);
}
