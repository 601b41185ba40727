/** Downloads an issuer's keys or discovery document, with limits of time and size, and without redirects. */
import { parseJsonText } from "../../json-members.ts";

/** @throws any failure, within the time given */
export type DownloadJson = (uri: string, timeoutMs: number) => Promise<unknown>;

/** A key set is a few kilobytes; API Gateway's own JWT authorizers stop at 150,000 bytes. */
const maxBytes = 150_000;

/** The time limit includes the body. */
export const downloadJson: DownloadJson = async (uri, timeoutMs) => {
  const response = await fetch(uri, {
    // A redirect would move the root of trust to another address.
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
  try {
    return parseJsonText(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (cause) {
    // Not quoted: the server could have sent anything.
    throw new Error("the answer is not valid JSON without repeated members", { cause });
  }
};

export function describeDownloadFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown failure";
  if (cause.name === "TimeoutError") return "no answer in time";
  if (cause.message !== "fetch failed") return cause.message;
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
