/**
 * Which answer each of our own errors becomes (CONTRACT: the table of answers in README.md).
 */
import { CodedError, type ErrorCode } from "../errors.ts";
import type { AnswerError } from "./encode.ts";

interface Answer {
  readonly status: number;
  readonly name: string;
  /** Told to the caller instead of the error's own message, where that could say too much. */
  readonly message?: string;
}

const answers = {
  invalidInput: { status: 400, name: "InvalidParameterException" },
  unknownOperation: { status: 404, name: "UnknownOperationException" },
  unauthorized: { status: 401, name: "UnauthorizedException" },
  jwksUnavailable: {
    status: 503,
    name: "ServiceUnavailableException",
    message: "the token issuer's keys cannot be fetched; try again",
  },
  unknownInstance: { status: 403, name: "AccessDeniedException" },
  tooLarge: { status: 413, name: "RequestEntityTooLargeException" },
  bundleUnavailable: {
    status: 403,
    name: "AccessDeniedException",
    message: "no usable policy bundle: every call is denied",
  },
  upstreamUnavailable: { status: 502, name: "ServiceUnavailableException" },
  upstreamTimeout: { status: 504, name: "GatewayTimeoutException" },
  invalidDocument: {
    status: 403,
    name: "AccessDeniedException",
    message: "no usable policy bundle: every call is denied",
  },
  internal: {
    status: 403,
    name: "AccessDeniedException",
    message: "the call could not be decided and is denied",
  },
} as const satisfies Record<ErrorCode, Answer>;

/** Turns whatever was thrown into an answer; an error that is not ours says nothing of itself to the caller. */
export function answerErrorOf(error: unknown): AnswerError {
  const code = error instanceof CodedError ? error.code : "internal";
  const answer: Answer = answers[code];
  const own = error instanceof CodedError ? error.message : "";
  return {
    name: answer.name,
    status: answer.status,
    message: answer.message ?? own,
    ...(code === "unauthorized" ? { headers: { "www-authenticate": challenge(own) } } : {}),
  };
}

/** RFC 6750 section 3: the reason may hold no quote, no backslash, and nothing but ASCII. */
function challenge(reason: string): string {
  const isSafe = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(reason);
  return `Bearer error="invalid_token"${isSafe ? `, error_description="${reason}"` : ""}`;
}
