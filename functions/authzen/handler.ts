/**
 * OpenID AuthZEN: may this caller do this? Each question gets the decision that the proxy would make of the call, and no
 * call is sent. Amazon Connect is asked only for properties of resources that policies need.
 *
 * Read {@link answerQuestions} first: it is the way of a request.
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
import type { Trail } from "../../shared/call/trail.ts";
import { Deadline } from "../../shared/connect/deadline.ts";
import { createLookUp, type LookUp } from "../../shared/connect/facts/look-up.ts";
import { createSender, type SenderOptions } from "../../shared/connect/send.ts";
import { type CallerVerifier, createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { CodedError, InputError } from "../../shared/errors.ts";
import { parseBody } from "../../shared/request/decode/body.ts";
import { readProxyEvent, withBody } from "../../shared/request/event/proxy-event.ts";
import type { HttpCall } from "../../shared/request/types.ts";
import { type Environment, readOrError, readSettings } from "../../shared/settings.ts";
import { isPlainObject } from "../../shared/shape.ts";
import {
  type AuthzenAnswer,
  answerOf,
  type Evaluation,
  errorAnswer,
  evaluationOf,
  jsonAnswer,
  refusalOf,
  requestIdHeader,
} from "./answers.ts";
import { doorOf } from "./door.ts";
import { type Answered, type Decider, evaluate } from "./evaluate.ts";
import { metadataOf, wellKnownPath } from "./metadata.ts";
import { type Asked, readEvaluations, readQuestion, withDefaults } from "./question.ts";
import type { Asker } from "./subject.ts";

export interface AuthzenOptions extends FoundationOptions {
  readonly sending?: SenderOptions;
  /** Default: verifies tokens with the keys of the bundle's issuers. */
  readonly verifyCaller?: CallerVerifier;
  /** On your own machine: the addresses in the metadata have neither TLS nor a stage. Default: false. */
  readonly isLocal?: boolean;
}

/** Lambda's context. A local gateway adds a signal that the client disconnected. */
export type AuthzenContext = Pick<Context, "getRemainingTimeInMillis"> &
  Partial<Pick<Context, "awsRequestId">> & { readonly signal?: AbortSignal };

export type AuthzenHandler = (
  event: APIGatewayProxyEvent | APIGatewayProxyEventV2 | LambdaFunctionURLEvent,
  context?: AuthzenContext,
) => Promise<APIGatewayProxyResult>;

const onePath = "/access/v1/evaluation";
const manyPath = "/access/v1/evaluations";
export const authzenPaths: readonly string[] = [onePath, manyPath, wellKnownPath];

/** As for a call through the proxy. */
const longestMs = 28_000;
const answerMarginMs = 500;
/** UTF-16 units. */
const maxBodyLength = 1_000_000;
/** For all questions of a request: each is a call to Connect, which throttles all callers of an account together. */
const maxLookUps = 50;

/** The handler never throws. Every answer without `"decision": true` is a no. */
export function createAuthzenHandler(environment: Environment, options: AuthzenOptions = {}): AuthzenHandler {
  const settings = readSettings(environment);
  const foundation = layFoundation(settings, options);
  const { bundles, observer } = foundation;
  const lookUp = createLookUp(createSender(settings, options.sending));
  const basePath = readOrError(() => settings.API_BASE_PATH);
  const verifyCaller = options.verifyCaller ?? createCallerVerifier(() => observer?.count("KeysFailure"));
  return async (event, context) => {
    const request = readProxyEvent(event, basePath instanceof CodedError ? "" : basePath);
    const cors = await readCors(bundles, request.call);
    if (cors.preflight) return { statusCode: 204, headers: { ...cors.preflight }, body: "" };
    const remainingMs = (context?.getRemainingTimeInMillis() ?? longestMs) - answerMarginMs;
    const deadline = new Deadline(Math.min(remainingMs, longestMs), context?.signal);
    const begin = async () => {
      const trail = await foundation.begin("authzen", request.call, {
        event,
        awsRequestId: context?.awsRequestId,
      });
      trail.note({ type: "evaluation" });
      return trail;
    };
    const service: Service = { ...foundation, basePath, verifyCaller, lookUp, deadline, begin, event };
    const { status, headers, body } = await answer(service, request.call, options.isLocal ?? false).finally(
      () => deadline.close(),
    );
    const ids = { "x-amzn-requestid": request.call.requestId, ...requestIdHeader(request.call.headers) };
    return { statusCode: status, headers: { ...headers, ...ids, ...cors.headers }, body };
  };
}

