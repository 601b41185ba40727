/**
 * The bundle that decisions are made with now: loaded, refreshed, and refused when it is too old to be trusted.
 *
 * A new bundle is read, verified and compiled before it replaces the old one, in one step. A bad or unreachable one
 * never replaces anything.
 */
import { CodedError } from "../../errors.ts";
import { settlesWithin } from "../../time.ts";
import type { OpenedBundle } from "../bundle.ts";
import type { BundlePlace } from "../types.ts";
import { type BundleLooker, createBundleLooker } from "./poll.ts";
import { asUnavailable, type BundleProblem, createProblemReport, logProblem } from "./problem.ts";
import { createRefreshClock, type RefreshClock } from "./refresh-clock.ts";
import { type BundleSettings, type Environment, readBundleSettings } from "./settings.ts";

export type { Environment } from "./settings.ts";

/** The policies that another function decided with, and when it had last seen that they were the current ones. */
export interface NamedPolicies {
  readonly version: string;
  /** Milliseconds since the epoch, by the other function's clock. */
  readonly confirmedAtMs: number;
}

/** Gives the current bundle. */
export interface BundleSource {
  /**
   * Gives the bundle to decide with. A check for a newer one is begun when it is nearly due, and waited for when it is
   * overdue or there is no bundle yet; concurrent callers share it.
   *
   * @param named what the bundle must not be older than
   * @throws CodedError `bundleUnavailable` when there is no bundle or the environment's settings are unusable,
   * `bundleStale` when the last successful check is longer ago than `AUTHORIZER_MAX_STALE_SECONDS`
   * @throws CodedError `policiesOutdated` when the named policies may be newer and no check can tell
   */
  current(named?: NamedPolicies): Promise<OpenedBundle>;
  /**
   * When the bundle that `current()` gave last was seen to be the current one, in milliseconds since the epoch: the
   * start of the last successful check; of a bundle in the deployment package, the start of this process.
   */
  confirmedAtMs(): number;
  /** How long ago that was; `undefined` of a bundle in the deployment package, which does not age, and without any. */
  ageMs(): number | undefined;
}

export interface BundleSourceOptions {
  /** Told, with each problem, by which metric it is counted. */
  readonly count?: (failure: BundleProblem["kind"]) => void;
  /** Told of each problem, once a minute for as long as it stays the same. Default: one JSON line on stderr. */
  readonly onProblem?: (problem: BundleProblem) => void;
  /** Clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** From 0 up to 1: spreads the checks of many containers. */
  readonly random?: () => number;
  readonly limits?: CheckLimits;
  /** What the bundle is for; default: to decide with. */
  readonly place?: BundlePlace;
}

/** How long a store may take. */
export interface CheckLimits {
  /** One check, whatever the store does. */
  readonly checkMs: number;
  /** A call that has a bundle, though an overdue one, to decide by. */
  readonly waitMs: number;
}

/** Well within the ten seconds that the authorizer has in all. */
const defaultLimits: CheckLimits = { checkMs: 5_000, waitMs: 2_000 };

/**
 * Creates the source that the environment names (CONTRACT of the Lambda environment: `AUTHORIZER_BUNDLE`,
 * `AUTHORIZER_REFRESH_SECONDS`, `AUTHORIZER_MAX_STALE_SECONDS`). Never throws: what is wrong with the
 * environment is thrown by every `current()`, so that it reaches callers in the form of an answer.
 *
 * @param packaged the bundle inside the deployment package, as parsed JSON
 */
export function createBundleSource(
  environment: Environment,
  packaged: unknown,
  options: BundleSourceOptions = {},
): BundleSource {
  try {
    const source = new RefreshedBundle(readBundleSettings(environment, packaged, options.place), options);
    return {
      current: (named) => source.current(named),
      confirmedAtMs: () => source.confirmedAtMs(),
      ageMs: () => source.ageMs(),
    };
  } catch (error) {
    return {
      current: () => Promise.reject(error),
      confirmedAtMs: () => Number.NEGATIVE_INFINITY,
      ageMs: () => undefined,
    };
  }
}

