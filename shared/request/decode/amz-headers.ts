/**
 * Headers that could be members of an input. Connect has bound members to headers named `x-amz-…` in three operations,
 * and a newer client may know of more: one that this version would overlook is refused by its name.
 */
import { lowerAscii } from "../../ascii.ts";
import { InputError } from "../../errors.ts";
import type { HttpCall, RoutedCall } from "../types.ts";

/**
 * What signatures, SDKs and AWS's own front ends add to any request: the Signature Version 4 and 4A headers, the user
 * agent of SDKs in browsers, the version that some SDKs name, CloudFront's and API Gateway's request ids.
 */
const ofEveryRequest: ReadonlySet<string> = new Set([
  "x-amz-api-version",
  "x-amz-apigw-id",
  "x-amz-cf-id",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-id-2",
  "x-amz-region-set",
  "x-amz-request-id",
  "x-amz-security-token",
  "x-amz-user-agent",
]);

/** Refuses a header that looks like a member and is none of this call's. */
export function assertHeaders(call: HttpCall, routed: RoutedCall): void {
  for (const name of call.headers.keys()) {
    if (!name.startsWith("x-amz-") || ofEveryRequest.has(name)) continue;
    const isMember =
      routed.form === "rest" &&
      routed.row.members.some(({ place, wireName }) => place === "header" && lowerAscii(wireName) === name);
    if (!isMember) throw new InputError(name, "is not a header of this operation");
  }
}
