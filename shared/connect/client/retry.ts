/**
 * The SDK's own retries, bridled: no attempt follows one that may have been carried out, unless the operation comes to
 * the same however often it is carried out; and none that would end after the call's deadline.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";
import { StandardRetryStrategy } from "@smithy/core/retry";
import { getSmithyContext } from "@smithy/core/transport";
import { deadlineOf } from "../deadline.ts";
import { isRepeatable, wasNotCarriedOut } from "./idempotent.ts";

type Token = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[0];
type ErrorInfo = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[1];
type Backoff = NonNullable<
  Exclude<ConstructorParameters<typeof StandardRetryStrategy>[0], number | (() => unknown)>
>["backoff"];

/** Attempts in all. */
export const maxAttempts = 3;

/** The longest that the SDK's backoff waits: its bases, doubled with each attempt (`@smithy/core/retry`). */
const longestWaitMs = { throttling: 1_000, other: 50 };

/** Longer than this Connect's `retry-after` is the caller's to wait, not ours. */
const longestRetryAfterMs = 5_000;

/** What is known of an attempt that failed; told by its error, the one thing that the strategy is given. */
const attempts = new WeakMap<object, { readonly isRepeatable: boolean; readonly remainingMs: number }>();

/** A retry strategy that gives up where a second attempt would be wrong or too late. */
export class CarefulRetryStrategy extends StandardRetryStrategy {
  /** @param backoff for tests: how long to wait between attempts */
  constructor(backoff?: Backoff) {
    super(backoff ? { maxAttempts, backoff } : { maxAttempts });
  }

  override async refreshRetryTokenForRetry(
    token: Token,
    info: ErrorInfo,
  ): ReturnType<StandardRetryStrategy["refreshRetryTokenForRetry"]> {
    const attempt =
      typeof info.error === "object" && info.error !== null ? attempts.get(info.error) : undefined;
    const waitMs = longestWait(token.getRetryCount(), info);
    const mayBeRepeated = attempt?.isRepeatable || wasNotCarriedOut(info.error);
    if (!attempt || !mayBeRepeated || waitMs >= attempt.remainingMs || waitMs > longestRetryAfterMs) {
      throw new Error("the attempt is not repeated");
    }
    return super.refreshRetryTokenForRetry(token, info);
  }
}

function longestWait(retries: number, { errorType, retryAfterHint }: ErrorInfo): number {
  const base = errorType === "THROTTLING" ? longestWaitMs.throttling : longestWaitMs.other;
  const askedMs = retryAfterHint ? retryAfterHint.getTime() - Date.now() : 0;
  return Math.max(base * 2 ** retries, askedMs);
}

/** Makes a client tell {@link CarefulRetryStrategy} what it needs to know of each failed attempt. */
export function rememberFailedAttempts(client: ConnectClient): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const { operationSchema, abortSignal } = getSmithyContext(context);
        if (typeof error === "object" && error !== null) {
          attempts.set(error, {
            isRepeatable: isRepeatable(operationSchema, args.input),
            remainingMs: deadlineOf(abortSignal)?.remainingMs() ?? Number.POSITIVE_INFINITY,
          });
        }
        throw error;
      }
    },
    // The retries stand first in this step, so that this is inside of them.
    { name: "rememberFailedAttempts", step: "finalizeRequest", override: true },
  );
}
