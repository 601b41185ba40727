/**
 * The door for AI agents: `POST /mcp`, Model Context Protocol.
 *
 * No authorizer is in front of it, since the answer to a missing token must lead to the token's issuers: it verifies each
 * call's own token, as the proxy of a function URL does. What a tool does is then decided, recorded and sent like a call
 * of Connect's own routes.
 */
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
import { type CallServer, createCallServer } from "../../shared/call/serve-call.ts";
import type { Trail } from "../../shared/call/trail.ts";
import { Deadline } from "../../shared/connect/deadline.ts";
import type { SenderOptions } from "../../shared/connect/send.ts";
import { summarizePrincipal } from "../../shared/decide/report.ts";
import { type CallerVerifier, createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { CodedError } from "../../shared/errors.ts";
import { encodeError } from "../../shared/request/answer/encode.ts";
import { answerErrorOf, type HttpAnswer } from "../../shared/request/answer/error-answer.ts";
import { type ProxyRequest, readProxyEvent, withBody } from "../../shared/request/event/proxy-event.ts";
import { type Environment, readOrError, readSettings } from "../../shared/settings.ts";
import { verifyForDoor } from "./audience.ts";
import type { Exchange } from "./call-tool.ts";
import { answerMessage } from "./protocol.ts";
import { answerMetadata, type DoorPlace, metadataPaths, resourceOf, withChallenge } from "./resource.ts";
import { usableTools } from "./tools/usable.ts";

export interface McpOptions extends FoundationOptions {
  readonly sending?: SenderOptions;
  /** Replaces the verification by issuers' keys; for the local gateway. */
  readonly verifyCaller?: CallerVerifier;
  /** Where clients find the function, if no API Gateway tells it; for the local gateway. */
  readonly address?: () => { readonly origin: string };
}

/** Lambda's context. A local gateway adds a signal that the client disconnected. */
type CallContext = Pick<Context, "getRemainingTimeInMillis"> &
  Partial<Pick<Context, "awsRequestId">> & { readonly signal?: AbortSignal };

export type McpHandler = (
  event: APIGatewayProxyEvent | APIGatewayProxyEventV2 | LambdaFunctionURLEvent,
  context?: CallContext,
) => Promise<APIGatewayProxyResult>;

/** API Gateway's limit for an integration is 29 s; the call to Connect ends before that. */
const longestCallMs = 28_000;
const answerMarginMs = 500;

/** The handler never throws. A failure before there is a message of the protocol is an answer in AWS's error shape. */
export function createMcpFunction(environment: Environment, options: McpOptions = {}): McpHandler {
  const settings = readSettings(environment);
  const foundation = layFoundation(settings, options);
  const { bundles, attachments, observer } = foundation;
  const basePath = readOrError(() => settings.API_BASE_PATH);
  const verifyCaller = options.verifyCaller ?? createCallerVerifier(() => observer?.count("KeysFailure"));
  const placeFor = (event: unknown, rawPath: string) => async (): Promise<DoorPlace> => {
    const { config } = await bundles.current();
    return { config, place: resourceOf(config, { event, rawPath, ...options.address?.() }) };
  };
  const door: Door = {
    ...{ ...foundation, basePath },
    server: createCallServer(settings, attachments, options.sending),
    identify: identifyBy(verifyForDoor(verifyCaller), bundles),
  };
  return async (event, context) => {
    const request = readProxyEvent(event, basePath instanceof CodedError ? "" : basePath);
    const call = { ...request.call, via: "mcp" } as const;
    const trail = await door.begin("proxy", call, { event, awsRequestId: context?.awsRequestId });
    trail.note({ via: call.via });
    const cors = await readCors(bundles, call);
    if (cors.preflight) return { statusCode: 204, headers: { ...cors.preflight }, body: "" };
    const findPlace = placeFor(event, call.rawPath);
    if (call.method === "GET" && metadataPaths.includes(call.rawPath)) {
      const { status, ...rest } = await findPlace().then(answerMetadata, (error: unknown) =>
        encodeError(answerErrorOf(error), call.requestId),
      );
      return { statusCode: status, ...rest };
    }
    const isForeign = call.headers.has("origin") && !("access-control-allow-origin" in cors.headers);
    const remainingMs = (context?.getRemainingTimeInMillis() ?? longestCallMs) - answerMarginMs;
    const deadline = new Deadline(Math.min(remainingMs, longestCallMs), context?.signal);
    const { status, headers, body } = await answer(
      door,
      { request: { ...request, call }, event, isForeign, deadline },
      trail,
    )
      .catch(async (error: unknown) => {
        trail.fail(error);
        const challenge = withChallenge(
          answerErrorOf(error),
          error,
          await findPlace().catch(() => undefined),
        );
        const refusal = encodeError(challenge, call.requestId);
        await trail.end(bundles.ageMs(), refusal.status);
        return refusal;
      })
      .finally(() => deadline.close());
    return { statusCode: status, headers: { ...headers, ...cors.headers }, body };
  };
}

interface Door extends Foundation {
  readonly server: CallServer;
  readonly identify: Identifier;
  /** An unusable setting refuses every call. */
  readonly basePath: string | CodedError;
}

interface DoorCall {
  readonly request: ProxyRequest;
  /** Has the body, which is not read for unknown callers. */
  readonly event: unknown;
  /** Whether a page asks that the configuration's `cors` does not allow. */
  readonly isForeign: boolean;
  readonly deadline: Deadline;
}

const foreign = "pages of this origin may not call: name it in `cors` of the configuration";

/** The steps of a message: identify its caller, and let the protocol's server answer it. A list has no record. */
async function answer(
  { server, identify, bundles, attachments, basePath }: Door,
  { request, event, isForeign, deadline }: DoorCall,
  trail: Trail,
): Promise<HttpAnswer> {
  if (basePath instanceof CodedError) throw basePath;
  const { principal, bundle } = await identify(request, trail);
  assertTrusted(principal, bundle);
  trail.note({ principal: summarizePrincipal(principal) });
  // A page that is not allowed to read an answer must not cause a call either (the protocol's "Security Warning").
  if (isForeign) {
    trail.note({ outcome: "deny", message: foreign });
    await trail.end(bundles.ageMs(), 403);
    return encodeError(
      { name: "AccessDeniedException", status: 403, message: foreign },
      request.call.requestId,
    );
  }
  const exchange: Exchange = {
    ...{ principal, bundle, deadline, server, trail },
    call: withBody(request.call, event),
    async usable() {
      const look = await attachments?.find(principal, bundle);
      const attached = look?.kind === "attached" ? look.attachments : undefined;
      return usableTools({ bundle, principal, attachments: attached });
    },
    end: (status) => trail.end(bundles.ageMs(), status),
  };
  return answerMessage(exchange);
}
