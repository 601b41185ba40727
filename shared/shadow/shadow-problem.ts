/**
 * What is said when there is no candidate to compare with: to operators alone, and never by the metric whose alarm is
 * about the bundle that decides.
 */
import { asUnavailable } from "../bundle/source/source.ts";
import { writeLog } from "../observe/log.ts";

/** Something that kept a candidate from being used. */
export interface ShadowProblem {
  /** Where the candidate is kept: the value of `AUTHORIZER_SHADOW_BUNDLE`. */
  readonly location: string;
  readonly error: unknown;
  /** Version of the candidate that stays in use; absent when there is none. */
  readonly keeps?: string;
}

/** Writes a problem as one JSON line on stderr, where Lambda sends it to the function's log. */
export function logShadowProblem({ location, error, keeps }: ShadowProblem): void {
  const { message } = asUnavailable(error, location);
  writeLog("WARN", "shadowBundleProblem", { location, message, keeps });
}
