/**
 * One SDK client for each region and role that calls go to, made on first use. The ones unused for longest are dropped,
 * and with them their connections, once nobody uses them any more.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";
import { refuseForeignAnswers } from "../answer/foreign-answer.ts";
import { sessionCredentials } from "../session/session-credentials.ts";
import { sendConfidentially } from "./confidential.ts";
import { createConnectClient } from "./connect-client.ts";
import { connectionSettings, dropStaleConnections } from "./connections.ts";
import { credentialsFor } from "./credentials.ts";
import { CarefulRetryStrategy, maxAttempts, rememberFailedAttempts } from "./retry.ts";
import { sortOnce } from "./sorted-stack.ts";

/** Where a client's calls go, and as whom. */
export interface ClientPlace {
  readonly region: string;
  /** Absent for the proxy's own. */
  readonly roleArn?: string;
}

/** The clients. */
export interface Clients {
  /** Runs a job with the client of a place, which stays usable until the job is done. */
  use<Value>(place: ClientPlace, job: (client: ConnectClient) => Promise<Value>): Promise<Value>;
}

export interface ClientsOptions {
  readonly maxClients?: number;
  /** For tests: how the SDK waits between attempts. */
  readonly backoff?: ConstructorParameters<typeof CarefulRetryStrategy>[0];
}

interface Entry {
  readonly client: ConnectClient;
  users: number;
  isDropped: boolean;
  lastUsedMs: number;
}

/**
 * Creates the clients.
 *
 * @param environment `CONNECT_ENDPOINT`: a URL to send to instead of the region's own endpoint
 */
export function createClients(
  environment: Readonly<Record<string, string | undefined>>,
  options: ClientsOptions = {},
): Clients {
  const { maxClients = 32 } = options;
  const entries = new Map<string, Entry>();

  const find = (place: ClientPlace): Entry => {
    const key = JSON.stringify([place.region, place.roleArn]);
    const entry = entries.get(key) ?? {
      client: createClient(environment, place, options),
      users: 0,
      isDropped: false,
      lastUsedMs: Date.now(),
    };
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > maxClients && oldest !== undefined) drop(oldest);
    return entry;
  };
  const drop = (key: string) => {
    const entry = entries.get(key);
    entries.delete(key);
    if (!entry) return;
    entry.isDropped = true;
    if (entry.users === 0) entry.client.destroy();
  };

  return {
    async use(place, job) {
      const entry = find(place);
      if (entry.users === 0) dropStaleConnections(entry.client, entry.lastUsedMs);
      entry.users++;
      try {
        return await job(entry.client);
      } finally {
        entry.lastUsedMs = Date.now();
        if (--entry.users === 0 && entry.isDropped) entry.client.destroy();
      }
    },
  };
}

function createClient(
  environment: Readonly<Record<string, string | undefined>>,
  { region, roleArn }: ClientPlace,
  { backoff }: ClientsOptions,
): ConnectClient {
  const configured = environment["CONNECT_ENDPOINT"];
  const endpoint = configured === "aws" ? undefined : configured;
  const client = createConnectClient({
    region,
    ...(endpoint ? { endpoint } : {}),
    ...credentialsFor(environment, endpoint),
    ...(roleArn === undefined ? {} : { credentials: sessionCredentials }),
    maxAttempts,
    retryStrategy: new CarefulRetryStrategy(backoff),
    requestHandler: connectionSettings,
  });
  rememberFailedAttempts(client);
  refuseForeignAnswers(client);
  sendConfidentially(client, environment);
  sortOnce(client);
  return client;
}
