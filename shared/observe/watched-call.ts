/** The part of a call that metrics and traces need. */

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
