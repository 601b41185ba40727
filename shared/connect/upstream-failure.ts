/**
 * What went wrong between us and Amazon Connect, told apart: Connect's own refusal, which is passed on as it
 * is, from Connect being out of reach or too slow.
 */
import { ConnectServiceException } from "@aws-sdk/client-connect";

/** A failure to be answered to the client. */
export interface UpstreamFailure {
  readonly kind: "refused" | "unavailable" | "timeout";
  readonly status: number;
  /** The exception's name, for instance `ResourceNotFoundException`. */
  readonly name: string;
  readonly message: string;
  /** Members of a modelled exception. */
  readonly members: object;
  readonly upstreamRequestId: string | undefined;
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

/** Classifies what the SDK's client threw. */
export function upstreamFailureOf(error: unknown): UpstreamFailure {
  if (error instanceof ConnectServiceException && error.$metadata.httpStatusCode !== undefined) {
    return {
      kind: "refused",
      status: error.$metadata.httpStatusCode,
      name: error.name === "Unknown" ? "ServiceException" : error.name,
      message: error.message,
      members: Object.fromEntries(Object.entries(error).filter(([name]) => !sdkMembers.has(name))),
      upstreamRequestId: error.$metadata.requestId,
    };
  }
  const isTimeout = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
  return {
    kind: isTimeout ? "timeout" : "unavailable",
    status: isTimeout ? 504 : 502,
    name: isTimeout ? "GatewayTimeoutException" : "ServiceUnavailableException",
    message: isTimeout ? "amazon connect did not answer in time" : "amazon connect could not be reached",
    members: {},
    upstreamRequestId: undefined,
  };
}
