/**
 * Connections to AWS: kept open between calls, and not trusted after they have lain idle.
 *
 * A frozen Lambda container hears nothing of its peer closing a connection. The first call after the thaw would be sent
 * into it, fail, and could not be repeated: nobody knows whether it was carried out.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";

/** A connection that lay idle for longer is closed; AWS's own SDK for Java gives one a minute. */
const maxIdleMs = 20_000;

const agent = {
  // What bounds the calls of an instance is the limiter; this is for all instances of a region together.
  maxSockets: 1_000,
  timeout: maxIdleMs,
};

/** Settings of the SDK's HTTP handler. A whole call's time is its deadline's to bound. */
export const connectionSettings = { connectionTimeout: 3_000, httpAgent: agent, httpsAgent: agent };

/**
 * Closes a client's idle connections if nobody has used it for too long. An idle connection's own timer cannot tell:
 * it does not run while the container is frozen, nor before what woke the container.
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

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
