/** Reads an HTTP request as API Gateway does: raw path, header names as sent, limits. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { lowerAscii } from "../../../../shared/ascii.ts";
import { GatewayRefusal } from "../answers/gateway-response.ts";
import { limits } from "../limits.ts";

export interface ReceivedRequest {
  readonly requestId: string;
  readonly method: string;
  /** Percent-encoded, without the query, as REST APIs pass it on. */
  readonly rawPath: string;
  /** Without the question mark; may be empty. */
  readonly rawQuery: string;
  /** In the order and spelling of the client, with repeated names. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly sourceIp: string;
}

export type RequestHead = Omit<ReceivedRequest, "body">;

/** Finds all values of a header, in order; the case of its name does not matter. */
export function headerValues(request: RequestHead, name: string): readonly string[] {
  const wanted = lowerAscii(name);
  return request.headers.filter(([sent]) => lowerAscii(sent) === wanted).map(([, value]) => value);
}

/** Reads method, target and headers, without a check, so that a refusal can name the request. */
export function readHead(message: IncomingMessage): RequestHead {
  const target = message.url ?? "";
  const question = target.indexOf("?");
  const headers: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2)
    headers.push([message.rawHeaders[index] ?? "", message.rawHeaders[index + 1] ?? ""]);
  return {
    requestId: randomUUID(),
    method: message.method ?? "",
    rawPath: question < 0 ? target : target.slice(0, question),
    rawQuery: question < 0 ? "" : target.slice(question + 1),
    headers,
    sourceIp: (message.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
  };
}

/** Checks all but the body. @throws GatewayRefusal 400 for a target that is not a path, 431 over the header limit */
export function assertHeadAcceptable(head: RequestHead): void {
  if (!head.rawPath.startsWith("/")) throw new GatewayRefusal("badRequest");
  const line = head.method.length + head.rawPath.length + head.rawQuery.length + " ? HTTP/1.1".length;
  const values = head.headers.reduce((size, [, value]) => size + Buffer.byteLength(value), 0);
  if (line + values > limits.headerBytes) throw new GatewayRefusal("headersTooLarge");
}

/**
 * Reads the body. Of a body over the limit, more is read and dropped, so that the client finishes sending and reads the
 * answer.
 * @throws GatewayRefusal 413
 */
export async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 4 * limits.bodyBytes) break;
    if (size <= limits.bodyBytes) chunks.push(chunk);
  }
  if (size > limits.bodyBytes) throw new GatewayRefusal("tooLarge");
  return Buffer.concat(chunks);
}
