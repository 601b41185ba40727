/**
 * One SDK client for each region and role, created on first use. The least recently used clients are dropped, and
 * destroyed with their connections when their last call is done.
 */
import { ConnectClient } from "@aws-sdk/client-connect";
import { LruMap } from "../../lru.ts";
import type { Settings } from "../../settings.ts";
import { refuseForeignAnswers } from "../answer/foreign-answer.ts";
import { sessionCredentials } from "../session/role-session.ts";
import { sendConfidentially } from "./confidential.ts";
import { connectionSettings, dropStaleConnections } from "./connections.ts";
import { credentialsFor } from "./credentials.ts";
import { writeLongTextsAtOnce } from "./long-texts.ts";
import { CarefulRetryStrategy, maxAttempts, rememberFailedAttempts } from "./retry.ts";

/** The destination of a client's calls, and their role. */
export interface ClientPlace {
  readonly region: string;
  /** Absent for the proxy's own role. */
  readonly roleArn?: string | undefined;
}

export interface Clients {
  /** Runs a job with the client of a place, which stays usable until the job is done. */
  use<Value>(place: ClientPlace, job: (client: ConnectClient) => Promise<Value>): Promise<Value>;
}

export interface ClientsOptions {
  readonly maxClients?: number;
  /** For tests: how the SDK waits between attempts. */
  readonly backoff?: ConstructorParameters<typeof CarefulRetryStrategy>[0];
  /** For the local gateway: called with each new client, before its first call. */
  readonly onClient?: (client: ConnectClient) => void;
}

interface Entry {
  readonly client: ConnectClient;
  users: number;
  isDropped: boolean;
  lastUsedMs: number;
}

/** @param settings `CONNECT_ENDPOINT`: a URL to send to instead of the region's own endpoint */
export function createClients(settings: Settings, options: ClientsOptions = {}): Clients {
  const entries = new LruMap<string, Entry>({
    maxEntries: options.maxClients ?? 32,
    onDrop(_key, entry) {
      entry.isDropped = true;
      if (entry.users === 0) entry.client.destroy();
    },
  });
  const find = (place: ClientPlace): Entry => {
    const key = JSON.stringify([place.region, place.roleArn]);
    const known = entries.get(key);
    if (known) return known;
    const client = createClient(settings, place, options);
    const entry = { client, users: 0, isDropped: false, lastUsedMs: Date.now() };
    entries.set(key, entry);
    return entry;
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
  settings: Settings,
  { region, roleArn }: ClientPlace,
  { backoff, onClient }: ClientsOptions,
): ConnectClient {
  const configured = settings.CONNECT_ENDPOINT;
  const endpoint = configured === "aws" ? undefined : configured;
  const client = new ConnectClient({
    region,
    ...(endpoint ? { endpoint } : {}),
    ...credentialsFor(settings, endpoint),
    ...(roleArn === undefined ? {} : { credentials: sessionCredentials }),
    maxAttempts,
    retryStrategy: new CarefulRetryStrategy(backoff),
    requestHandler: connectionSettings,
  });
  // It copies the whole input and output to hide sensitive members, for a logger that we do not have.
  client.middlewareStack.remove("loggerMiddleware");
  writeLongTextsAtOnce(client);
  rememberFailedAttempts(client);
  refuseForeignAnswers(client);
  sendConfidentially(client, settings);
  onClient?.(client);
  return client;
}
