/**
 * Classifies failures between us and AWS. Amazon Connect refused the call, which is passed on; it throttled the call;
 * it could not be reached or understood; it was too slow.
 */

import { ConnectServiceException } from "@aws-sdk/client-connect";
import { isThrottlingError } from "@smithy/core/retry";
import { TooManyCalls } from "../client/limiter.ts";
import { CallEnded } from "../deadline.ts";
import { memberOf } from "../member.ts";
import { describeCause, recordedIdOf } from "./recorded-name.ts";

export interface UpstreamFailure {
  /** `limited` is our own limit of calls to an instance; all other kinds come from AWS or from the way there. */
  readonly kind: "refused" | "throttled" | "limited" | "unavailable" | "timeout" | "cancelled";
  readonly status: number;
  /** The exception's name, for instance `ResourceNotFoundException`: chosen by the server, so not for records. */
  readonly name: string;
  readonly message: string;
  readonly members: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly upstreamRequestId: string | undefined;
  /** For the record, not for the caller. */
  readonly detail?: string | undefined;
}

/** A failure that was classified where it happened. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  readonly failure: UpstreamFailure;

  constructor(failure: UpstreamFailure, cause: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/** Members that the SDK adds to every exception. */
const sdkMembers = new Set([
  "name",
  "message",
  "stack",
  "$fault",
  "$metadata",
  "$response",
  "$service",
  "$retryable",
]);

/** Statuses, in addition to 429, with which AWS throttles, if the error has one of AWS's names for that. */
const throttlingStatuses: ReadonlySet<number | undefined> = new Set([400, 503]);

/** @param signal the call's own: once it is aborted, any error is only a consequence */
export function upstreamFailureOf(error: unknown, signal?: AbortSignal): UpstreamFailure {
  if (error instanceof UpstreamError) return error.failure;
  const ended: unknown = signal?.aborted ? signal.reason : error;
  if (ended instanceof CallEnded) return ended.kind === "deadline" ? tooSlow() : cancelled;
  if (error instanceof TooManyCalls) {
    const message = "too many calls to this instance are under way; try again";
    return { ...throttled({ message, detail: message }), kind: "limited" };
  }
  const status = statusOf(error);
  if (error instanceof Error && (status === 429 || (throttlingStatuses.has(status) && isThrottling(error)))) {
    return throttled({ ...serviceAnswerOf(error), cause: error });
  }
  const answer = serviceAnswerOf(error);
  if (answer && status !== undefined && status >= 400) return { kind: "refused", ...answer, status };
  if (status !== undefined) return unavailable("amazon connect's answer could not be read", error);
  return isTimeout(error) ? tooSlow() : unavailable("amazon connect could not be reached", error);
}

/** Whether no answer came in time. The SDK also calls a reset or refused connection a time-out. */
export function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, "code");
  if (code !== undefined) return code === "ETIMEDOUT";
  return error.name === "TimeoutError" || error.name === "AbortError";
}

/** Independent of the status. */
export function isThrottling(error: Error): boolean {
  // The guard's type demands an error of the SDK, but it works with any error.
  return isThrottlingError(error as Parameters<typeof isThrottlingError>[0]);
}

/** Form of a name that may become a header of the answer. */
const nameForm = /^[A-Za-z][A-Za-z0-9.]{0,127}$/;

type ServiceAnswer = Pick<UpstreamFailure, "name" | "message" | "members" | "upstreamRequestId">;

/** Connect's own answer; `undefined` for another answer, such as a load balancer's page. */
function serviceAnswerOf(error: unknown): ServiceAnswer | undefined {
  if (!(error instanceof ConnectServiceException)) return undefined;
  return {
    name: error.name !== "Unknown" && nameForm.test(error.name) ? error.name : "ServiceException",
    message: error.message,
    members: Object.fromEntries(Object.entries(error).filter(([name]) => !sdkMembers.has(name))),
    upstreamRequestId: recordedIdOf(error.$metadata.requestId),
  };
}

function statusOf(error: unknown): number | undefined {
  const status = memberOf(memberOf(error, "$metadata"), "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/** The answer to a call that was not carried out and may be retried: always 429, always with `retry-after`. */
export function throttled({
  name,
  message = "too many requests; try again",
  members = {},
  upstreamRequestId,
  cause,
  detail,
}: Partial<ServiceAnswer> & { readonly cause?: Error; readonly detail?: string }): UpstreamFailure {
  return {
    kind: "throttled",
    status: 429,
    name: name === undefined || name === "ServiceException" ? "ThrottlingException" : name,
    message,
    members,
    headers: { "retry-after": String(retryAfterSeconds(cause)) },
    upstreamRequestId,
    detail,
  };
}

/** Longest `retry-after` that is passed on: a day. */
const maxRetrySeconds = 86_400;

/**
 * Reads `retry-after` (RFC 9110 section 10.2.3: seconds or a date) or `x-amz-retry-after` (milliseconds) of the error's
 * response, in whole seconds; at least 1, which is also the default.
 */
export function retryAfterSeconds(error: unknown, nowMs = Date.now()): number {
  const headers = memberOf(memberOf(error, "$response"), "headers");
  const standard = textOf(memberOf(headers, "retry-after"));
  const seconds =
    standard === undefined
      ? Number(textOf(memberOf(headers, "x-amz-retry-after"))) / 1000
      : readRetryAfter(standard, nowMs);
  return Number.isFinite(seconds) ? Math.min(maxRetrySeconds, Math.max(1, Math.ceil(seconds))) : 1;
}

function readRetryAfter(text: string, nowMs: number): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - nowMs) / 1000;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.trim() : undefined;
}

export function tooSlow(message = "amazon connect did not answer in time", detail?: string): UpstreamFailure {
  const own = { kind: "timeout", status: 504, name: "GatewayTimeoutException", message } as const;
  return { ...own, members: {}, upstreamRequestId: undefined, detail };
}

export function unavailable(message: string, cause: unknown): UpstreamFailure {
  const own = { kind: "unavailable", status: 502, name: "ServiceUnavailableException", message } as const;
  return { ...own, members: {}, upstreamRequestId: undefined, detail: describeCause(cause) };
}

/** For the record only, since the client is gone. Proxies log this status in such a case. */
const cancelled: UpstreamFailure = {
  kind: "cancelled",
  status: 499,
  name: "ClientClosedRequest",
  message: "the client disconnected",
  members: {},
  upstreamRequestId: undefined,
};
