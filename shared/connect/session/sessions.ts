/**
 * Sessions of assumed roles: one for each caller of a role, because CloudTrail shows the session's name. They are kept,
 * shared by concurrent calls, and renewed before they expire.
 */
import { LruMap } from "../../lru.ts";
import { tooSlow, UpstreamError } from "../answer/upstream-failure.ts";
import { CallEnded, Deadline } from "../deadline.ts";

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** What identifies a role session. Two callers share a session only if all fields but the region are equal. */
export interface SessionRequest {
  readonly roleArn: string;
  /** Region of the STS endpoint. */
  readonly region: string;
  readonly externalId?: string | undefined;
  /** `RoleSessionName` and, unless switched off, `SourceIdentity`. */
  readonly sessionName: string;
  readonly setsSourceIdentity: boolean;
  /** Session policies: the first one that STS accepts is used. None: only the role limits the session. */
  readonly policies: readonly string[];
}

/** Rejects with {@link UpstreamError}. */
export type RoleAssumer = (request: SessionRequest, signal: AbortSignal) => Promise<SessionCredentials>;

export interface SessionsOptions {
  readonly maxSessions?: number;
  /** Longest time for one request to STS, with its retries; a call that has less time waits less. */
  readonly timeoutMs?: number;
  /** Time before its expiry at which a session is renewed. */
  readonly renewBeforeMs?: number;
  readonly now?: () => number;
}

interface Entry {
  credentials?: SessionCredentials;
  /** After a failed renewal, later than the usual time: it is not tried again at once. */
  renewAtMs: number;
  pending?: Pending;
}

interface Pending {
  readonly result: Promise<SessionCredentials>;
  readonly deadline: Deadline;
  waiting: number;
}

/** A session with less time left is not used for another call. */
const leastLifeMs = 30_000;
const renewalPauseMs = 30_000;

/** A failure is not kept: the next call requests a session again. */
export class Sessions {
  readonly #assume: RoleAssumer;
  readonly #entries: LruMap<string, Entry>;
  readonly #timeoutMs: number;
  readonly #renewBeforeMs: number;
  readonly #now: () => number;

  constructor(assume: RoleAssumer, options: SessionsOptions = {}) {
    const { maxSessions = 1_000, timeoutMs = 5_000, renewBeforeMs = 300_000, now = Date.now } = options;
    this.#assume = assume;
    this.#entries = new LruMap({ maxEntries: maxSessions });
    this.#timeoutMs = timeoutMs;
    this.#renewBeforeMs = renewBeforeMs;
    this.#now = now;
  }

  /** Rejects with {@link UpstreamError}, or with the deadline's reason. */
  async get(request: SessionRequest, deadline: Deadline): Promise<SessionCredentials> {
    const key = keyOf(request);
    const entry = this.#find(key);
    const { credentials } = entry;
    if (credentials && this.#now() < entry.renewAtMs) return credentials;
    try {
      return await this.#wait(entry, entry.pending ?? this.#renew(entry, request), deadline);
    } catch (error) {
      const stillHolds = credentials && this.#now() < credentials.expiration.getTime() - leastLifeMs;
      if (stillHolds && !deadline.signal.aborted) {
        entry.renewAtMs = this.#now() + renewalPauseMs;
        return credentials;
      }
      const isEmpty = entry.credentials === undefined && !entry.pending;
      if (isEmpty && this.#entries.get(key) === entry) this.#entries.delete(key);
      throw isOwnEnd(error, deadline) ? error : asUpstream(error);
    }
  }

  /** For a session that AWS no longer accepts. */
  forget(request: SessionRequest): void {
    this.#entries.delete(keyOf(request));
  }

  #find(key: string): Entry {
    const known = this.#entries.get(key);
    if (known) return known;
    const entry: Entry = { renewAtMs: 0 };
    this.#entries.set(key, entry);
    return entry;
  }

  #renew(entry: Entry, request: SessionRequest): Pending {
    const deadline = new Deadline(this.#timeoutMs);
    const result = deadline.race(this.#assume(request, deadline.signal)).then((credentials) => {
      entry.credentials = credentials;
      entry.renewAtMs = credentials.expiration.getTime() - this.#renewBeforeMs;
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
  }

  /** Shares one answer with other waiting calls. When no call waits any more, the request to STS is aborted. */
  async #wait(entry: Entry, pending: Pending, deadline: Deadline): Promise<SessionCredentials> {
    pending.waiting++;
    try {
      return await deadline.race(pending.result);
    } finally {
      if (--pending.waiting === 0) {
        if (entry.pending === pending) delete entry.pending;
        pending.deadline.close();
      }
    }
  }
}

/** Whether the call ended, and not the request to STS. */
function isOwnEnd(error: unknown, { signal }: Deadline): boolean {
  return signal.aborted && error === signal.reason;
}

function asUpstream(error: unknown): unknown {
  return error instanceof CallEnded
    ? new UpstreamError(tooSlow("aws sts did not answer in time"), error)
    : error;
}

function keyOf(request: SessionRequest): string {
  const { roleArn, externalId, sessionName, setsSourceIdentity, policies } = request;
  return JSON.stringify([roleArn, externalId ?? null, sessionName, setsSourceIdentity, policies]);
}
