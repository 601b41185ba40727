/**
 * Sends one signed request to AWS: signed by the SDK's own signer, sent by Node's `fetch`.
 *
 * Decision 0042 says what the SDK's clients would cost here, in bytes and in cold start.
 */
import { createHash, createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SignatureV4 } from "@smithy/signature-v4";
import { confidentialForm, isConfidential } from "../../endpoint.ts";
import { parseJsonBytes } from "../../json-members.ts";
import type { Settings } from "../../settings.ts";
import { isPlainObject } from "../../shape.ts";
import { maxBytes, unusable } from "./store.ts";

/** Services with bundles and principals, by the names in their endpoints, and their names in signatures. */
const signingNames = { s3: "s3", ssm: "ssm", appconfigdata: "appconfig", dynamodb: "dynamodb" } as const;
export type AwsService = keyof typeof signingNames;

/** Services that speak AWS JSON. */
const jsonProtocols = {
  ssm: { version: "1.1", target: "AmazonSSM" },
  dynamodb: { version: "1.0", target: "DynamoDB_20120810" },
} as const;

export interface AwsEndpoint<Service extends AwsService = AwsService> {
  readonly service: Service;
  readonly region: string;
  readonly url: URL;
  /** Whether a setting names the URL: `AWS_ENDPOINT_URL_S3` and the like, or `AWS_ENDPOINT_URL`. */
  readonly isConfigured: boolean;
  /** Read for each request, because credentials change. */
  readonly settings: Settings;
}

/**
 * Finds a service's endpoint by the variables that Lambda and the SDKs use. Partitions other than `aws` and `aws-cn` must
 * name it.
 *
 * @throws CodedError `bundleUnavailable` when the settings name no region, or an endpoint that is not a safe URL
 */
export function findEndpoint<Service extends AwsService>(
  service: Service,
  settings: Settings,
): AwsEndpoint<Service> {
  const region = settings.AWS_REGION ?? settings.AWS_DEFAULT_REGION;
  if (!region || !/^[a-z0-9-]+$/.test(region))
    throw unusable("`AWS_REGION` must name a region, like `us-east-1`");
  const name = `AWS_ENDPOINT_URL_${service.toUpperCase() as Uppercase<AwsService>}` as const;
  const text = settings[name] ?? settings.AWS_ENDPOINT_URL;
  if (!text) {
    const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    const url = new URL(`https://${service}.${region}.${suffix}`);
    return { service, region, url, isConfigured: false, settings };
  }
  if (!/^https?:/.test(text) || !URL.canParse(text)) throw unusable(`\`${name}\` must be a URL`);
  const url = new URL(text);
  if (!isConfidential(url)) throw unusable(`\`${name}\` must be ${confidentialForm}`);
  return { service, region, url, isConfigured: true, settings };
}

export interface AwsRequest {
  readonly method: "GET" | "POST";
  /** Percent-encoded; appended to the endpoint's. Default: `/`. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AwsAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** An error answer. Of its text only the code is kept. */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
  readonly status: number;
  /** Whether the same request may succeed a little later. */
  readonly mayPass: boolean;

