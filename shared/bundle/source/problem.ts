/**
 * What is said when a newer bundle cannot be used: to operators, and to callers when there is none at all.
 */
import { CodedError } from "../../errors.ts";
import { writeLog } from "../../observe/log.ts";
import type { CountedEvent } from "../../observe/metric-table.ts";
import { unusable } from "../stores/store.ts";

/** Something that kept a newer bundle from being used. */
export interface BundleProblem {
  /** Where the bundle is kept: the value of `AUTHORIZER_BUNDLE`. */
  readonly location: string;
  /** Whether the store could not be reached, or what it holds cannot be used: the metric that counts it. */
  readonly kind: CountedEvent & ("StoreFailure" | "BundleRefused");
  readonly error: unknown;
  /** Version that stays in use; absent when there is none. */
  readonly keeps?: string;
}

/** The same problem is told again after so long, so that an alarm on its metric stays on. */
const repeatMs = 60_000;

/** Puts a filter before a listener: a problem that stays the same is told once a minute. */
export function createProblemReport<Problem extends Pick<BundleProblem, "error" | "keeps">>(
  listener: (problem: Problem) => void,
  now: () => number,
): (problem: Problem) => void {
  let last: { readonly text: string; readonly atMs: number } | undefined;
  return (problem) => {
    const text = `${String(problem.error)} ${problem.keeps}`;
    const age = now() - (last?.atMs ?? Number.NEGATIVE_INFINITY);
    if (last?.text === text && age >= 0 && age < repeatMs) return;
    last = { text, atMs: now() };
    listener(problem);
  };
}

/** Writes a problem as one JSON line on stderr, where Lambda sends it to the function's log. */
export function logProblem({ location, kind, error, keeps }: BundleProblem): void {
  const message = error instanceof Error ? error.message : String(error);
  writeLog("WARN", "bundleProblem", { location, kind, message: `${message}${causeOf(error)}`, keeps });
}

/** Puts any failure to load a bundle in the product's own form. */
export function asUnavailable(error: unknown, location: string): CodedError {
  if (error instanceof CodedError) return error;
  const reason = error instanceof Error ? `${error.message}${causeOf(error)}` : String(error);
  return unusable(`the policy bundle of \`${location}\` could not be loaded: ${reason}`, error);
}

/** `fetch` says only that it failed, and why in the cause: `ECONNREFUSED`, `ENOTFOUND`. */
export function causeOf(error: unknown): string {
  const cause = error instanceof TypeError ? error.cause : undefined;
  if (!(cause instanceof Error)) return "";
  const code: unknown = "code" in cause ? cause.code : undefined;
  return ` (${typeof code === "string" ? code : cause.message})`;
}
