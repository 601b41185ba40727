/**
 * Restricts the SDK's retries: an attempt that may have been carried out is retried only if the call is idempotent, and no
 * retry may wait beyond the call's deadline.
 */
import type { ConnectClient } from "@aws-sdk/client-connect";
import { StandardRetryStrategy } from "@smithy/core/retry";
import { getSmithyContext } from "@smithy/core/transport";
import { deadlineOf } from "../deadline.ts";
import { isIdempotent, wasNotCarriedOut } from "./idempotent.ts";

type Token = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[0];
type ErrorInfo = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[1];
type Backoff = NonNullable<
  Exclude<ConstructorParameters<typeof StandardRetryStrategy>[0], number | (() => unknown)>
>["backoff"];

/** Attempts in all. */
export const maxAttempts = 3;

/** Longest waits of the SDK's backoff before the first retry; they double with each attempt (`@smithy/core/retry`). */
const longestWaitMs = { throttling: 1_000, other: 50 };

/** If Connect asks for a longer `retry-after`, the caller has to wait, not the proxy. */
const longestRetryAfterMs = 5_000;

/** Failed attempts by their errors: the SDK gives the strategy only the error. */
const attempts = new WeakMap<object, { readonly isIdempotent: boolean; readonly remainingMs: number }>();

/** Gives up if another attempt would be wrong or too late. */
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
    const mayBeRepeated = attempt?.isIdempotent || wasNotCarriedOut(info.error);
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

/** Makes a client remember each failed attempt for {@link CarefulRetryStrategy}. */
export function rememberFailedAttempts(client: ConnectClient): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const { operationSchema, abortSignal } = getSmithyContext(context);
        if (typeof error === "object" && error !== null) {
          attempts.set(error, {
            isIdempotent: isIdempotent(operationSchema, args.input),
            remainingMs: deadlineOf(abortSignal)?.remainingMs() ?? Number.POSITIVE_INFINITY,
          });
        }
        throw error;
      }
    },
    // The retries are first in this step, so that this runs inside them.
    { name: "rememberFailedAttempts", step: "finalizeRequest", override: true },
  );
}
