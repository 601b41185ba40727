/**
 * The role session of a call. A call to an instance without a role has none.
 *
 * The credentials reach the SDK's client call by call: one client serves many callers, each in its own session.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ConnectInstance } from "../../request/types.ts";
import type { Settings } from "../../settings.ts";
import { isLocalEndpoint } from "../client/credentials.ts";
import type { Deadline } from "../deadline.ts";
import type { AssumerOptions } from "./assume-role.ts";
import { ownSessionName } from "./session-name.ts";
import {
  type RoleAssumer,
  type SessionCredentials,
  type SessionRequest,
  Sessions,
  type SessionsOptions,
} from "./sessions.ts";

/** The caller's own session of a role. */
export interface OutgoingSession {
  readonly name: string;
  /** Session policies: the first one that STS accepts is used. None: only the role limits the session. */
  readonly policies: readonly string[];
}

/** Whose session is needed, and for which instance. Without a session, the call is the proxy's own. */
export interface SessionCall {
  readonly instance: ConnectInstance;
  readonly session?: OutgoingSession;
}

export interface RoleSession {
  readonly name: string;
  readonly roleArn: string;
  /** Runs a job whose calls are signed with the session's credentials; forgets the session if AWS rejects those. */
  run<Value>(job: () => Promise<Value>): Promise<Value>;
}

/** Rejects with `UpstreamError`, or with the deadline's reason. */
export type SessionFinder = (call: SessionCall, deadline: Deadline) => Promise<RoleSession | undefined>;

export type SessionFinderOptions = SessionsOptions & Pick<AssumerOptions, "backoff">;

const current = new AsyncLocalStorage<SessionCredentials>();

/** A credentials provider for a role's client: it returns only the current session's credentials. */
export const sessionCredentials = Object.assign(
  async (): Promise<SessionCredentials> => {
    const credentials = current.getStore();
    if (!credentials) throw new Error("a call to a role's client outside of a session");
    return credentials;
  },
  // INVARIANT: the SDK must ask for each call; without this mark it asks once for all callers.
  { memoized: true },
);

/** AWS's errors for credentials that are not accepted (any more). */
const staleCredentials: ReadonlySet<string> = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);

/**
 * A stand-in of Connect on this machine checks no credentials, so no role is assumed for it, unless `AWS_ENDPOINT_URL_STS`
 * names an STS.
 *
 * @param credentialsOf the proxy's own credentials for a region, which also assume the roles
 */
export function createSessionFinder(
  settings: Settings,
  credentialsOf: AssumerOptions["credentialsOf"],
  { backoff, ...options }: SessionFinderOptions,
): SessionFinder {
  const endpoint = settings.AWS_ENDPOINT_URL_STS;
  const connect = settings.CONNECT_ENDPOINT;
  const isLocal = connect !== "aws" && isLocalEndpoint(connect);
  if (isLocal && !endpoint) return async () => undefined;

  // A separate chunk: without roles the client of STS is never loaded.
  let assumer: Promise<RoleAssumer> | undefined;
  const sessions = new Sessions(async (request, signal) => {
    assumer ??= import("./assume-role.ts").then(({ createRoleAssumer }) =>
      createRoleAssumer({ settings, endpoint, credentialsOf, backoff }),
    );
    return (await assumer)(request, signal);
  }, options);

  return async (call, deadline) => {
    const { roleArn } = call.instance;
    if (roleArn === undefined) return undefined;
    const request = requestOf(roleArn, call);
    const credentials = await sessions.get(request, deadline);
    return {
      name: request.sessionName,
      roleArn,
      async run(job) {
        try {
          return await current.run(credentials, job);
        } catch (error) {
          if (error instanceof Error && staleCredentials.has(error.name)) sessions.forget(request);
          throw error;
        }
      },
    };
  };
}

function requestOf(roleArn: string, { instance, session }: SessionCall): SessionRequest {
  return {
    roleArn,
    region: instance.region,
    externalId: instance.externalId,
    sessionName: session?.name ?? ownSessionName,
    setsSourceIdentity: instance.sourceIdentity ?? true,
    policies: session?.policies ?? [],
  };
}
