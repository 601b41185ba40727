/**
 * The one place where API Gateway's event shapes become the same HTTP call.
 *
 * REST APIs and function URLs pass the path on as the client sent it, HTTP APIs decode it
 * (middleapi/standard-server#93, with captures in hotsock/voker#8). HTTP APIs leave the stage in it, and any of them
 * the base path of a custom domain.
 */

import type { HttpCall } from "../types.ts";
import { readHeaders, readPairs, recordOf, textOf } from "./event-fields.ts";

export type EventShape = "rest" | "http1" | "http2" | "functionUrl";

type Event = Readonly<Record<string, unknown>>;

/** The domain of function URLs ("Creating and managing Lambda function URLs" in the Lambda Developer Guide). */
const functionUrlDomain = /\.lambda-url\.[a-z0-9-]+\.on\.aws$/;

/**
 * A signature in the query, as AWS's SDKs write it ("Authentication with query parameters" in the IAM User Guide). It
 * is ignored, like a signature in the headers: the caller's own token decides. It is removed here, so that no later
 * code sees its session token.
 */
const ofSignature = /^X-Amz-(?:Algorithm|Credential|Expires|SignedHeaders|Signature)$/;

/** Headers that signers write into the query, in any case: the SDK's signer moves each `x-amz-…` header there. */
const movedHeader = /^x-amz-(?:content-sha256|date|region-set|security-token|user-agent)$/i;

/** Only HTTP APIs and function URLs number their payloads. */
export function shapeOf(event: Event): EventShape {
  if (event["version"] === "1.0") return "http1";
  if (event["version"] !== "2.0") return "rest";
  const domain = textOf(recordOf(event["requestContext"])["domainName"]) ?? "";
  return functionUrlDomain.test(domain) ? "functionUrl" : "http2";
}

/** @param basePath of the custom domain's mapping, for example `/connect`; empty for none */
export function readCall(event: Event, shape: EventShape, basePath: string): HttpCall {
  const context = recordOf(event["requestContext"]);
  const isSecondPayload = shape === "http2" || shape === "functionUrl";
  const http = recordOf(context["http"]);
  const path = textOf(event[isSecondPayload ? "rawPath" : "path"]) ?? "";
  const identity = isSecondPayload ? http : recordOf(context["identity"]);
  const sourceIp = textOf(identity["sourceIp"]);
  const isHttpApi = shape === "http1" || shape === "http2";
  const stage = isHttpApi ? textOf(context["stage"]) : undefined;
  const query = isSecondPayload
    ? [...new URLSearchParams(textOf(event["rawQueryString"]) ?? "")]
    : readPairs(event["multiValueQueryStringParameters"], event["queryStringParameters"]);
  const ownPath = stage === undefined || stage === "$default" ? path : withoutPrefix(path, `/${stage}`);
  return {
    method: textOf(isSecondPayload ? http["method"] : event["httpMethod"]) ?? "",
    rawPath: withoutPrefix(ownPath, basePath),
    ...(isHttpApi ? { pathForm: "decoded" } : {}),
    query: query.filter(([name]) => !ofSignature.test(name) && !movedHeader.test(name)),
    headers: readHeaders(event),
    requestId: textOf(context["requestId"]) ?? "",
    ...(sourceIp ? { sourceIp } : {}),
    ...(shape === "rest" ? readEndpoint(identity) : {}),
  };
}

/**
 * Both ids are "present only when you have a private API" ("Variables for data models, authorizers, mapping templates, and
 * CloudWatch access logging" in the API Gateway Developer Guide). HTTP APIs and function URLs cannot be private.
 */
function readEndpoint(identity: Event): Pick<HttpCall, "endpoint"> {
  const [vpcId, vpceId] = [textOf(identity["vpcId"]), textOf(identity["vpceId"])];
  if (!vpcId && !vpceId) return {};
  return { endpoint: { ...(vpcId ? { vpcId } : {}), ...(vpceId ? { vpceId } : {}) } };
}

/** Removes whole leading segments from a path. A path without them stays unchanged. */
function withoutPrefix(path: string, prefix: string): string {
  if (prefix === "" || (path !== prefix && !path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || "/";
}
