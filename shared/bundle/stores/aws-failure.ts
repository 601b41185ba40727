/**
 * What AWS says when it does not do what it was asked.
 */
import type { AwsAnswer } from "./aws-request.ts";

/** An answer that is an error. */
export class AwsFailure extends Error {
  override readonly name = "AwsFailure";
  readonly status: number;
  /** AWS's name for it, like `NoSuchKey`; empty when the answer has none. */
  readonly code: string;
  /** Whether the same request may succeed a little later. */
  readonly mayPass: boolean;

  constructor(status: number, code: string, hint = "") {
    super(`the service answered ${status}${code === "" ? "" : ` \`${code}\``}${hint}`);
    this.status = status;
    this.code = code;
    this.mayPass = status >= 500 || status === 429 || /Throttl|SlowDown|TooManyUpdates/.test(code);
  }
}

/** Reads an error of S3 (XML) or of a JSON service. Nothing of its message is kept but the code. */
export function failureOf({ status, headers, body }: AwsAnswer): AwsFailure {
  const [region] = /^[a-z0-9-]{1,40}$/.exec(headers.get("x-amz-bucket-region") ?? "") ?? [];
  const isElsewhere = region !== undefined && (status === 301 || status === 307);
  const hint = isElsewhere ? `; the bucket is in another region: \`${region}\`` : "";
  return new AwsFailure(status, codeOf(headers, body.toString("utf8")), hint);
}

function codeOf(headers: Headers, body: string): string {
  const [name] = (headers.get("x-amzn-errortype") ?? "").split(":");
  const told = name || /<Code>([^<]+)<\/Code>/.exec(body)?.[1] || jsonType(body);
  return /(?:^|#)([A-Za-z0-9.]{1,80})$/.exec(told)?.[1] ?? "";
}

function jsonType(body: string): string {
  return /"__type"\s*:\s*"([^"]+)"/.exec(body)?.[1] ?? "";
}
