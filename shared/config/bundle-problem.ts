/**
 * What is said when a newer bundle cannot be used: to operators, and to callers when there is none at all.
 */
import { CodedError } from "../errors.ts";
import { unusable } from "./store.ts";

/** Something that kept a newer bundle from being used. */
export interface BundleProblem {
  /** Where the bundle is kept: the value of `AUTHORIZER_BUNDLE`. */
  readonly location: string;
  readonly error: unknown;
  /** Version that stays in use; absent when there is none. */
  readonly keeps?: string;
}

/** Writes a problem as one JSON line on stderr, where Lambda sends it to the function's log. */
export function logProblem({ location, error, keeps }: BundleProblem): void {
  const message = error instanceof Error ? error.message : String(error);
  const record = { type: "bundleProblem", time: new Date().toISOString(), location, message, keeps };
  process.stderr.write(`${JSON.stringify(record)}\n`);
}

/** Puts any failure to load a bundle in the product's own form. */
export function asUnavailable(error: unknown, location: string): CodedError {
  if (error instanceof CodedError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return unusable(`the policy bundle of \`${location}\` could not be loaded: ${reason}`, error);
}
