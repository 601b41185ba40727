/**
 * A server on this machine in the place of Amazon Connect, that fails in the way it is told to.
 */

import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";

/** One HTTP request as it came in. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** What to do with a request: bytes may be written, or not, and the socket be closed, or not. */
export type Fault = (socket: Socket, request: SeenRequest) => void;

export interface FaultyServer {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Connections ever made, and those that are open. */
  readonly connections: () => { readonly made: number; readonly open: number };
  /** Bytes ever received. */
  readonly received: () => number;
  /** Resolves once no connection is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** A whole HTTP response. */
export function response(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = { "content-type": "application/json" },
): string {
  const all = { "content-length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} X\r\n${lines.join("")}\r\n${body}`;
}

/** Starts the server; `fault` is asked for every request, in order. */
export async function startFaultyServer(fault: Fault, port = 0): Promise<FaultyServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const counts = { made: 0, received: 0 };
  const server: Server = createServer((socket) => {
    counts.made++;
    sockets.add(socket);
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk) => {
      counts.received += chunk.length;
      text += chunk;
      const whole = readRequest(text);
      if (!whole) return;
      text = "";
      requests.push(whole);
      fault(socket, whole);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const done of waiting) done();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => ({ made: counts.made, open: sockets.size }),
    received: () => counts.received,
    idle: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readRequest(text: string): SeenRequest | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Map(
    lines.map((each) => [
      each.slice(0, each.indexOf(":")).toLowerCase(),
      each.slice(each.indexOf(":") + 1).trim(),
    ]),
  );
  const body = text.slice(end + 4);
  if (body.length < Number(headers.get("content-length") ?? 0)) return undefined;
  const [method = "", path = ""] = line.split(" ");
  return { method, path, headers, body };
}

/** A `date` that tells the SDK that its clock is slow. */
function inAnHour(): Record<string, string> {
  return { date: new Date(Date.now() + 3_600_000).toUTCString() };
}

/** The faults that the product has an answer for. */
export const faults = {
  fine: (socket) => socket.write(response(200, "{}")),
  slowHeaders: () => undefined,
  slowBody: (socket) => socket.write(response(200, "").replace("content-length: 0", "content-length: 50")),
  reset: (socket) => socket.resetAndDestroy(),
  resetInBody: (socket) => {
    socket.write(response(200, '{"User":').replace(/content-length: \d+/, "content-length: 50"), () =>
      socket.resetAndDestroy(),
    );
  },
  cutShort: (socket) =>
    socket.end(response(200, '{"User":').replace(/content-length: \d+/, "content-length: 50")),
  throttled: (socket) =>
    socket.write(response(429, '{"Message":"slow down"}', { "x-amzn-errortype": "ThrottlingException" })),
  throttledLong: (socket) =>
    socket.write(
      response(429, '{"message":"slow down"}', {
        "x-amzn-errortype": "TooManyRequestsException",
        "retry-after": "7",
      }),
    ),
  throttledPage: (socket) =>
    socket.write(response(429, "<html>slow down</html>", { "content-type": "text/html" })),
  throttledAs400: (socket) =>
    socket.write(response(400, '{"__type":"Throttling","message":"Rate exceeded"}')),
  internal: (socket) =>
    socket.write(response(500, '{"Message":"oops"}', { "x-amzn-errortype": "InternalServiceException" })),
  internalUntyped: (socket) => socket.write(response(500, "{}")),
  internalPage: (socket) => socket.write(response(500, "<html>oops</html>", { "content-type": "text/html" })),
  internalSkewed: (socket) =>
    socket.write(
      response(500, '{"Message":"oops"}', { ...inAnHour(), "x-amzn-errortype": "InternalServiceException" }),
    ),
  skewed: (socket) =>
    socket.write(
      response(403, '{"message":"Signature expired"}', {
        ...inAnHour(),
        "x-amzn-errortype": "InvalidSignatureException",
      }),
    ),
  page: (socket) => socket.write(response(200, "<html>sign in</html>", { "content-type": "text/html" })),
  truncatedJson: (socket) => socket.write(response(200, '{"User":{"Userna')),
  nothing: (socket) => socket.write(response(200, "null")),
  redirect: (socket) => socket.write(response(302, "", { location: "http://127.0.0.1:1/" })),
  garbage: (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
} as const satisfies Record<string, Fault>;
