/**
 * An HTTP server that only this machine can reach, and that stops without cutting anybody off.
 */
import { createServer, type RequestListener, type ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoopbackServer {
  readonly port: number;
  /** False from the moment it is being closed. */
  readonly isOpen: () => boolean;
  /** Stops accepting and resolves when the requests in flight are answered. Further calls get the same promise. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, port 0 for a free one; rejects with the system's error when the port is taken. */
export async function openLoopbackServer(
  port: number,
  options: ServerOptions,
  listener: RequestListener,
): Promise<LoopbackServer> {
  const server = createServer(options, listener);
  let inFlight = 0;
  let closing: Promise<void> | undefined;
  // What is left then are connections without a request: browsers open some in advance and keep them.
  const dropIdle = () => {
    if (closing !== undefined && inFlight === 0) server.closeAllConnections();
  };
  server.on("request", (_request, response) => {
    inFlight++;
    response.once("close", () => {
      inFlight--;
      dropIdle();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    isOpen: () => closing === undefined,
    close() {
      closing ??= new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      });
      dropIdle();
      return closing;
    },
  };
}
