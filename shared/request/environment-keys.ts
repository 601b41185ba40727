/**
 * The condition keys that say how and when a call came (IAM User Guide, "AWS global condition context keys").
 */
import type { HttpCall } from "./types.ts";

/** Keys that are another value when the proxy decides than when the authorizer does. */
export const momentaryKeys: ReadonlySet<string> = new Set(["aws:currenttime", "aws:epochtime"]);

/** Keys whose values an authorizer's cached answer must not depend on, since they are not in its cache key. */
export const uncachedEnvironmentKeys: ReadonlySet<string> = new Set([
  "aws:sourceip",
  "aws:useragent",
  ...momentaryKeys,
]);

/** Maps each environment key, in lower case, to its value. */
export function readEnvironmentKeys(call: HttpCall, nowMs: number): Map<string, string> {
  const keys = new Map<string, string>([
    ["aws:currenttime", new Date(nowMs).toISOString()],
    ["aws:epochtime", String(Math.floor(nowMs / 1000))],
    // API Gateway serves TLS only.
    ["aws:securetransport", "true"],
  ]);
  const [userAgent] = call.headers.get("user-agent") ?? [];
  if (userAgent !== undefined) keys.set("aws:useragent", userAgent);
  if (call.sourceIp !== undefined) keys.set("aws:sourceip", call.sourceIp);
  return keys;
}
