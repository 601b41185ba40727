/**
 * Errors as callers see them: the status, name and text of each error, and their places in AWS's REST-JSON. `encode.ts`
 * adds the modelled members of Connect's own exceptions. It needs the SDK's serializer; this file does not.
 */
import { CodedError, type ErrorCode } from "../../errors.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `members` are the modelled exception's own (`ResourceId`, `Reason`, …). */
export interface AnswerError {
  readonly name: string;
  readonly message: string;
  readonly status: number;
  readonly members?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly name: string;
  /** Replaces the error's own message, which could reveal too much. */
  readonly message?: string;
}

const noBundle = "no usable policy bundle: every call is denied";

/** `docs/reference/answers.md` has the same table. */
const answers: { readonly [Code in ErrorCode]: Answer } = {
  invalidInput: { status: 400, name: "InvalidParameterException" },
  unknownOperation: { status: 404, name: "UnknownOperationException" },
  unauthorized: { status: 401, name: "UnauthorizedException" },
  jwksUnavailable: unavailable("the token issuer's keys cannot be fetched; try again"),
  unknownInstance: denied(),
  tooLarge: { status: 413, name: "RequestEntityTooLargeException" },
  bundleUnavailable: denied(noBundle),
  bundleStale: denied("the policies could not be confirmed for too long: every call is denied"),
  policiesOutdated: unavailable("the policies are being replaced; try again"),
  auditUnavailable: unavailable("the call could not be recorded and is refused; try again"),
  upstreamUnavailable: { status: 502, name: "ServiceUnavailableException" },
  invalidDocument: denied(noBundle),
  internal: denied("the call could not be decided and is denied"),
};

function denied(message?: string): Answer {
  return { status: 403, name: "AccessDeniedException", ...(message === undefined ? {} : { message }) };
}

function unavailable(message: string): Answer {
  return { status: 503, name: "ServiceUnavailableException", message };
}

/** A foreign error's message is not shown to the caller. */
export function callerMessageOf(error: unknown): string {
  const { code, message } = error instanceof CodedError ? error : new CodedError("internal", "");
  return answers[code].message ?? message;
}

export function answerErrorOf(error: unknown): AnswerError {
  const code = error instanceof CodedError ? error.code : "internal";
  const { name, status } = answers[code];
  const message = callerMessageOf(error);
  return {
    name,
    status,
    message,
    ...(code === "unauthorized" ? { headers: { "www-authenticate": challenge(message) } } : {}),
  };
}

/** RFC 6750 section 3: the reason is ASCII without quotes and backslashes. */
function challenge(reason: string): string {
  const isSafe = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(reason);
  return `Bearer error="invalid_token"${isSafe ? `, error_description="${reason}"` : ""}`;
}

/** The SDK's message when Connect gave none. Clients have their own text for that. */
const placeholder = "UnknownError";

/**
 * Uses `x-amzn-errortype`, and `__type`, `message` and `Message` in the body: clients look there.
 * @param members of the exception, as JSON holds them
 */
export function writeError(error: AnswerError, members: object, requestId: string): HttpAnswer {
  const text = error.message === placeholder ? {} : { message: error.message, Message: error.message };
  return {
    status: error.status,
    headers: {
      "content-type": "application/json",
      "x-amzn-errortype": error.name,
      "x-amzn-requestid": requestId,
      ...error.headers,
    },
    body: JSON.stringify({ ...members, __type: error.name, ...text }),
  };
}
