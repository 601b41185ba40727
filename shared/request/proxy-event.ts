/**
 * Lambda proxy integration events of REST APIs, of HTTP APIs in both payload formats, and of function URLs, to one
 * HTTP call and what an authorizer left in it.
 */
import { readCall, shapeOf } from "./event-call.ts";
import { readBody, recordOf } from "./event-fields.ts";
import type { HttpCall } from "./types.ts";

/** What a proxy is invoked with. */
export interface ProxyRequest {
  /** Without the body: that is read when it is wanted, since it may be no text. */
  readonly call: HttpCall;
  /**
   * The context that a Lambda authorizer of ours returned; empty when there was none. Callers cannot set it.
   */
  readonly authorizer: Readonly<Record<string, unknown>>;
}

/**
 * Reads a proxy's event; never throws.
 *
 * @param basePath see {@link readCall}
 */
export function readProxyEvent(event: unknown, basePath = ""): ProxyRequest {
  const members = recordOf(event);
  const shape = shapeOf(members);
  const authorizer = recordOf(recordOf(members["requestContext"])["authorizer"]);
  return {
    call: readCall(members, shape, basePath),
    // Function URLs know no Lambda authorizer: what stands there is IAM's, and nobody of ours.
    authorizer:
      shape === "functionUrl" ? {} : shape === "http2" ? recordOf(authorizer["lambda"]) : authorizer,
  };
}

/**
 * Adds the body to a call.
 *
 * @throws InputError when it is not UTF-8 text
 */
export function withBody(call: HttpCall, event: unknown): HttpCall {
  return { ...call, body: readBody(recordOf(event)) };
}