/** Clocks of two functions differ by less, and no check takes longer; within it, which came first is not known. */
const clockMarginMs = 5000;
/** One for each container of the authorizer that has looked lately. */
const maxSettled = 256;

/** A check on its way. */
interface RunningCheck {
  readonly startedAtMs: number;
  /** Settles, without rejecting, when this check has ended or the one that took its place has. */
  readonly done: Promise<void>;
  /** Ends the check: nothing that it finds takes effect any more. */
  abandon(): void;
}

class RefreshedBundle {
  readonly #settings: BundleSettings;
  readonly #looker: BundleLooker;
  readonly #clock: RefreshClock;
  readonly #report: (problem: BundleProblem) => void;
  readonly #now: () => number;
  readonly #limits: CheckLimits;
  #opened: OpenedBundle | undefined;
  /** Why the last check failed, if it did. */
  #failure: unknown;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #running: RunningCheck | undefined;
  readonly #createdAtMs: number;
  /** What others named, that a check of ours is known to have come after. */
  readonly #settled = new Set<string>();

  constructor(settings: BundleSettings, options: BundleSourceOptions) {
    this.#settings = settings;
    this.#looker = createBundleLooker(settings);
    this.#now = options.now ?? Date.now;
    this.#clock = createRefreshClock(settings.refreshMs, options.random ?? Math.random);
    const { onProblem = logProblem, count } = options;
    this.#report = createProblemReport((problem) => {
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

  /** Not when the clock was set back and the check that follows has failed: nobody knows for how long nothing was confirmed. */
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

  /** Versions are hashes and have no order: what tells is who has looked later, and what was found then. */
  #mayBeOlderThan(named: NamedPolicies): boolean {
    if (!this.#opened || this.#opened.version === named.version) return false;
    if (this.#settings.store.isFixed) return named.confirmedAtMs > this.#createdAtMs;
    return named.confirmedAtMs > this.#confirmedAtMs - clockMarginMs && !this.#settled.has(nameOf(named));
  }

  /** A check that begins now comes after the other's, whatever the clocks say: we were told of that one before. */
  async #catchUpWith(named: NamedPolicies): Promise<void> {
    if (this.#settings.store.isFixed) throw outdated();
    await this.#running?.done;
    await this.#check().done;
    if (this.#failure !== undefined) throw outdated(this.#failure);
    if (!Number.isFinite(named.confirmedAtMs)) return;
    this.#settled.add(nameOf(named));
    const [oldest] = this.#settled;
    if (this.#settled.size > maxSettled && oldest !== undefined) this.#settled.delete(oldest);
  }

  /** Joins the check on its way, unless it is one that slept with the container and whose time is over. */
  #check(): RunningCheck {
    const startedAtMs = this.#now();
    const running = this.#running;
    const age = startedAtMs - (running?.startedAtMs ?? 0);
    if (running && age >= 0 && age <= this.#limits.checkMs) return running;
    running?.abandon();
    const ended = new AbortController();
    const abandon = () =>
      ended.abort(new Error(`the store did not answer within ${this.#limits.checkMs} ms`));
    const timer = setTimeout(abandon, this.#limits.checkMs);
    const isCurrent = () => this.#running === check;
    const done = this.#look(ended.signal).then((apply) => {
      clearTimeout(timer);
      // Another check took the place of this one: whoever waits, waits for that.
      if (!isCurrent()) return this.#running?.done;
      this.#running = undefined;
      return apply(startedAtMs);
    });
    const check: RunningCheck = { startedAtMs, abandon, done };
    this.#running = check;
    return check;
  }

  /** Looks at the store, and gives what makes the outcome take effect. Never rejects. */
  async #look(signal: AbortSignal): Promise<(startedAtMs: number) => void> {
    try {
      const { result, pauseMs } = await this.#looker(this.#opened, signal);
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

  /** Keeps the last good bundle, and says so. */
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
