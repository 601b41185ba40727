/**
 * What the authorizer must know of the API in front of it and cannot see in an event.
 */
import { lowerAscii } from "../../shared/ascii.ts";
import type { Environment } from "../../shared/bundle/source/source.ts";
import { CodedError } from "../../shared/errors.ts";
import { readBasePath } from "../../shared/request/event/base-path.ts";

export interface AuthorizerSettings {
  /** Whether API Gateway caches answers: then they may depend only on token, method and path. */
  readonly isCached: boolean;
  /** Header of the API's identity source, in lower case; absent if caching is off and no header is set. */
  readonly identityHeader?: string;
  /** Whether denied calls go on to the proxy, which denies them with a message: an HTTP API has no messages of its own. */
  readonly leavesDenials: boolean;
  /** See `shared/request/event/event-call.ts`. */
  readonly basePath: string;
}

/** Whether an HTTP API of payload 2.0 was set to simple responses. */
export function answersSimply(environment: Environment): boolean {
  return environment["AUTHORIZER_SIMPLE_RESPONSES"] === "true";
}

/**
 * Reads `AUTHORIZER_CACHE_SECONDS` (TTL of API Gateway's cache. `0`: caching is off. Unset: unknown, so we assume it is on),
 * `AUTHORIZER_TOKEN_HEADER` (default `Authorization` if caching is on), `AUTHORIZER_SIMPLE_RESPONSES`,
 * `AUTHORIZER_LEAVES_DENIALS` and `API_BASE_PATH`.
 *
 * @returns an error that names an unusable variable: every call is denied with it
 */
export function readSettings(environment: Environment): AuthorizerSettings | CodedError {
  const seconds = environment["AUTHORIZER_CACHE_SECONDS"] ?? "";
  const simple = environment["AUTHORIZER_SIMPLE_RESPONSES"] ?? "";
  if (!/^\d{0,4}$/.test(seconds)) return unusable("AUTHORIZER_CACHE_SECONDS", seconds, "a number of seconds");
  if (!/^(|true|false)$/.test(simple))
    return unusable("AUTHORIZER_SIMPLE_RESPONSES", simple, "`true` or `false`");
  const leaves = environment["AUTHORIZER_LEAVES_DENIALS"] ?? "";
  if (!/^(|true|false)$/.test(leaves))
    return unusable("AUTHORIZER_LEAVES_DENIALS", leaves, "`true` or `false`");
  const basePath = readBasePath(environment);
  if (basePath instanceof CodedError) return basePath;
  const isCached = seconds === "" || Number(seconds) > 0;
  // API Gateway's own default identity source.
  const identityHeader =
    lowerAscii(environment["AUTHORIZER_TOKEN_HEADER"] ?? "") || (isCached ? "authorization" : undefined);
  return {
    isCached,
    ...(identityHeader ? { identityHeader } : {}),
    leavesDenials: leaves === "true",
    basePath,
  };
}

function unusable(name: string, text: string, wanted: string): CodedError {
  return new CodedError("internal", `\`${name}\` must be ${wanted}, not \`${text}\``);
}
