/**
 * A call's trace in addition to API Gateway's and Lambda's segments: the decision, and the call to Amazon Connect.
 *
 * Each subsegment is sent as a datagram to the daemon beside the function ("AWS X-Ray segment documents", "Sending
 * segment documents to the X-Ray daemon"). docs/decisions/0064 says why the X-Ray SDK is not used.
 */
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import type { TraceParent } from "./trace-header.ts";
import type { CallEnd, Span, UpstreamSpan } from "./watched-call.ts";

export interface TracedCall {
  readonly whole: Span;
  readonly upstream: UpstreamSpan | undefined;
  readonly end: CallEnd;
  /** As in the metric `Decision`. */
  readonly outcome: string;
}

export type SegmentSender = (parent: TraceParent, call: TracedCall) => Promise<void>;

/** @param address `host:port` of the daemon */
export function createSegmentSender(address: string): SegmentSender {
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  const socket = createSocket("udp4");
  // The socket must not keep a process alive, and a lost trace is no error.
  socket.unref();
  socket.on("error", () => undefined);
  const send = (document: object) =>
    new Promise<void>((resolve, reject) => {
      const datagram = `{"format":"json","version":1}\n${JSON.stringify(document)}`;
      socket.send(datagram, Number(port), host, (error) => (error ? reject(error) : resolve()));
    });
  return async (parent, call) => {
    await Promise.all(documentsOf(parent, call).map(send));
  };
}

/** They name the call's operation and outcome, never its caller or content. */
export function documentsOf({ traceId, segmentId }: TraceParent, call: TracedCall): object[] {
  const { whole, upstream, end, outcome } = call;
  const document = (name: string, { startMs, endMs }: Span) => ({
    type: "subsegment",
    name,
    id: randomBytes(8).toString("hex"),
    trace_id: traceId,
    parent_id: segmentId,
    start_time: startMs / 1000,
    end_time: endMs / 1000,
  });
  const decided = { startMs: whole.startMs, endMs: upstream?.startMs ?? whole.endMs };
  const { operation, layer } = end;
  const decision = {
    ...document("decision", decided),
    annotations: {
      outcome,
      ...(operation === undefined ? {} : { operation }),
      ...(layer === undefined ? {} : { layer }),
    },
    ...(outcome === "error" ? { fault: true } : {}),
  };
  if (!upstream) return [decision];
  return [decision, { ...document("Connect", upstream), namespace: "aws", ...connectPart(upstream) }];
}

function connectPart({ call, outcome }: UpstreamSpan): object {
  if (!outcome) return { aws: { ...call }, fault: true };
  const requestId = outcome.kind === "output" ? outcome.upstreamRequestId : outcome.failure.upstreamRequestId;
  const aws = { ...call, ...(requestId ? { request_id: requestId } : {}) };
  if (outcome.kind === "output") return { aws };
  const { status, kind } = outcome.failure;
  const isThrottle = kind === "throttled" || kind === "limited";
  const isError = status >= 400 && status < 500;
  return {
    aws,
    http: { response: { status } },
    ...(isThrottle ? { throttle: true } : {}),
    ...(isError ? { error: true } : { fault: true }),
  };
}
