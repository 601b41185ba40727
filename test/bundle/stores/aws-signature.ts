/**
 * Signature Version 4, checked from what came over the wire and by code of its own: IAM user guide, "Create a signed
 * AWS API request".
 */
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** AWS's example secret. */
export const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

const sha256 = (data: string) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();

/** Whether a request carries a signature made with {@link secretAccessKey} of all that must be signed. */
export function isSignatureRight(request: IncomingMessage, body: string): boolean {
  const { headers, method = "", url = "" } = request;
  const form =
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/((\d{8})\/([a-z0-9-]+)\/([a-z0-9]+)\/aws4_request), SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
  const [, scope = "", date = "", region = "", service = "", signed = "", signature] =
    form.exec(headers.authorization ?? "") ?? [];
  const names = signed.split(";");
  const needed = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  if (!needed.every((name) => names.includes(name)) || headers["x-amz-security-token"] !== "session-token")
    return false;
  const [path = "", query = ""] = url.split("?");
  const canonical = [
    method,
    // Every service but S3 encodes the path a second time.
    service === "s3" ? path : path.split("/").map(encodeURIComponent).join("/"),
    query.split("&").sort().join("&"),
    ...names.map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    signed,
    sha256(body),
  ].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = [region, service, "aws4_request"].reduce(hmac, hmac(`AWS4${secretAccessKey}`, date));
  const hash = headers["x-amz-content-sha256"];
  return (hash === undefined || hash === sha256(body)) && hmac(key, text).toString("hex") === signature;
}