interface Service extends Pick<Foundation, "bundles" | "attachments"> {
  /** An unusable setting refuses every request. */
  readonly basePath: string | CodedError;
  readonly verifyCaller: CallerVerifier;
  readonly lookUp: LookUp;
  readonly deadline: Deadline;
  readonly begin: () => Promise<Trail>;
  readonly event: unknown;
}

/** Each question has a record of its own; so has a request that is refused as a whole. */
async function answer(service: Service, call: HttpCall, isLocal: boolean): Promise<AuthzenAnswer> {
  try {
    if (service.basePath instanceof CodedError) throw service.basePath;
    const route = `${call.method} ${call.rawPath}`;
    const bundle = await service.bundles.current();
    if (!doorOf(bundle)) return errorAnswer(404, "this door is shut");
    if (route === `GET ${wellKnownPath}`) return metadataOf(service.event, isLocal);
    if (route === `POST ${onePath}`) return await answerQuestions(service, call, readOne);
    if (route === `POST ${manyPath}`) return await answerQuestions(service, call, readEvaluations);
    return errorAnswer(404, "there is no such endpoint");
  } catch (error) {
    const trail = await service.begin();
    trail.fail(error);
    await trail.end(service.bundles.ageMs());
    return refusalOf(error);
  }
}

type Members = Readonly<Record<string, unknown>>;

const readOne = (item: Members): Asked => ({ kind: "one", item });

/** The steps of a request: identify, read, and answer each question. */
async function answerQuestions(
  service: Service,
  call: HttpCall,
  read: (body: Members) => Asked,
): Promise<AuthzenAnswer> {
  const asker = await identify(service, call);
  const asked = read(bodyOf(call, service.event));
  const decider: Decider = { ...service, lookUp: bounded(service.lookUp) };
  if (asked.kind === "one") {
    // A question that lacks something is wrong as a whole; one that cannot be allowed has an answer.
    const question = readQuestion(asked.item);
    return answerOf(await answerOne(service, (trail) => evaluate(decider, { asker, question }, trail)));
  }
  const { items, defaults, stopAt } = asked;
  const evaluations: Evaluation[] = [];
  for (const item of items) {
    const answered = await answerOne(service, async (trail) => {
      const question = readQuestion(withDefaults(item, defaults));
      return evaluate(decider, { asker, question }, trail);
    });
    const evaluation = evaluationOf(answered);
    evaluations.push(evaluation);
    if (evaluation.decision === stopAt) break;
  }
  return jsonAnswer({ evaluations });
}

/** @throws CodedError `unauthorized` or `jwksUnavailable` */
async function identify({ bundles, verifyCaller }: Service, call: HttpCall): Promise<Asker> {
  const bundle = await bundles.current();
  const door = doorOf(bundle);
  if (!door) throw new CodedError("internal", "the door was shut meanwhile");
  const principal = await verifyCaller(call.headers, bundle, door.consultedClaims);
  assertTrusted(principal, bundle);
  return { bundle, door, principal, call };
}

/** @throws InputError for a body that is not one JSON object, CodedError `tooLarge` */
function bodyOf(call: HttpCall, event: unknown): Members {
  const whole = withBody(call, event);
  if ((whole.body ?? "").length > maxBodyLength)
    throw new CodedError("tooLarge", `the body is longer than ${maxBodyLength} characters`);
  const body = parseBody(whole);
  if (!isPlainObject(body)) throw new InputError("", "the body must be a JSON object");
  return body;
}

/** Answers a question on a trail of its own. Never rejects. */
async function answerOne(
  { begin, bundles }: Service,
  job: (trail: Trail) => Promise<Answered>,
): Promise<Answered | { readonly kind: "failed"; readonly error: unknown }> {
  const trail = await begin();
  try {
    return await job(trail);
  } catch (error) {
    trail.fail(error);
    return { kind: "failed", error };
  } finally {
    await trail.end(bundles.ageMs());
  }
}

/** Limits the look-ups of one request. Each question has the limits of a call, too. */
function bounded(lookUp: LookUp): LookUp {
  const asked = new Set<string>();
  return (resource, call) => {
    asked.add(resource);
    if (asked.size <= maxLookUps) return lookUp(resource, call);
    const message = `is beyond the ${maxLookUps} resources that are looked up for one request`;
    return Promise.reject(new CodedError("upstreamUnavailable", `\`${resource}\` ${message}`));
  };
}
