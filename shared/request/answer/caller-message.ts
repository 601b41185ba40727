/**
 * What a caller is told of an error: its own message, unless that could say too much.
 */
import { CodedError, type ErrorCode } from "../../errors.ts";

const noBundle = "no usable policy bundle: every call is denied";

/** Told instead of the error's own message. */
const messages: { readonly [Code in ErrorCode]?: string } = {
  jwksUnavailable: "the token issuer's keys cannot be fetched; try again",
  bundleUnavailable: noBundle,
  bundleStale: "the policies could not be confirmed for too long: every call is denied",
  invalidDocument: noBundle,
  policiesOutdated: "the policies are being replaced; try again",
  auditUnavailable: "the call could not be recorded and is refused; try again",
  internal: "the call could not be decided and is denied",
};

/** Words an error for the caller; one that is not ours says nothing of itself. */
export function callerMessageOf(error: unknown): string {
  const { code, message } = error instanceof CodedError ? error : new CodedError("internal", "");
  return messages[code] ?? message;
}
