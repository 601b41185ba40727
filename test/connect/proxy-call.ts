/**
 * One call of the proxy as API Gateway would make it after the authorizer's allow, with the Lambda's time running.
 */
import type { CallContext, ProxyHandler } from "../../functions/proxy/handler.ts";
import { encodePrincipal } from "../../shared/identity/principal/principal-context.ts";
import type { VerifiedPrincipal } from "../../shared/identity/types.ts";
import { proxyEvent } from "../functions/lambda-fixture.ts";
import { principalOf } from "../identity/principals.ts";

export interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  /** Who calls; by default `alice`. */
  readonly principal?: Partial<VerifiedPrincipal>;
}

export interface ProxyAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls the proxy; rejects if the Lambda times out before its answer. */
export async function callProxy(
  proxy: ProxyHandler,
  { method, path, body, principal = {} }: ProxyRequest,
  { lambdaMs, signal }: { readonly lambdaMs: number; readonly signal?: AbortSignal },
): Promise<ProxyAnswer> {
  const endsAtMs = performance.now() + lambdaMs;
  const context: CallContext = {
    getRemainingTimeInMillis: () => endsAtMs - performance.now(),
    ...(signal ? { signal } : {}),
  };
  const caller = principalOf({
    id: "alice",
    name: "alice",
    issuer: "https://issuer.test",
    groups: ["callers"],
    opaqueClaims: [],
    carriedClaims: [],
    ...principal,
  });
  const authorizer = { principal: encodePrincipal(caller) };
  const event = proxyEvent(method, path, authorizer, body ? { body } : {});
  let timer: NodeJS.Timeout | undefined;
  const timeIsOver = new Promise<never>((_, reject) => {
    const late = () => reject(new Error("the lambda timed out"));
    // On a machine that stood still meanwhile, an answer that was due earlier still counts.
    timer = setTimeout(() => setTimeout(late, 0), lambdaMs);
  });
  try {
    const { statusCode, headers = {}, body: text } = await Promise.race([proxy(event, context), timeIsOver]);
    const errorType = headers["x-amzn-errortype"];
    return {
      status: statusCode,
      type: errorType === undefined ? undefined : String(errorType),
      headers,
      body: JSON.parse(text),
    };
  } finally {
    clearTimeout(timer);
  }
}
