/** The condition keys about how and when a call came (IAM User Guide, "AWS global condition context keys"). */
import { lowerAscii } from "../../ascii.ts";
import type { HttpCall } from "../types.ts";
import { constantKeys, endpointKeys, lowerNames } from "./global-keys.ts";

const ownersOfEndpoint = lowerNames(endpointKeys);

/**
 * Keys that only the proxy decides. Their value may change after the authorizer decided, or it belongs to a VPC
 * endpoint, and authorizers' events are not documented to have those.
 */
export const proxyOnlyKeys: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:vpcsourceip",
  ...ownersOfEndpoint,
]);

/** An authorizer's cached answer must not depend on these keys, because they are not in its cache key. */
export const uncachedEnvironmentKeys: ReadonlySet<string> = new Set([
  "aws:sourceip",
  "aws:useragent",
  "aws:referer",
  ...proxyOnlyKeys,
]);

/** Lower-case key → value, or `undefined` if AWS does not set it either. Other keys are not known. */
export function readEnvironmentKeys(
  { headers, sourceIp, endpoint, via }: HttpCall,
  nowMs: number,
): Map<string, string | readonly string[] | undefined> {
  const keys = new Map<string, string | readonly string[] | undefined>([
    ["aws:currenttime", new Date(nowMs).toISOString()],
    ["aws:epochtime", String(Math.floor(nowMs / 1000))],
    ["authorizer:viamcp", String(via === "mcp")],
    // Present only if the caller sends it, unlike the user agent, which AWS always sets.
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

/** A header that is sent several times has several values. */
function single(values: readonly string[] | undefined): string | readonly string[] | undefined {
  return values?.length === 1 ? values[0] : values;
}
