/**
 * One SDK client for each region that calls go to, made on first use and kept for the container's life.
 */
import { ConnectClient } from "@aws-sdk/client-connect";

/** Creates the client finder. */
export function createClients(
  environment: Readonly<Record<string, string | undefined>>,
): (region: string) => ConnectClient {
  const clients = new Map<string, ConnectClient>();
  const configured = environment["CONNECT_ENDPOINT"];
  const endpoint = configured === "aws" ? undefined : configured;
  return (region) => {
    const known = clients.get(region);
    if (known) return known;
    const client = new ConnectClient({
      region,
      ...(endpoint ? { endpoint, ...localCredentials(endpoint) } : {}),
    });
    clients.set(region, client);
    return client;
  };
}

/** The embedded local Connect checks no signature: no credentials of the developer's are looked for or sent. */
function localCredentials(endpoint: string): object {
  const { hostname, protocol } = new URL(endpoint);
  const isLocal = protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  return isLocal ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } } : {};
}
