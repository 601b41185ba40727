/**
 * The session that a call is made in: none where the instance has no role, the caller's own where it has one.
 */

import type { Clients, ClientsOptions } from "../client/clients.ts";
import { isLocalEndpoint } from "../client/credentials.ts";
import type { Deadline } from "../deadline.ts";
import type { OutgoingCall } from "../send.ts";
import type { AssumerOptions } from "./assume-role.ts";
import type { SessionCredentials } from "./session-credentials.ts";
import { ownSessionName } from "./session-name.ts";
import { createSessions, type RoleAssumer, type SessionRequest, type SessionsOptions } from "./sessions.ts";

/** A session to make a call in. */
export interface RoleSession {
  readonly name: string;
  readonly roleArn: string;
  readonly credentials: SessionCredentials;
  /** To be told what the call was refused with: a session that AWS does not take any more is not used again. */
  onRefused(error: unknown): void;
}

export type SessionFinder = (call: OutgoingCall, deadline: Deadline) => Promise<RoleSession | undefined>;

/** What AWS answers to credentials that it does not take (any more). */
const staleCredentials: ReadonlySet<string> = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);

/**
 * Creates the finder.
 *
 * Before a stand-in of Connect on this machine no role is assumed, since that checks no credentials; unless
 * `AWS_ENDPOINT_URL_STS` names an STS to ask.
 */
export function createSessionFinder(
  environment: Readonly<Record<string, string | undefined>>,
  clients: Clients,
  options: ClientsOptions & SessionsOptions,
): SessionFinder {
  const sts = environment["AWS_ENDPOINT_URL_STS"];
  const connectEndpoint = environment["CONNECT_ENDPOINT"];
  const isLocal =
    connectEndpoint !== undefined &&
    connectEndpoint !== "aws" &&
    connectEndpoint !== "" &&
    isLocalEndpoint(connectEndpoint);
  if (isLocal && !sts) return async () => undefined;

  const assumerOptions: AssumerOptions = {
    environment,
    ...(sts ? { endpoint: sts } : {}),
    // Whatever the proxy's own calls are signed with, also assumes the roles.
    credentialsOf: (region) => () => clients.use({ region }, (client) => client.config.credentials()),
    ...(options.backoff ? { backoff: options.backoff } : {}),
  };
  // A chunk of its own: without roles the client of STS is never loaded.
  let assumer: Promise<RoleAssumer> | undefined;
  const assume: RoleAssumer = async (request, signal) => {
    assumer ??= import("./assume-role.ts").then(({ createRoleAssumer }) => createRoleAssumer(assumerOptions));
    return (await assumer)(request, signal);
  };
  const sessions = createSessions(assume, options);

  return async ({ instance, session }, deadline) => {
    const { roleArn, externalId, region, sourceIdentity = true } = instance;
    if (roleArn === undefined) return undefined;
    const request: SessionRequest = {
      roleArn,
      region,
      ...(externalId === undefined ? {} : { externalId }),
      sessionName: session?.name ?? ownSessionName,
      setsSourceIdentity: sourceIdentity,
      policies: session?.policies ?? [],
    };
    const credentials = await sessions.get(request, deadline);
    const onRefused = (error: unknown) => {
      if (error instanceof Error && staleCredentials.has(error.name)) sessions.forget(request);
    };
    return { name: request.sessionName, roleArn, credentials, onRefused };
  };
}