  constructor({ status, headers, body }: AwsAnswer) {
    const code = codeOf(headers, body.toString("utf8"));
    const [region] = /^[a-z0-9-]{1,40}$/.exec(headers.get("x-amz-bucket-region") ?? "") ?? [];
    const isElsewhere = region !== undefined && (status === 301 || status === 307);
    const hint = isElsewhere ? `; the bucket is in another region: \`${region}\`` : "";
    super(`the service answered ${status}${code === "" ? "" : ` \`${code}\``}${hint}`);
    this.status = status;
    this.mayPass = status >= 500 || status === 429 || /Throttl|SlowDown|TooManyUpdates/.test(code);
  }
}

/** AWS's name for an error, for instance `NoSuchKey`: in a header, in S3's XML, or in a JSON service's `__type`. */
function codeOf(headers: Headers, body: string): string {
  const [name] = (headers.get("x-amzn-errortype") ?? "").split(":");
  const inBody = /<Code>([^<]+)<\/Code>/.exec(body) ?? /"__type"\s*:\s*"([^"]+)"/.exec(body);
  return /(?:^|#)([A-Za-z0-9.]{1,80})$/.exec(name || (inBody?.[1] ?? ""))?.[1] ?? "";
}

/** A fault that may pass is retried once. */
const maxAttempts = 2;
const retryMs = { min: 50, spread: 150 };

/**
 * Retries once after a fault that may pass.
 *
 * @returns the answer when its status is 2xx or 304
 * @throws AwsFailure for any other status; what `fetch` throws when there is no answer
 */
export async function sendAwsRequest(
  endpoint: AwsEndpoint,
  request: AwsRequest,
  signal: AbortSignal,
): Promise<AwsAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sendOnce(endpoint, request, signal);
    } catch (error) {
      const mayPass = error instanceof AwsFailure ? error.mayPass : !signal.aborted;
      if (!mayPass || attempt === maxAttempts) throw error;
      await sleep(retryMs.min + Math.random() * retryMs.spread, undefined, { signal });
    }
  }
}

/**
 * Calls one operation of a service that speaks AWS JSON.
 *
 * @throws TypeError for an answer that is not an object: it must not count as one without an item
 */
export async function callAws(
  endpoint: AwsEndpoint<keyof typeof jsonProtocols>,
  call: { readonly operation: string; readonly input: object },
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { version, target } = jsonProtocols[endpoint.service];
  const headers = {
    "content-type": `application/x-amz-json-${version}`,
    "x-amz-target": `${target}.${call.operation}`,
  };
  const request = { method: "POST", headers, body: JSON.stringify(call.input) } as const;
  const json = parseJsonBytes((await sendAwsRequest(endpoint, request, signal)).body);
  if (!isPlainObject(json)) throw new TypeError("the service answered without an object");
  return json;
}

async function sendOnce(endpoint: AwsEndpoint, request: AwsRequest, signal: AbortSignal): Promise<AwsAnswer> {
  const { url, headers } = await signRequest(endpoint, request);
  const response = await fetch(url, {
    method: request.method,
    headers,
    // A redirect would send the signature to a place that the deployment did not name.
    redirect: "manual",
    signal,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const body = await readLimited(response.body);
  const answer = { status: response.status, headers: response.headers, body };
  if (response.ok || response.status === 304) return answer;
  throw new AwsFailure(answer);
}

async function signRequest({ service, region, url, settings }: AwsEndpoint, request: AwsRequest) {
  const signer = new SignatureV4({
    service: signingNames[service],
    region,
    credentials: credentialsOf(settings),
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
  const path = `${url.pathname.replace(/\/$/, "")}${request.path ?? "/"}`;
  const { headers } = await signer.sign({
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path,
    query: { ...request.query },
    headers: { ...request.headers, host: url.host },
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const { host: _host, ...sent } = headers;
  const query = Object.entries(request.query ?? {}).map(([key, value]) => `${encode(key)}=${encode(value)}`);
  return { url: `${url.origin}${path}${query.length > 0 ? `?${query.join("&")}` : ""}`, headers: sent };
}

function credentialsOf(settings: Settings) {
  const accessKeyId = settings.AWS_ACCESS_KEY_ID;
  const secretAccessKey = settings.AWS_SECRET_ACCESS_KEY;
  const sessionToken = settings.AWS_SESSION_TOKEN;
  if (!accessKeyId || !secretAccessKey) throw unusable("the environment has no AWS credentials");
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** Percent-encodes for AWS's signatures: everything except RFC 3986's unreserved characters. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function readLimited(body: ReadableStream<Uint8Array> | null): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.byteLength;
    if (bytes > maxBytes) throw new RangeError(`the answer is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** SHA-256 and its HMAC, as the signer requires them. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
