/** The authorizer step of a request: identity sources, cache, invocation, evaluation. */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { compileGlob, matchGlob } from "../../../../shared/policy/pattern/glob.ts";
import { parseWildcards } from "../../../../shared/policy/pattern/template.ts";
import type { ApiShape } from "../events/api-shape.ts";
import { methodArnOf } from "../events/events.ts";
import { decodePath, routeArnOf } from "../events/http-events.ts";
import { makeAuthorizerEvent } from "../events/make-events.ts";
import { headerValues, type ReceivedRequest } from "../events/received-request.ts";
import { type Handler, invoke } from "../invoke.ts";
import type { AuthorizerCache } from "./authorizer-cache.ts";
import {
  type AuthorizerOutput,
  type AuthorizerStatement,
  parseAuthorizerOutput,
} from "./authorizer-output.ts";

type Authorization =
  | { readonly kind: "allowed"; readonly context: Readonly<Record<string, string>> }
  | { readonly kind: "unauthorized" }
  /** `message`: the authorizer's context key of that name, which our gateway response templates show. */
  | { readonly kind: "explicitDeny" | "implicitDeny"; readonly message: string | undefined }
  | { readonly kind: "failed"; readonly reason: string };

export interface AuthorizerStep {
  readonly handler: Handler<ReturnType<typeof makeAuthorizerEvent>>;
  readonly shape: ApiShape;
  /** Header of the token: the identity source that must be there. */
  readonly tokenHeader: string;
  readonly cache: AuthorizerCache;
  readonly timeoutMs: number;
}

/** Authorizes one request. @throws GatewayRefusal for a path that an HTTP API cannot decode, and nothing else */
export async function authorizeRequest(
  request: ReceivedRequest,
  step: AuthorizerStep,
): Promise<Authorization> {
  const { shape, tokenHeader, cache } = step;
  const tokens = headerValues(request, tokenHeader);
  // A missing or empty identity source is a 401, and the function is not invoked.
  if (tokens.every((token) => token === "")) return { kind: "unauthorized" };
  const isHttp = shape.authorizer === "http1" || shape.authorizer === "http2";
  const path = isHttp ? decodePath(request.rawPath) : request.rawPath;
  const parts = { method: request.method, path };
  const others = shape.identitySources.map((part) => parts[part]);
  const key = JSON.stringify([tokens, ...others]);
  let output = cache.find(key);
  try {
    if (output === undefined) {
      output = await askAuthorizer(request, [tokens.join(), ...others], step);
      cache.store(key, output);
    }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // API Gateway compares exactly this text.
    return message === "Unauthorized" ? { kind: "unauthorized" } : { kind: "failed", reason: message };
  }
  const decision = decide(output, isHttp ? routeArnOf(request) : methodArnOf(request));
  if (decision !== "allow") return { kind: decision, message: output.context["message"] };
  const principal = shape.isSimple ? {} : { principalId: output.principalId };
  return { kind: "allowed", context: { ...output.context, ...principal } };
}

const action = lowerAscii("execute-api:Invoke");

/**
 * Evaluates the IAM document that an authorizer returned, for one method ARN. Explicit deny beats allow; without an allow,
 * the answer is an implicit deny.
 *
 * API Gateway does this for every request, also with a cached document: that is why a cached document can refuse another
 * route "at random".
 */
export function evaluateDocument(
  statements: readonly AuthorizerStatement[],
  methodArn: string,
): "allow" | "explicitDeny" | "implicitDeny" {
  const matching = statements.filter(
    ({ actions, resources }) =>
      actions.some((pattern) => matches(lowerAscii(pattern), action)) &&
      resources.some((pattern) => matches(pattern, methodArn)),
  );
  if (matching.some(({ effect }) => effect === "Deny")) return "explicitDeny";
  return matching.length > 0 ? "allow" : "implicitDeny";
}

/** Whether a pattern matches: `*` is any text, with slashes too, and `?` one character. */
function matches(pattern: string, text: string): boolean {
  return matchGlob(compileGlob(parseWildcards(pattern)), text);
}

/** A simple response is for every route with the same key; a document is evaluated for each request. */
function decide({ isAuthorized, statements }: AuthorizerOutput, arn: string) {
  if (isAuthorized === undefined) return evaluateDocument(statements, arn);
  return isAuthorized ? "allow" : "explicitDeny";
}

async function askAuthorizer(
  request: ReceivedRequest,
  identitySource: readonly string[],
  { shape, handler, timeoutMs }: AuthorizerStep,
): Promise<AuthorizerOutput> {
  const { requestId } = request;
  const event = makeAuthorizerEvent(shape.authorizer, request, identitySource);
  const result = await invoke({ functionName: "authorizer", handler, event, timeoutMs, requestId });
  return parseAuthorizerOutput(result, shape.isSimple);
}
