/** What the authorizer must know about its API and cannot see in an event. */
import { lowerAscii } from "../../shared/ascii.ts";
import type { CodedError } from "../../shared/errors.ts";
import { readOrError, type Settings } from "../../shared/settings.ts";

export interface AuthorizerSettings {
  /** Whether API Gateway caches answers: then they may depend only on token, method and path. */
  readonly isCached: boolean;
  /** Header of the API's identity source, in lower case; `undefined` if caching is off and no header is set. */
  readonly identityHeader: string | undefined;
  /** Whether denied calls go on to the proxy for their message: an HTTP API has no messages of its own. */
  readonly leavesDenials: boolean;
  /** Among how many API keys callers are spread; 0 without usage plans. */
  readonly usageKeys: number;
  /** See `shared/request/event/event-call.ts`. */
  readonly basePath: string;
}

/** Whether the HTTP API expects simple responses to payload 2.0. */
export function answersSimply(settings: Settings): boolean {
  return readOrError(() => settings.AUTHORIZER_SIMPLE_RESPONSES) === true;
}

/**
 * Reads `AUTHORIZER_CACHE_SECONDS` (TTL of API Gateway's cache. `0`: caching is off. Unset: unknown, so we assume it is on),
 * `AUTHORIZER_TOKEN_HEADER` (default `Authorization` if caching is on), `AUTHORIZER_SIMPLE_RESPONSES`,
 * `AUTHORIZER_LEAVES_DENIALS`, `AUTHORIZER_USAGE_KEYS` and `API_BASE_PATH`.
 *
 * @returns an error that names a malformed variable: every call is denied with it
 */
export function readAuthorizerSettings(settings: Settings): AuthorizerSettings | CodedError {
  return readOrError(() => {
    const {
      AUTHORIZER_CACHE_SECONDS: seconds,
      // `answersSimply` has its value; here a malformed text is refused.
      AUTHORIZER_SIMPLE_RESPONSES: _,
      AUTHORIZER_LEAVES_DENIALS: leavesDenials,
      AUTHORIZER_USAGE_KEYS: usageKeys,
      API_BASE_PATH: basePath,
    } = settings;
    const isCached = seconds !== 0;
    // API Gateway's default identity source.
    const identityHeader =
      lowerAscii(settings.AUTHORIZER_TOKEN_HEADER ?? "") || (isCached ? "authorization" : undefined);
    return { isCached, identityHeader, leavesDenials, usageKeys, basePath };
  });
}
