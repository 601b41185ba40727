/** The current candidate bundle. Calls hardly wait for it: no answer depends on it. */
import type { OpenedBundle } from "../bundle/bundle.ts";
import { type BundleSource, createBundleSource } from "../bundle/source/source.ts";
import type { Settings } from "../settings.ts";
import { settlesWithin } from "../time.ts";

/** Why a candidate is not used. */
export interface ShadowProblem {
  /** The value of `AUTHORIZER_SHADOW_BUNDLE`. */
  readonly location: string;
  readonly error: unknown;
  /** Version of the candidate that stays in use; absent without one. */
  readonly keeps?: string;
}

export interface CandidateOptions {
  readonly onProblem: (problem: ShadowProblem) => void;
  /** In milliseconds since the epoch. */
  readonly now?: () => number;
  /** How long a call waits for a look-up that it began. */
  readonly waitMs?: number;
}

/** Pause after a failed or slow look-up. */
const restMs = 10_000;
/** Pause before the same problem is reported again. */
const repeatMs = 60_000;

/** Refreshed and signed like the bundle that decides. It has no age limit, because it decides nothing. */
export class Candidate {
  readonly #source: BundleSource;
  readonly #location: string;
  readonly #report: (problem: ShadowProblem) => void;
  readonly #now: () => number;
  readonly #waitMs: number;
  #opened: OpenedBundle | undefined;
  #looking: Promise<void> | undefined;
  #reportedAtMs = Number.NEGATIVE_INFINITY;
  #askAtMs = Number.NEGATIVE_INFINITY;
  #waitAtMs = Number.NEGATIVE_INFINITY;

  /** @param packaged the bundle inside the deployment package, as parsed JSON */
  constructor(settings: Settings, packaged: unknown, options: CandidateOptions) {
    const { onProblem, now = Date.now, waitMs = 250 } = options;
    this.#location = settings.AUTHORIZER_SHADOW_BUNDLE ?? "";
    this.#now = now;
    this.#waitMs = waitMs;
    this.#report = (problem) => {
      this.#reportedAtMs = now();
      onProblem(problem);
    };
    const own: Settings = Object.create(settings, {
      AUTHORIZER_BUNDLE: { value: this.#location },
      AUTHORIZER_MAX_STALE_SECONDS: { value: Number.POSITIVE_INFINITY },
      AUTHORIZER_MIN_KEPT_PERCENT: { value: 0 },
      // It is signed for its own location.
      AUTHORIZER_BUNDLE_AUDIENCE: { value: undefined },
      AUTHORIZER_BUNDLE_MIN_SEQUENCE: { value: 0 },
    });
    const limits = { checkMs: 5_000, waitMs };
    const reporting = { place: "candidate", onProblem: this.#report } as const;
    this.#source = createBundleSource(own, packaged, { ...reporting, now, limits });
  }

  /** Begins to look for a newer candidate, if that is due. */
  begin(): void {
    if (!this.#looking && this.#now() >= this.#askAtMs) this.#looking = this.#look();
  }

  /** The last loaded candidate, if any. */
  loaded(): OpenedBundle | undefined {
    return this.#opened;
  }

  /** Waits briefly for a look-up that was begun, but not for every call. Never rejects. */
  async current(): Promise<OpenedBundle | undefined> {
    const isWaitDue = this.#now() >= this.#waitAtMs;
    if (this.#looking && isWaitDue && !(await settlesWithin(this.#looking, this.#waitMs))) {
      this.#waitAtMs = this.#now() + restMs;
    }
    return this.#opened;
  }

  async #look(): Promise<void> {
    try {
      this.#opened = await this.#source.current();
    } catch (error) {
      // The source reports problems of its store, but not settings that it cannot read. A loaded bundle stays.
      if (this.#now() - this.#reportedAtMs >= repeatMs) this.#report({ location: this.#location, error });
      this.#askAtMs = this.#now() + restMs;
    } finally {
      this.#looking = undefined;
    }
  }
}
