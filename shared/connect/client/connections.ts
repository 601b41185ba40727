/**
 * Connections to AWS: kept open between calls, but not used after they were idle for too long.
 *
 * A frozen Lambda container does not notice that its peer closes a connection. The first call after the thaw would use
 * that connection and fail. It could not be retried: it may have been carried out.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";
import { memberOf } from "../member.ts";

/** Longest idle time of a connection; AWS's SDK for Java allows a minute. */
const maxIdleMs = 20_000;

const agent = {
  // For all instances of a region together; the limiter bounds the calls of each instance.
  maxSockets: 1_000,
  timeout: maxIdleMs,
};

/** Settings of the SDK's HTTP handler. The deadline limits the time of a whole call. */
export const connectionSettings = { connectionTimeout: 3_000, httpAgent: agent, httpsAgent: agent };

/**
 * Closes a client's idle connections if the client was unused for too long. A connection's own idle timer is not enough: it
 * does not run while the container is frozen, nor before the event that thaws the container.
 */
export function dropStaleConnections(client: ConnectClient, lastUsedMs: number, nowMs = Date.now()): void {
  if (nowMs - lastUsedMs <= maxIdleMs) return;
  const handler: unknown = client.config.requestHandler;
  const settings: unknown = hasSettings(handler) ? handler.httpHandlerConfigs() : undefined;
  if (typeof settings !== "object" || settings === null) return;
  for (const name of ["httpAgent", "httpsAgent"]) {
    const free: unknown = memberOf(Reflect.get(settings, name), "freeSockets");
    const sockets = typeof free === "object" && free !== null ? Object.values(free).flat() : [];
    for (const socket of sockets) if (canBeDestroyed(socket)) socket.destroy();
  }
}

function hasSettings(value: unknown): value is { httpHandlerConfigs(): unknown } {
  return typeof memberOf(value, "httpHandlerConfigs") === "function";
}

function canBeDestroyed(value: unknown): value is { destroy(): void } {
  return typeof memberOf(value, "destroy") === "function";
}
