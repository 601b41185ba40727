/**
 * The current bundle: loaded, refreshed, and refused when it is too old to be trusted.
 *
 * A new bundle is read, verified and compiled before it replaces the old one, in one step. A bad or unreachable bundle
 * never replaces anything.
 */
import { CodedError } from "../../errors.ts";
import { LruMap } from "../../lru.ts";
import { explainError, limitRepeats, writeLog } from "../../observe/log.ts";
import type { CountedEvent } from "../../observe/metric-table.ts";
import type { Settings } from "../../settings.ts";
import { isWithin, settlesWithin } from "../../time.ts";
import type { OpenedBundle } from "../bundle.ts";
import { unusable } from "../stores/store.ts";
import type { BundlePlace } from "../types.ts";
import { createPoll, type Poll, RefreshClock } from "./poll.ts";
import { type BundleSettings, readBundleSettings } from "./settings.ts";

/** The policies that another function decided with, and when it last confirmed that they were current. */
export interface NamedPolicies {
  readonly version: string;
  /** Milliseconds since the epoch, by the other function's clock. */
  readonly confirmedAtMs: number;
}

/**
 * Reads the policies that the authorizer decided with from its context. Without a time they may be newer than all
 * others.
 */
export function readNamedPolicies(context: Readonly<Record<string, unknown>>): NamedPolicies | undefined {
  const { policyVersion: version, policyConfirmedAt: time } = context;
  if (typeof version !== "string") return undefined;
  const isTime = typeof time === "string" && /^\d{1,16}$/.test(time);
  return { version, confirmedAtMs: isTime ? Number(time) : Number.POSITIVE_INFINITY };
}

export interface BundleSource {
  /**
   * Returns the bundle to decide with. A check for a newer one begins when it is nearly due. The call waits for the
   * check if it is overdue or there is no bundle yet; concurrent callers share a check.
   *
   * @param named the bundle must not be older than these
   * @throws CodedError `bundleUnavailable` when there is no bundle or the settings are unusable, `bundleStale` when the
   * last successful check is longer ago than `AUTHORIZER_MAX_STALE_SECONDS`, `policiesOutdated` when the named policies
   * may be newer and no check can tell
   */
  current(named?: NamedPolicies): Promise<OpenedBundle>;
  /**
   * When the bundle of the last `current()` was confirmed to be current, in milliseconds since the epoch: the start of
   * the last successful check. For a bundle in the deployment package: the start of this process.
   */
  confirmedAtMs(): number;
  /** Time since `confirmedAtMs()`; `undefined` without a bundle, and for a packaged one, which does not age. */
  ageMs(): number | undefined;
}

/** Why a newer bundle is not used. */
export interface BundleProblem {
  /** The value of `AUTHORIZER_BUNDLE`. */
  readonly location: string;
  /** The name of its metric: the store could not be reached, or its content cannot be used. */
  readonly kind: CountedEvent & ("StoreFailure" | "BundleRefused");
  readonly error: unknown;
  /** Version that stays in use; absent without one. */
  readonly keeps?: string;
}

export interface BundleSourceOptions {
  /** Counts each reported problem in its metric. */
  readonly count?: (failure: BundleProblem["kind"]) => void;
  /** Called with each problem, once a minute while it stays the same. Default: one JSON line on stderr. */
  readonly onProblem?: (problem: BundleProblem) => void;
  /** In milliseconds since the epoch. */
  readonly now?: () => number;
  /** From 0 up to 1: spreads the checks of many containers. */
  readonly random?: () => number;
  readonly limits?: CheckLimits;
  /** Default: `live`. */
  readonly place?: BundlePlace;
}

export interface CheckLimits {
  /** For one check. */
  readonly checkMs: number;
  /** For a call that has a bundle, but an overdue one. */
  readonly waitMs: number;
}

/** Well within the authorizer's ten seconds. */
const defaultLimits: CheckLimits = { checkMs: 5_000, waitMs: 2_000 };

/**
 * Never throws: with unusable settings every `current()` throws, so that callers get an answer.
 *
 * @param packaged the bundle inside the deployment package, as parsed JSON
 */
export function createBundleSource(
  settings: Settings,
  packaged: unknown,
  options: BundleSourceOptions = {},
): BundleSource {
  try {
    return new RefreshedBundle(readBundleSettings(settings, packaged, options.place), options);
  } catch (error) {
    return {
      current: () => Promise.reject(error),
      confirmedAtMs: () => Number.NEGATIVE_INFINITY,
      ageMs: () => undefined,
    };
  }
}

/** The clocks of two functions differ by less, and no check takes longer. Within this margin the order is unknown. */
const clockMarginMs = 5000;
/** About one for each container of the authorizer. */
const maxSettled = 256;

interface RunningCheck {
  readonly startedAtMs: number;
  /** Resolves when this check, or the one that replaced it, has ended. Never rejects. */
  readonly done: Promise<void>;
  /** Drops the check's result. */
  abandon(): void;
}

class RefreshedBundle implements BundleSource {
  readonly #settings: BundleSettings;
  readonly #poll: Poll;
  readonly #clock: RefreshClock;
  readonly #report: (problem: BundleProblem) => void;
  readonly #now: () => number;
  readonly #limits: CheckLimits;
  #opened: OpenedBundle | undefined;
  /** Why the last check failed. */
  #failure: unknown;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #running: RunningCheck | undefined;
  readonly #createdAtMs: number;
  /** Named policies that are certainly older than one of our checks. */
  readonly #settled = new LruMap<string, true>({ maxEntries: maxSettled });

