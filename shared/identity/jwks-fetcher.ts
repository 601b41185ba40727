/**
 * Fetches one issuer's key set: bounded in time and size, and never more often than is useful.
 *
 * The library's own fetcher has no bound on the body, follows no plain HTTP at all (local issuers), and after a
 * failure lets every following request wait for its own time-out. This one answers at once for a while.
 */
import { KidNotFoundInJwksError } from "aws-jwt-verify/error";
import type { Fetcher } from "aws-jwt-verify/https";
import { CodedError } from "../errors.ts";

/** A key set is a few kilobytes; API Gateway's own JWT authorizers stop at 150,000 bytes. */
const maxBytes = 150_000;

export interface JwksFetcherOptions {
  /** Where the keys are; `undefined` when only preloaded keys count and nothing may be fetched. */
  readonly uri: string | undefined;
  /** Bound on the whole fetch, body included. */
  readonly timeoutMs: number;
  /** How long a failure is remembered before the next attempt. */
  readonly retryAfterMs: number;
}

export interface JwksFetcher extends Fetcher {
  /** Age of the newest key set that was fetched; `undefined` before the first. */
  ageMs(): number | undefined;
}

/**
 * Creates the fetcher that the library's key cache calls.
 *
 * @throws (from `fetch`) CodedError `jwksUnavailable`; `KidNotFoundInJwksError` when nothing may be fetched
 */
export function createJwksFetcher({ uri, timeoutMs, retryAfterMs }: JwksFetcherOptions): JwksFetcher {
  let failure: { readonly untilMs: number; readonly error: CodedError } | undefined;
  let fetchedAtMs: number | undefined;
  return {
    ageMs: () => (fetchedAtMs === undefined ? undefined : performance.now() - fetchedAtMs),
    async fetch() {
      if (uri === undefined) throw new KidNotFoundInJwksError("only preloaded keys are accepted");
      if (failure !== undefined && performance.now() < failure.untilMs) throw failure.error;
      try {
        const keys = await download(uri, timeoutMs);
        failure = undefined;
        fetchedAtMs = performance.now();
        return keys;
      } catch (cause) {
        const error = new CodedError(
          "jwksUnavailable",
          `keys could not be fetched from \`${uri}\`: ${reason(cause)}; try again later`,
          { cause },
        );
        failure = { untilMs: performance.now() + retryAfterMs, error };
        throw error;
      }
    },
  };
}

async function download(uri: string, timeoutMs: number): Promise<ArrayBuffer> {
  const response = await fetch(uri, {
    // A redirect would move the root of trust to wherever it points.
    redirect: "error",
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks)).buffer;
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown failure";
  if (cause.name === "TimeoutError") return "no answer in time";
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
