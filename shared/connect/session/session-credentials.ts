/**
 * The credentials of an assumed role reach the client of that role call by call: one client serves many callers, each
 * in a session of their own.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** Temporary credentials of a session. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

const current = new AsyncLocalStorage<SessionCredentials>();

/** Makes the calls of a job sign with a session's credentials. */
export function withSession<Value>(
  credentials: SessionCredentials,
  job: () => Promise<Value>,
): Promise<Value> {
  return current.run(credentials, job);
}

/** A credentials provider for a role's client: the session's, and never anybody else's. */
export const sessionCredentials = Object.assign(
  async (): Promise<SessionCredentials> => {
    const credentials = current.getStore();
    if (!credentials) throw new Error("a call to a role's client outside of a session");
    return credentials;
  },
  // INVARIANT: the SDK must ask for each call; a provider that is not marked so is asked once for all callers.
  { memoized: true },
);
