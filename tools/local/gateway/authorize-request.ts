/**
 * The authorizer step of a request: identity sources, cache, invocation, evaluation.
 */
import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import type { AuthorizerCache } from "./authorizer-cache.ts";
import { type AuthorizerOutput, parseAuthorizerOutput } from "./authorizer-output.ts";
import { evaluateDocument } from "./evaluate-document.ts";
import { authorizerEvent, methodArnOf } from "./events.ts";
import { type Handler, invoke } from "./invoke.ts";
import { headerValues, type ReceivedRequest } from "./received-request.ts";

/** What the authorizer step comes to. */
export type Authorization =
  | { readonly kind: "allowed"; readonly context: Readonly<Record<string, string>> }
  | { readonly kind: "unauthorized" }
  /** `message`: the authorizer's context key of that name, which our gateway response templates show. */
  | { readonly kind: "explicitDeny" | "implicitDeny"; readonly message: string | undefined }
  | { readonly kind: "failed"; readonly reason: string };

export interface AuthorizerStep {
  readonly handler: Handler<APIGatewayRequestAuthorizerEvent>;
  /** Header of the token: the identity source that must be there. */
  readonly tokenHeader: string;
  readonly cache: AuthorizerCache;
  readonly timeoutMs: number;
}

/** Authorizes one request; never rejects. */
export async function authorizeRequest(
  request: ReceivedRequest,
  step: AuthorizerStep,
): Promise<Authorization> {
  const tokens = headerValues(request, step.tokenHeader);
  // A missing or empty identity source is a 401, and the function is not invoked.
  if (tokens.every((token) => token === "")) return { kind: "unauthorized" };
  const key = JSON.stringify([tokens, request.method, request.rawPath]);
  let output: AuthorizerOutput;
  try {
    output = step.cache.find(key) ?? (await askAuthorizer(request, key, step));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // This text exactly: API Gateway compares it.
    return message === "Unauthorized" ? { kind: "unauthorized" } : { kind: "failed", reason: message };
  }
  const decision = evaluateDocument(output.statements, methodArnOf(request));
  if (decision !== "allow") return { kind: decision, message: output.context["message"] };
  return { kind: "allowed", context: { ...output.context, principalId: output.principalId } };
}

async function askAuthorizer(
  request: ReceivedRequest,
  key: string,
  step: AuthorizerStep,
): Promise<AuthorizerOutput> {
  const result = await invoke({
    functionName: "authorizer",
    handler: step.handler,
    event: authorizerEvent(request),
    timeoutMs: step.timeoutMs,
    requestId: request.requestId,
  });
  const output = parseAuthorizerOutput(result);
  step.cache.store(key, output);
  return output;
}
