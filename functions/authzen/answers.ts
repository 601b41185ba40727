/** The answers of AuthZEN's Authorization API: decisions, errors of one question, and errors of a whole request. */
import { CodedError } from "../../shared/errors.ts";
import { answerErrorOf, type HttpAnswer } from "../../shared/request/answer/error-answer.ts";
import type { Answered } from "./evaluate.ts";

export type AuthzenAnswer = HttpAnswer;

/** The answer to one question; only `true` is a yes. */
export interface Evaluation {
  readonly decision: boolean;
  readonly context?: {
    /** The message that the call's caller would get. */
    readonly reason_user?: { readonly "403": string };
    /** Why there is no decision by policies: as the call would be refused, or could not be decided. */
    readonly error?: { readonly status: number; readonly message: string };
  };
}

export type Settled = Answered | { readonly kind: "failed"; readonly error: unknown };

const foreign = {
  status: 403,
  message: "the caller may ask only about itself: `subject` must be the token's own, by `id` and issuer",
} as const;

export function evaluationOf(settled: Settled): Evaluation {
  if (settled.kind === "allowed") return { decision: true };
  if (settled.kind === "denied")
    return { decision: false, context: { reason_user: { "403": settled.message } } };
  if (settled.kind === "foreign") return { decision: false, context: { error: foreign } };
  const { status, message } = errorOf(settled.error);
  return { decision: false, context: { error: { status, message } } };
}

/**
 * The answer to a single question. HTTP's own errors say that there is no answer: that the caller must not ask, or that nothing
 * could be decided. A call that the proxy would refuse unread is not allowed, and that is an answer.
 */
export function answerOf(settled: Settled): AuthzenAnswer {
  if (settled.kind === "foreign") return errorAnswer(foreign.status, foreign.message);
  if (settled.kind === "failed" && !isOfCall(settled.error)) return refusalOf(settled.error);
  return jsonAnswer(evaluationOf(settled));
}

/** Whether the proxy would refuse the call in the same way, for every caller. */
function isOfCall(error: unknown): boolean {
  return (
    error instanceof CodedError &&
    (error.code === "invalidInput" || error.code === "unknownOperation" || error.code === "unknownInstance")
  );
}

/** As the proxy answers the error. Only there, a call that could not be decided is a call denied. */
function errorOf(error: unknown) {
  const { status, message, headers = {} } = answerErrorOf(error);
  return { status: status === 403 && !isOfCall(error) ? 500 : status, message, headers };
}

/** The answer to a request that is refused as a whole. */
export function refusalOf(error: unknown): AuthzenAnswer {
  const { status, message, headers } = errorOf(error);
  return errorAnswer(status, message, headers);
}

/** The body is the message itself ("Error Responses" of the specification). */
export function errorAnswer(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): AuthzenAnswer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body: message };
}

export function jsonAnswer(
  body: object,
  headers: Readonly<Record<string, string>> = { "cache-control": "no-store" },
): AuthzenAnswer {
  return {
    status: 200,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

/** A request's own id comes back ("Request Identification in a Response"). It is the client's, and recorded nowhere. */
export function requestIdHeader(
  headers: ReadonlyMap<string, readonly string[]>,
): Readonly<Record<string, string>> {
  const [id, second] = headers.get("x-request-id") ?? [];
  const isEchoed = id !== undefined && second === undefined && /^[\x20-\x7e]{1,1024}$/.test(id);
  return isEchoed ? { "x-request-id": id } : {};
}
