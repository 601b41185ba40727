/**
 * The bundle that decisions are made with now: loaded, refreshed, and refused when it is too old to be trusted.
 *
 * A new bundle is read, verified and compiled before it replaces the old one. A bad or unreachable one never
 * replaces anything.
 */
import { CodedError } from "../errors.ts";
import { type OpenedBundle, openBundle } from "./bundle.ts";
import { asUnavailable, type BundleProblem, logProblem } from "./bundle-problem.ts";
import { type BundleSettings, type Environment, readBundleSettings } from "./bundle-settings.ts";
import { unusable } from "./store.ts";

export type { Environment } from "./bundle-settings.ts";

/** The policies that another function decided with, and when it had last seen that they were the current ones. */
export interface NamedPolicies {
  readonly version: string;
  /** Milliseconds since the epoch, by the other function's clock. */
  readonly confirmedAtMs: number;
}

/** Gives the current bundle. */
export interface BundleSource {
  /**
   * Gives the bundle to decide with, after the check for a newer one that is due. Concurrent callers share it.
   *
   * @param named what the bundle must not be older than
   * @throws CodedError `bundleUnavailable` when there is no bundle, when the last successful check is longer ago
   * than `AUTHORIZER_MAX_STALE_SECONDS`, or when the environment's settings are unusable
   * @throws CodedError `policiesOutdated` when the named policies may be newer and no check can tell
   */
  current(named?: NamedPolicies): Promise<OpenedBundle>;
  /**
   * When the bundle that `current()` gave last was seen to be the current one, in milliseconds since the epoch: the
   * start of the last successful check; of a bundle in the deployment package, the start of this process.
   */
  confirmedAtMs(): number;
}

export interface BundleSourceOptions {
  /** Told of each problem once for as long as it stays the same. Default: one JSON line on stderr. */
  readonly onProblem?: (problem: BundleProblem) => void;
  /** Clock, in milliseconds since the epoch. */
  readonly now?: () => number;
}

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
    const source = new RefreshedBundle(readBundleSettings(environment, packaged), options);
    return { current: (named) => source.current(named), confirmedAtMs: () => source.confirmedAtMs() };
  } catch (error) {
    return { current: () => Promise.reject(error), confirmedAtMs: () => Number.NEGATIVE_INFINITY };
  }
}

/** Clocks of two functions differ by less, and no check takes longer; within it, which came first is not known. */
const clockMarginMs = 5000;
/** One for each container of the authorizer that has looked lately. */
const maxSettled = 256;

class RefreshedBundle {
  readonly #settings: BundleSettings;
  readonly #onProblem: (problem: BundleProblem) => void;
  readonly #now: () => number;
  #opened: OpenedBundle | undefined;
  /** The revision looked at last, and what was wrong with it. */
  #seen: { readonly revision: string; readonly failure?: unknown } | undefined;
  /** Why the last check failed, if it did. */
  #failure: unknown;
  #reported: string | undefined;
  #checkedAtMs = Number.NEGATIVE_INFINITY;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  readonly #createdAtMs: number;
  /** What others named, that a check of ours is known to have come after. */
  readonly #settled = new Set<string>();

  constructor(settings: BundleSettings, options: BundleSourceOptions) {
    this.#settings = settings;
    this.#onProblem = options.onProblem ?? logProblem;
    this.#now = options.now ?? Date.now;
    this.#createdAtMs = this.#now();
  }

  async current(named?: NamedPolicies): Promise<OpenedBundle> {
    if (this.#isDue()) await this.#checkOnce();
    if (named && this.#mayBeOlderThan(named)) await this.#catchUpWith(named);
    const { maxStaleMs, store } = this.#settings;
    const opened = this.#opened;
    if (!opened) throw this.#failure;
    if (this.#now() - this.#confirmedAtMs > maxStaleMs) {
      const message = `the policies of \`${store.location}\` could not be confirmed for more than ${maxStaleMs / 1000} seconds`;
      throw unusable(message, this.#failure);
    }
    return opened;
  }

  confirmedAtMs(): number {
    return this.#settings.store.isFixed ? this.#createdAtMs : this.#confirmedAtMs;
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
    await this.#running;
    await this.#checkOnce();
    if (this.#failure !== undefined) throw outdated(this.#failure);
    if (!Number.isFinite(named.confirmedAtMs)) return;
    this.#settled.add(nameOf(named));
    const [oldest] = this.#settled;
    if (this.#settled.size > maxSettled && oldest !== undefined) this.#settled.delete(oldest);
  }

  #checkOnce(): Promise<void> {
    this.#running ??= this.#check().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #isDue(): boolean {
    const age = this.#now() - this.#checkedAtMs;
    // A clock that was set back makes every age doubtful: check.
    return !this.#opened || age < 0 || age >= this.#settings.refreshMs;
  }

  async #check(): Promise<void> {
    const startedAtMs = this.#now();
    try {
      await this.#refresh();
      this.#confirmedAtMs = startedAtMs;
      this.#failure = undefined;
      this.#reported = undefined;
    } catch (error) {
      this.#failure = asUnavailable(error, this.#settings.store.location);
      this.#report(error);
    } finally {
      this.#checkedAtMs = startedAtMs;
    }
  }

  async #refresh(): Promise<void> {
    const found = await this.#settings.store.load(this.#seen?.revision);
    if (found.kind === "unchanged") {
      if (this.#seen && "failure" in this.#seen) throw this.#seen.failure;
      return;
    }
    try {
      const opened = openBundle(found.read(), this.#settings.publicKeys);
      // The same content again keeps its object, and with it what callers have cached for it.
      if (opened.version !== this.#opened?.version) this.#opened = opened;
      this.#seen = { revision: found.revision };
    } catch (failure) {
      this.#seen = { revision: found.revision, failure };
      throw failure;
    }
  }

  #report(error: unknown): void {
    const text = String(error);
    if (text === this.#reported) return;
    this.#reported = text;
    const keeps = this.#opened?.version;
    const { location } = this.#settings.store;
    this.#onProblem({ location, error, ...(keeps === undefined ? {} : { keeps }) });
  }
}

function nameOf({ version, confirmedAtMs }: NamedPolicies): string {
  return `${version} ${confirmedAtMs}`;
}

function outdated(cause?: unknown): CodedError {
  const message = "the authorizer has decided with policies that this function does not have yet";
  return new CodedError("policiesOutdated", message, { cause });
}