  constructor(settings: BundleSettings, options: BundleSourceOptions) {
    this.#settings = settings;
    this.#poll = createPoll(settings);
    this.#now = options.now ?? Date.now;
    this.#clock = new RefreshClock(settings.refreshMs, options.random ?? Math.random);
    const { onProblem = logProblem, count } = options;
    this.#report = limitRepeats((problem: BundleProblem) => {
      onProblem(problem);
      count?.(problem.kind);
    }, this.#now);
    this.#limits = options.limits ?? defaultLimits;
    this.#createdAtMs = this.#now();
  }

  async current(named?: NamedPolicies): Promise<OpenedBundle> {
    const need = this.#opened ? this.#clock.need(this.#now()) : "now";
    if (need !== "none") {
      const { done } = this.#check();
      if (!this.#opened) await done;
      else if (need === "now") await settlesWithin(done, this.#limits.waitMs);
    }
    if (named && this.#mayBeOlderThan(named)) await this.#catchUpWith(named);
    const { maxStaleMs, store } = this.#settings;
    const opened = this.#opened;
    if (!opened) throw this.#failure;
    if (maxStaleMs !== Number.POSITIVE_INFINITY && !this.#isFresh(maxStaleMs)) {
      const message = `the policies of \`${store.location}\` could not be confirmed for more than ${maxStaleMs / 1000} seconds`;
      throw new CodedError("bundleStale", message, { cause: this.#failure });
    }
    return opened;
  }

  /** If the clock was set back, the age is unknown, and the bundle is not fresh. */
  #isFresh(maxStaleMs: number): boolean {
    const ageMs = this.#now() - this.#confirmedAtMs;
    return ageMs >= 0 && ageMs <= maxStaleMs;
  }

  confirmedAtMs(): number {
    return this.#settings.store.isFixed ? this.#createdAtMs : this.#confirmedAtMs;
  }

  ageMs(): number | undefined {
    if (this.#settings.store.isFixed || !this.#opened) return undefined;
    return Math.max(0, this.#now() - this.#confirmedAtMs);
  }

  /** Versions are hashes and cannot be ordered. The newer one is the one that was confirmed later. */
  #mayBeOlderThan(named: NamedPolicies): boolean {
    if (!this.#opened || this.#opened.version === named.version) return false;
    if (this.#settings.store.isFixed) return named.confirmedAtMs > this.#createdAtMs;
    return named.confirmedAtMs > this.#confirmedAtMs - clockMarginMs && !this.#settled.get(nameOf(named));
  }

  /** A check that begins now is later than the other function's, whatever the clocks say. */
  async #catchUpWith(named: NamedPolicies): Promise<void> {
    if (this.#settings.store.isFixed) throw outdated();
    await this.#running?.done;
    await this.#check().done;
    if (this.#failure !== undefined) throw outdated(this.#failure);
    if (!Number.isFinite(named.confirmedAtMs)) return;
    this.#settled.set(nameOf(named), true);
  }

  /** Joins the running check, unless it timed out while the container was frozen. */
  #check(): RunningCheck {
    const startedAtMs = this.#now();
    const running = this.#running;
    if (running && isWithin(startedAtMs - running.startedAtMs, this.#limits.checkMs)) return running;
    running?.abandon();
    const ended = new AbortController();
    const abandon = () =>
      ended.abort(new Error(`the store did not answer within ${this.#limits.checkMs} ms`));
    const timer = setTimeout(abandon, this.#limits.checkMs);
    const isCurrent = () => this.#running === check;
    const done = this.#look(ended.signal).then((apply) => {
      clearTimeout(timer);
      // Another check replaced this one: callers wait for that.
      if (!isCurrent()) return this.#running?.done;
      this.#running = undefined;
      return apply(startedAtMs);
    });
    const check: RunningCheck = { startedAtMs, abandon, done };
    this.#running = check;
    return check;
  }

  /** Reads the store, and returns a function that applies the result. Never rejects. */
  async #look(signal: AbortSignal): Promise<(startedAtMs: number) => void> {
    try {
      const { result, pauseMs } = await this.#poll(this.#opened, signal);
      return (startedAtMs) => {
        this.#clock.checked(startedAtMs, pauseMs);
        if ("failure" in result) return this.#fail("BundleRefused", result.failure);
        this.#opened = result.opened;
        this.#confirmedAtMs = startedAtMs;
        this.#failure = undefined;
      };
    } catch (error) {
      return (startedAtMs) => {
        this.#clock.checked(startedAtMs, 0);
        this.#fail("StoreFailure", error);
      };
    }
  }

  /** Keeps the last good bundle, and reports the problem. */
  #fail(kind: BundleProblem["kind"], error: unknown): void {
    const { location } = this.#settings.store;
    this.#failure = asUnavailable(error, location);
    const keeps = this.#opened?.version;
    this.#report({ location, kind, error, ...(keeps === undefined ? {} : { keeps }) });
  }
}

function nameOf({ version, confirmedAtMs }: NamedPolicies): string {
  return `${version} ${confirmedAtMs}`;
}

function outdated(cause?: unknown): CodedError {
  const message = "the authorizer has decided with policies that this function does not have yet";
  return new CodedError("policiesOutdated", message, { cause });
}

/** As one JSON line on stderr, which Lambda sends to the function's log. */
function logProblem({ location, kind, error, keeps }: BundleProblem): void {
  writeLog("WARN", "bundleProblem", { location, kind, message: explainError(error), keeps });
}

/** Converts any failure to load a bundle into a coded error. */
export function asUnavailable(error: unknown, location: string): CodedError {
  if (error instanceof CodedError) return error;
  return unusable(`the policy bundle of \`${location}\` could not be loaded: ${explainError(error)}`, error);
}
