/**
 * The candidate bundle as it is now, had without making calls wait for it: what decides does not depend on it.
 */
import type { OpenedBundle } from "../bundle/bundle.ts";
import { createBundleSource, type Environment } from "../bundle/source/source.ts";
import { settlesWithin } from "../time.ts";
import type { ShadowProblem } from "./shadow-problem.ts";

/** Gives the candidate. */
export interface Candidate {
  /** Begins a look for a newer one, if it is time for it. */
  begin(): void;
  /** The one that was loaded last, if any. */
  loaded(): OpenedBundle | undefined;
  /** Waits for the look that was begun, a moment at most and once in a while, and gives what is loaded then. Never rejects. */
  current(): Promise<OpenedBundle | undefined>;
}

export interface CandidateOptions {
  readonly onProblem: (problem: ShadowProblem) => void;
  /** Clock, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** How long a call waits for a look that it began. */
  readonly waitMs?: number;
}

/** A store is asked again, and a slow one waited for again, after so long. */
const restMs = 10_000;
/** The same problem is told again after so long. */
const repeatMs = 60_000;

/**
 * Creates it. It is refreshed and must be signed as the bundle that decides; how old it may become is nobody's risk.
 *
 * @param packaged the bundle inside the deployment package, as parsed JSON
 */
export function createCandidate(
  environment: Environment,
  packaged: unknown,
  { onProblem, now = Date.now, waitMs = 250 }: CandidateOptions,
): Candidate {
  const own = {
    ...environment,
    AUTHORIZER_BUNDLE: environment["AUTHORIZER_SHADOW_BUNDLE"],
    AUTHORIZER_MAX_STALE_SECONDS: "",
    AUTHORIZER_MIN_KEPT_PERCENT: "",
    // It is signed for its own location.
    AUTHORIZER_BUNDLE_AUDIENCE: "",
    AUTHORIZER_BUNDLE_MIN_SEQUENCE: "",
  };
  const limits = { checkMs: 5_000, waitMs };
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const tell = (problem: ShadowProblem) => {
    toldAtMs = now();
    onProblem(problem);
  };
  const source = createBundleSource(own, packaged, { place: "candidate", onProblem: tell, now, limits });
  let opened: OpenedBundle | undefined;
  let looking: Promise<void> | undefined;
  let askAtMs = Number.NEGATIVE_INFINITY;
  let waitAtMs = Number.NEGATIVE_INFINITY;

  const look = async () => {
    try {
      opened = await source.current();
    } catch (error) {
      // The source tells of its store, and not of settings that it cannot read. A bundle that was loaded before stays.
      if (now() - toldAtMs >= repeatMs) tell({ location: own.AUTHORIZER_BUNDLE ?? "", error });
      askAtMs = now() + restMs;
    } finally {
      looking = undefined;
    }
  };
  return {
    begin() {
      if (!looking && now() >= askAtMs) looking = look();
    },
    loaded: () => opened,
    async current() {
      if (looking && now() >= waitAtMs && !(await settlesWithin(looking, waitMs))) waitAtMs = now() + restMs;
      return opened;
    },
  };
}
