/**
 * The condition keys that say how and when a call came (IAM User Guide, "AWS global condition context keys").
 */
import { lowerAscii } from "../../ascii.ts";
import type { HttpCall } from "../types.ts";
import { constantKeys, endpointKeys, lowerNames } from "./global-keys.ts";

const ownersOfEndpoint = lowerNames(endpointKeys);

/**
 * Keys that only the proxy decides: their value may change after the authorizer decided, or it belongs to a VPC endpoint, which
 * authorizers' events are not documented to have.
 */
export const proxyOnlyKeys: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:vpcsourceip",
  ...ownersOfEndpoint,
]);

/** Keys whose values an authorizer's cached answer must not depend on, since they are not in its cache key. */
export const uncachedEnvironmentKeys: ReadonlySet<string> = new Set([
  "aws:sourceip",
  "aws:useragent",
  "aws:referer",
  ...proxyOnlyKeys,
]);

/**
 * Maps each environment key, in lower case, to its value, or to `undefined` if AWS does not fill it in either. A key that is
 * not in the map is not known.
 */
export function readEnvironmentKeys(
  { headers, sourceIp, endpoint }: HttpCall,
  nowMs: number,
): Map<string, string | readonly string[] | undefined> {
  const keys = new Map<string, string | readonly string[] | undefined>([
    ["aws:currenttime", new Date(nowMs).toISOString()],
    ["aws:epochtime", String(Math.floor(nowMs / 1000))],
    // Present only if the caller sends it, unlike the user agent, which AWS always fills in.
    ["aws:referer", single(headers.get("referer"))],
  ]);
  const add = (key: string, value: string | readonly string[] | undefined) => {
    if (value !== undefined) keys.set(key, value);
  };
  for (const [name, value] of Object.entries(constantKeys)) keys.set(lowerAscii(name), value);
  add("aws:useragent", single(headers.get("user-agent")));
  if (endpoint) {
    keys.set("aws:sourceip", undefined);
    add("aws:vpcsourceip", sourceIp);
    add("aws:sourcevpc", endpoint.vpcId);
    add("aws:sourcevpce", endpoint.vpceId);
  } else {
    add("aws:sourceip", sourceIp);
    const ofEndpoints = ["aws:vpcsourceip", "aws:sourcevpc", "aws:sourcevpce", ...ownersOfEndpoint];
    for (const key of ofEndpoints) keys.set(key, undefined);
  }
  return keys;
}

/** If a header is sent several times, its key has several values. */
function single(values: readonly string[] | undefined): string | readonly string[] | undefined {
  return values?.length === 1 ? values[0] : values;
}
