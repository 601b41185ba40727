/**
 * The result of a Lambda proxy integration → the HTTP answer.
 *
 * Source: "Output format of a Lambda function for proxy integration" and "Important notes" (header remapping)
 * in the API Gateway Developer Guide.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import { isPlainObject } from "../../../../shared/shape.ts";
import type { ApiShape } from "../events/api-shape.ts";
import type { Answer } from "./gateway-response.ts";

/** Headers that belong to the connection: a function cannot set them. */
const dropped = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "trailer",
]);

/** Headers that API Gateway sets itself; a function's are passed on under another name. */
const remapped = new Set(["www-authenticate", "x-amzn-requestid", "date", "server"]);

const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Which API the result is for, and its request. */
interface ResultPlace {
  readonly shape: ApiShape["proxy"];
  /** The gateway's own, which a REST API always sends; the function's is kept only if it differs. */
  readonly requestId: string;
}

/** Returns the answer, or `undefined` when the result is malformed. */
export function parseProxyResult(output: unknown, { shape, requestId }: ResultPlace): Answer | undefined {
  const result = shape === "http2" ? inferred(output) : output;
  if (!isPlainObject(result)) return undefined;
  const { statusCode, body, isBase64Encoded } = result;
  const status = typeof statusCode === "string" ? Number(statusCode) : statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599)
    return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  const headers = [...readHeaders(result["headers"]), ...readHeaders(result["multiValueHeaders"])];
  if (headers.some((header) => header === undefined)) return undefined;
  const text = body ?? "";
  return {
    status,
    headers: mergeHeaders(
      headers.filter((header) => header !== undefined),
      shape === "rest" ? requestId : undefined,
    ),
    body: isBase64Encoded === true ? Buffer.from(text, "base64") : text,
  };
}

function* readHeaders(map: unknown): Generator<readonly [string, string] | undefined> {
  if (map === undefined || map === null) return;
  if (!isPlainObject(map)) return yield undefined;
  for (const [name, value] of Object.entries(map)) {
    for (const single of Array.isArray(value) ? value : [value]) {
      const isScalar =
        typeof single === "string" || typeof single === "number" || typeof single === "boolean";
      const text = String(single);
      yield isScalar && headerName.test(name) && headerValue.test(text)
        ? ([lowerAscii(name), text] as const)
        : undefined;
    }
  }
}

/** With payload 2.0, JSON without a status is the body of a 200. */
function inferred(output: unknown): unknown {
  if (output === undefined || (isPlainObject(output) && "statusCode" in output)) return output;
  return { statusCode: 200, body: typeof output === "string" ? output : JSON.stringify(output) };
}

/** Keeps repeated values once. @param requestId of a REST API's request; only REST APIs are documented to remap headers */
function mergeHeaders(
  headers: readonly (readonly [string, string])[],
  requestId: string | undefined,
): Answer["headers"] {
  const seen = new Map<string, readonly [string, string]>();
  for (const [name, value] of headers) {
    if (dropped.has(name) || (name === "x-amzn-requestid" && value === requestId)) continue;
    const finalName = requestId !== undefined && remapped.has(name) ? `x-amzn-remapped-${name}` : name;
    seen.set(JSON.stringify([finalName, value]), [finalName, value]);
  }
  if (![...seen.values()].some(([name]) => name === "content-type"))
    seen.set("content-type", ["content-type", "application/json"]);
  return [...seen.values()];
}
