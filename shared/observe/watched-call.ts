/**
 * A call as metrics and traces see it: as much of it as they need.
 */

/** How a call to Amazon Connect ended. */
export type UpstreamOutcome =
  | { readonly kind: "output"; readonly upstreamRequestId: string | undefined }
  | {
      readonly kind: "failure";
      readonly failure: {
        readonly kind: "refused" | "throttled" | "limited" | "unavailable" | "timeout" | "cancelled";
        readonly status: number;
        readonly upstreamRequestId: string | undefined;
      };
    };

/** What came of a call. */
export interface CallEnd {
  readonly outcome: "allow" | "deny" | "notYetKnown" | "error";
  readonly reason?: string;
  readonly layer?: string;
  readonly operation?: string;
  readonly requestId: string;
  readonly extendedRequestId?: string;
  readonly awsRequestId?: string;
  readonly traceId?: string;
}

export interface UpstreamCall {
  readonly operation: string;
  readonly region: string;
}

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export interface UpstreamSpan extends Span {
  readonly call: UpstreamCall;
  readonly outcome: UpstreamOutcome | undefined;
}
