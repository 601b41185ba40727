/**
 * Sessions of assumed roles: one for each caller of a role, since the session's name is what CloudTrail shows. Kept,
 * shared by concurrent calls, and renewed before they expire.
 */

import { tooSlow, UpstreamError } from "../answer/upstream-failure.ts";
import type { CallSignal } from "../call-signal.ts";
import { type AbortKind, CallEnded, createDeadline, type Deadline } from "../deadline.ts";
import type { SessionCredentials } from "./session-credentials.ts";

/** A session to be had. All of it is the key: whoever differs in any of it has a session of their own. */
export interface SessionRequest {
  readonly roleArn: string;
  /** Region whose STS is asked. */
  readonly region: string;
  readonly externalId?: string;
  /** `RoleSessionName` and, unless switched off, `SourceIdentity`. */
  readonly sessionName: string;
  readonly setsSourceIdentity: boolean;
  /** Session policies, the first that STS takes counts; none for a session that only the role bounds. */
  readonly policies: readonly string[];
}

/** Asks STS for a session; rejects with {@link UpstreamError}. */
export type RoleAssumer = (request: SessionRequest, signal: CallSignal) => Promise<SessionCredentials>;

export interface SessionsOptions {
  readonly maxSessions?: number;
  /** Longest time for one question to STS, retries included; a call that has less waits less. */
  readonly timeoutMs?: number;
  /** Time before its end at which a session is renewed. */
  readonly renewBeforeMs?: number;
  readonly now?: () => number;
}

export interface Sessions {
  /** Gives a session's credentials; rejects with {@link UpstreamError}, or with the deadline's reason. */
  get(request: SessionRequest, deadline: Deadline): Promise<SessionCredentials>;
  /** Forgets a session that AWS no longer takes. */
  forget(request: SessionRequest): void;
}

interface Entry {
  credentials?: SessionCredentials;
  /** Not to be renewed before: a failed renewal is not tried again at once while the session still holds. */
  renewAtMs: number;
  pending?: Pending;
}

interface Pending {
  readonly result: Promise<SessionCredentials>;
  readonly deadline: Deadline;
  waiting: number;
}

/** A session that ends sooner is not used for a call any more. */
const leastLifeMs = 30_000;
const renewalPauseMs = 30_000;

/** Creates the sessions. A failure is not kept: the next call asks again. */
export function createSessions(assume: RoleAssumer, options: SessionsOptions = {}): Sessions {
  const { maxSessions = 1_000, timeoutMs = 5_000, renewBeforeMs = 300_000, now = Date.now } = options;
  const entries = new Map<string, Entry>();

  const find = (request: SessionRequest): Entry => {
    const key = keyOf(request);
    const entry = entries.get(key) ?? { renewAtMs: 0 };
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > maxSessions && oldest !== undefined) entries.delete(oldest);
    return entry;
  };

  const renew = (entry: Entry, request: SessionRequest): Pending => {
    const deadline = createDeadline(timeoutMs);
    const result = deadline.race(assume(request, deadline.signal)).then((credentials) => {
      entry.credentials = credentials;
      entry.renewAtMs = credentials.expiration.getTime() - renewBeforeMs;
      return credentials;
    });
    const pending = { result, deadline, waiting: 0 };
    entry.pending = pending;
    const done = () => {
      deadline.close();
      if (entry.pending === pending) delete entry.pending;
    };
    result.then(done, done);
    return pending;
  };

  /** Waits with others for one answer; when the last has gone, the question is given up. */
  const wait = async (entry: Entry, pending: Pending, { race }: Deadline): Promise<SessionCredentials> => {
    pending.waiting++;
    try {
      return await race(pending.result);
    } finally {
      if (--pending.waiting === 0) {
        if (entry.pending === pending) delete entry.pending;
        pending.deadline.close();
      }
    }
  };

  return {
    async get(request, deadline) {
      const entry = find(request);
      const { credentials } = entry;
      if (credentials && now() < entry.renewAtMs) return credentials;
      try {
        return await wait(entry, entry.pending ?? renew(entry, request), deadline);
      } catch (error) {
        const stillHolds = credentials && now() < credentials.expiration.getTime() - leastLifeMs;
        if (stillHolds && !deadline.signal.aborted) {
          entry.renewAtMs = now() + renewalPauseMs;
          return credentials;
        }
        if (entry.credentials === undefined && entries.get(keyOf(request)) === entry && !entry.pending)
          entries.delete(keyOf(request));
        throw isOwnEnd(error, deadline) ? error : asUpstream(error);
      }
    },
    forget: (request) => void entries.delete(keyOf(request)),
  };
}

/** Whether it was the call that ended, and not the question to STS. */
function isOwnEnd(error: unknown, { signal }: Deadline): boolean {
  return signal.aborted && error === signal.reason;
}

function asUpstream(error: unknown): unknown {
  const ended: AbortKind | undefined = error instanceof CallEnded ? error.kind : undefined;
  return ended ? new UpstreamError(tooSlow("aws sts did not answer in time"), error) : error;
}

function keyOf(request: SessionRequest): string {
  const { roleArn, externalId, sessionName, setsSourceIdentity, policies } = request;
  return JSON.stringify([roleArn, externalId ?? null, sessionName, setsSourceIdentity, policies]);
}
