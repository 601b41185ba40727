/**
 * Which answer each of our own errors becomes (CONTRACT: the table of answers in README.md).
 */
import { CodedError, type ErrorCode } from "../../errors.ts";
import { callerMessageOf } from "./caller-message.ts";
import type { AnswerError } from "./error-answer.ts";

interface Answer {
  readonly status: number;
  readonly name: string;
}

const answers = {
  invalidInput: { status: 400, name: "InvalidParameterException" },
  unknownOperation: { status: 404, name: "UnknownOperationException" },
  unauthorized: { status: 401, name: "UnauthorizedException" },
  jwksUnavailable: { status: 503, name: "ServiceUnavailableException" },
  unknownInstance: { status: 403, name: "AccessDeniedException" },
  tooLarge: { status: 413, name: "RequestEntityTooLargeException" },
  bundleUnavailable: { status: 403, name: "AccessDeniedException" },
  bundleStale: { status: 403, name: "AccessDeniedException" },
  policiesOutdated: { status: 503, name: "ServiceUnavailableException" },
  auditUnavailable: { status: 503, name: "ServiceUnavailableException" },
  upstreamUnavailable: { status: 502, name: "ServiceUnavailableException" },
  invalidDocument: { status: 403, name: "AccessDeniedException" },
  internal: { status: 403, name: "AccessDeniedException" },
} as const satisfies Record<ErrorCode, Answer>;

/** Turns whatever was thrown into an answer; an error that is not ours says nothing of itself to the caller. */
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

/** RFC 6750 section 3: the reason may hold no quote, no backslash, and nothing but ASCII. */
function challenge(reason: string): string {
  const isSafe = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(reason);
  return `Bearer error="invalid_token"${isSafe ? `, error_description="${reason}"` : ""}`;
}
