/**
 * Downloads one issuer's key set: bounded in time and size, and only from where its issuer says it is.
 *
 * The library's own fetcher has no bound on the body and follows no plain HTTP at all (local issuers).
 */
import { assertIsJwks, type Jwks } from "aws-jwt-verify/jwk";
import { parseJsonText } from "../json-members.ts";

/** Resolves to the key set at an address; rejects with whatever went wrong, within the time given. */
export type DownloadKeys = (uri: string, timeoutMs: number) => Promise<Jwks>;

/** A key set is a few kilobytes; API Gateway's own JWT authorizers stop at 150,000 bytes. */
const maxBytes = 150_000;

/** Downloads a key set (RFC 7517); the time bounds the whole of it, body included. */
export const downloadKeys: DownloadKeys = async (uri, timeoutMs) => {
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
  return parseKeys(Buffer.concat(chunks));
};

function parseKeys(bytes: Uint8Array): Jwks {
  let keys: Jwks;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // What was parsed from JSON is JSON.
    const json = parseJsonText(text) as Parameters<typeof assertIsJwks>[0];
    assertIsJwks(json);
    keys = json;
  } catch (cause) {
    // What the server sent is not repeated: it could be anything.
    throw new Error("the answer is not a key set", { cause });
  }
  return keys;
}

/** Says in a few words why a download failed. */
export function describeDownloadFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown failure";
  if (cause.name === "TimeoutError") return "no answer in time";
  if (cause.message !== "fetch failed") return cause.message;
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
