/**
 * One signed request to AWS, as small as it gets: signed by the SDK's own signer, sent by Node's `fetch`.
 *
 * The SDK's whole clients for three requests of three services are half a megabyte; the signer is 14 kB.
 */
import { createHash, createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsAccess } from "./aws-access.ts";
import { AwsFailure, failureOf } from "./aws-failure.ts";
import { maxBytes } from "./store.ts";

/** Where requests go. */
export interface AwsTarget {
  readonly endpoint: URL;
  /** The service's name in signatures. */
  readonly signingName: "s3" | "ssm" | "appconfig" | "dynamodb";
  readonly access: AwsAccess;
}

export interface AwsRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Percent-encoded; appended to the endpoint's. */
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

/** A second attempt follows what may be a passing fault. */
const maxAttempts = 2;
const retryMs = { min: 50, spread: 150 };

/**
 * Sends a request; a fault that may pass is tried once more.
 *
 * @returns the answer when its status is 2xx or 304
 * @throws AwsFailure for any other; whatever `fetch` throws when there is none
 */
export async function sendAwsRequest(
  target: AwsTarget,
  request: AwsRequest,
  signal: AbortSignal,
): Promise<AwsAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sendOnce(target, request, signal);
    } catch (error) {
      const mayPass = error instanceof AwsFailure ? error.mayPass : !signal.aborted;
      if (!mayPass || attempt === maxAttempts) throw error;
      await sleep(retryMs.min + Math.random() * retryMs.spread, undefined, { signal });
    }
  }
}

async function sendOnce(target: AwsTarget, request: AwsRequest, signal: AbortSignal): Promise<AwsAnswer> {
  const { url, headers } = await signRequest(target, request);
  const response = await fetch(url, {
    method: request.method,
    headers,
    // A redirect would carry the signature, and this place is named by the deployment alone.
    redirect: "manual",
    signal,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const answer = {
    status: response.status,
    headers: response.headers,
    body: await readLimited(response.body),
  };
  if (response.ok || response.status === 304) return answer;
  throw failureOf(answer);
}

async function signRequest({ endpoint, signingName, access }: AwsTarget, request: AwsRequest) {
  const signer = new SignatureV4({
    service: signingName,
    region: access.region,
    credentials: await access.credentials(),
    sha256: Sha256,
    uriEscapePath: signingName !== "s3",
  });
  const path = `${endpoint.pathname.replace(/\/$/, "")}${request.path ?? "/"}`;
  const { headers } = await signer.sign({
    method: request.method,
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    path,
    query: { ...request.query },
    headers: { ...request.headers, host: endpoint.host },
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const { host: _host, ...sent } = headers;
  const query = Object.entries(request.query ?? {}).map(([key, value]) => `${encode(key)}=${encode(value)}`);
  return { url: `${endpoint.origin}${path}${query.length > 0 ? `?${query.join("&")}` : ""}`, headers: sent };
}

/** Percent-encodes as signatures of AWS do: everything but RFC 3986's unreserved characters. */
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

/** SHA-256 and its HMAC, in the form that the signer takes. */
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
