/**
 * What went wrong between us and AWS, told apart: Amazon Connect's own refusal, which is passed on as it is; that it
 * asks for patience; that it cannot be reached or understood; that it is too slow.
 */

import { ConnectServiceException } from "@aws-sdk/client-connect";
import { isThrottlingError } from "@smithy/core/retry";
import type { CallSignal } from "../call-signal.ts";
import { TooManyCalls } from "../client/limiter.ts";
import { retryAfterSeconds } from "../client/retry-after.ts";
import { CallEnded } from "../deadline.ts";
import { describeCause, recordedIdOf } from "./recorded-name.ts";

/** A failure to be answered to the client. */
export interface UpstreamFailure {
  /** `limited` is our own limit of calls to an instance; all others are of AWS, or of the way there. */
  readonly kind: "refused" | "throttled" | "limited" | "unavailable" | "timeout" | "cancelled";
  readonly status: number;
  /** The exception's name, for instance `ResourceNotFoundException`: of the answerer's choice, so not for records. */
  readonly name: string;
  readonly message: string;
  /** Members of a modelled exception. */
  readonly members: object;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly upstreamRequestId: string | undefined;
  /** For the record alone: what the caller need not know. */
  readonly detail?: string;
}

/** A failure that was told apart where it happened. */
export class UpstreamError extends Error {
  override readonly name = "UpstreamError";
  readonly failure: UpstreamFailure;

  constructor(failure: UpstreamFailure, cause: unknown) {
    super(failure.message, { cause });
    this.failure = failure;
  }
}

/** Members that every SDK exception has and that are not the service's. */
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

/** By which AWS throttles besides 429, with one of its names for it. Under any other status a name is just a name. */
const throttlingStatuses: ReadonlySet<number | undefined> = new Set([400, 503]);

/**
 * Classifies what the SDK's client threw.
 *
 * @param signal the call's own: once it is aborted, whatever was thrown is only the consequence
 */
export function upstreamFailureOf(error: unknown, signal?: CallSignal): UpstreamFailure {
  if (error instanceof UpstreamError) return error.failure;
  const ended: unknown = signal?.aborted ? signal.reason : error;
  if (ended instanceof CallEnded) return ended.kind === "deadline" ? tooSlow() : cancelled;
  if (error instanceof TooManyCalls) {
    const message = "too many calls to this instance are under way; try again";
    return { ...throttled({ message }), kind: "limited" };
  }
  const status = statusOf(error);
  if (error instanceof Error && (status === 429 || (throttlingStatuses.has(status) && isThrottling(error)))) {
    return throttled({ ...(serviceAnswerOf(error) ?? {}), seconds: retryAfterSeconds(error) });
  }
  const answer = serviceAnswerOf(error);
  if (answer && status !== undefined && status >= 400) return { kind: "refused", ...answer, status };
  if (status !== undefined) return unavailable("amazon connect's answer could not be read", error);
  return isTimeout(error) ? tooSlow() : unavailable("amazon connect could not be reached", error);
}

/** Whether an error says that nothing came in time. The SDK calls a reset or refused connection a time-out too. */
export function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, "code");
  if (code !== undefined) return code === "ETIMEDOUT";
  return error.name === "TimeoutError" || error.name === "AbortError";
}

/** Whether a service asks for patience, under whatever status it says so. */
export function isThrottling(error: Error): boolean {
  // The SDK's guard reads members that it takes for granted of any error.
  return isThrottlingError(error as Parameters<typeof isThrottlingError>[0]);
}

/** It goes into a header of the answer. */
const nameForm = /^[A-Za-z][A-Za-z0-9.]{0,127}$/;

type ServiceAnswer = Pick<UpstreamFailure, "name" | "message" | "members" | "upstreamRequestId">;

/** What Connect itself said; `undefined` for what is not of its form, like a page of a load balancer. */
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
  const metadata: unknown =
    typeof error === "object" && error !== null ? Reflect.get(error, "$metadata") : undefined;
  const status: unknown =
    typeof metadata === "object" && metadata !== null ? Reflect.get(metadata, "httpStatusCode") : undefined;
  return typeof status === "number" ? status : undefined;
}

/** The answer to a call that was not carried out and may be tried again: always 429, always with `retry-after`. */
export function throttled({
  name,
  message = "too many requests; try again",
  members = {},
  upstreamRequestId,
  seconds = 1,
  detail,
}: Partial<ServiceAnswer> & { readonly seconds?: number; readonly detail?: string }): UpstreamFailure {
  return {
    kind: "throttled",
    status: 429,
    name: name === undefined || name === "ServiceException" ? "ThrottlingException" : name,
    message,
    members,
    headers: { "retry-after": String(seconds) },
    upstreamRequestId,
    ...(detail === undefined ? {} : { detail }),
  };
}

/** The answer when something on the way did not answer in time. */
export function tooSlow(message = "amazon connect did not answer in time", detail?: string): UpstreamFailure {
  const own = { kind: "timeout", status: 504, name: "GatewayTimeoutException", message } as const;
  return { ...own, members: {}, upstreamRequestId: undefined, ...(detail === undefined ? {} : { detail }) };
}

/** The answer when something on the way cannot be reached, or not be understood. */
export function unavailable(message: string, cause: unknown): UpstreamFailure {
  const own = { kind: "unavailable", status: 502, name: "ServiceUnavailableException", message } as const;
  return { ...own, members: {}, upstreamRequestId: undefined, detail: describeCause(cause) };
}

/** Nobody is there to read it: for the record. The status is the one that proxies log for this. */
const cancelled: UpstreamFailure = {
  kind: "cancelled",
  status: 499,
  name: "ClientClosedRequest",
  message: "the caller has gone",
  members: {},
  upstreamRequestId: undefined,
};
