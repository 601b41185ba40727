/** An HTTP server that only this machine can reach, and that finishes requests before it stops. */
import { createServer, type RequestListener, type ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { isLoopback } from "../../shared/endpoint.ts";

interface LoopbackServer {
  readonly port: number;
  /** False once `close` is called. */
  readonly isOpen: () => boolean;
  /** Stops accepting, and resolves when the requests in flight are answered. Later calls get the same promise. */
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
  // Only connections without a request are left: browsers open some in advance and keep them.
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

/**
 * Whether a request was meant for this machine. A web page whose own name was made to point here (DNS rebinding) has
 * another `Host`.
 *
 * @param hosts the values of the header
 */
export function isOwnHost(hosts: readonly string[]): boolean {
  return hosts.length === 1 && isLoopback(hosts[0]?.replace(/:\d{1,5}$/, "") ?? "");
}
