/**
 * Turns Lambda proxy integration events (of REST APIs, of HTTP APIs in both payload formats, of function URLs) into one
 * HTTP call and the context of its authorizer.
 */

import { lowerAscii } from "../../ascii.ts";
import { InputError } from "../../errors.ts";
import type { HttpCall } from "../types.ts";
import { readCall, shapeOf } from "./event-call.ts";
import { readBody, recordOf, textOf } from "./event-fields.ts";

export interface ProxyRequest {
  /** Without the body, which may not be text: {@link withBody} adds it. */
  readonly call: HttpCall;
  /** The context that our Lambda authorizer returned; empty without one. Callers cannot set it. */
  readonly authorizer: Readonly<Record<string, unknown>>;
}

/** Never throws. For `basePath`, see {@link readCall}. */
export function readProxyEvent(event: unknown, basePath = ""): ProxyRequest {
  const members = recordOf(event);
  const shape = shapeOf(members);
  const authorizer = recordOf(recordOf(members["requestContext"])["authorizer"]);
  return {
    call: readCall(members, shape, basePath),
    // A function URL has no Lambda authorizer: its context comes from IAM.
    authorizer:
      shape === "functionUrl" ? {} : shape === "http2" ? recordOf(authorizer["lambda"]) : authorizer,
  };
}

/** @throws InputError when the body is not UTF-8 text, or is compressed */
export function withBody(call: HttpCall, event: unknown): HttpCall {
  const members = recordOf(event);
  if (isCompressed(call, textOf(members["body"]) ?? ""))
    throw new InputError("", "the body is compressed: send it uncompressed, without Content-Encoding");
  return { ...call, body: readBody(members) };
}

/** The first bytes of gzip (RFC 1952, section 2.3.1): in base64, as bytes, and as bytes that were read as UTF-8. */
const gzipStarts = ["H4sI", "\u001f\u008b", "\u001f\ufffd"];

/** Recognized by the header (RFC 9110, section 8.4), or by the first bytes. */
function isCompressed({ headers }: HttpCall, body: string): boolean {
  if (body === "") return false;
  const codings = (headers.get("content-encoding") ?? []).flatMap((value) => value.split(","));
  return (
    codings.some((coding) => !["", "identity"].includes(lowerAscii(coding.trim()))) ||
    gzipStarts.some((start) => body.startsWith(start))
  );
}
