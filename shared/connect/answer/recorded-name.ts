/**
 * The parts of an upstream answer that a record may hold: names of a closed list, and ids of one form. A server in
 * Amazon Connect's place chooses everything else, and could repeat what it was sent.
 */
import { findStaticError } from "../../catalog/commands.ts";

/**
 * Errors of every AWS service ("Common errors" in the API references of Amazon Connect and AWS STS), errors of
 * `AssumeRole`, and our own names for connection failures.
 */
const commonNames: ReadonlySet<string> = new Set(
  `AccessDenied AccessDeniedException BadRequestException ExpiredToken ExpiredTokenException
  IDPCommunicationError IDPRejectedClaim IncompleteSignature IncompleteSignatureException InternalError InternalFailure
  InternalServerError InternalServerException InvalidAction InvalidClientTokenId InvalidSignatureException
  MalformedHttpRequestException MalformedPolicyDocument MalformedPolicyDocumentException MissingAuthenticationToken
  MissingAuthenticationTokenException NotAuthorized OptInRequired PackedPolicyTooLarge PackedPolicyTooLargeException
  ProvisionedThroughputExceededException RegionDisabledException RequestAbortedException RequestEntityTooLargeException
  RequestExpired RequestLimitExceeded RequestThrottled RequestThrottledException RequestTimeout RequestTimeoutException
  ServiceException ServiceUnavailable ServiceUnavailableException SignatureDoesNotMatch SlowDown Throttling
  ThrottlingException TooManyRequestsException UnknownOperationException UnrecognizedClientException ValidationError
  ValidationException GatewayTimeoutException ClientClosedRequest`.split(/\s+/),
);

/** Returns the name of an upstream error if it is known, and `unmodelled` otherwise. */
export function recordedNameOf(name: string): string {
  return commonNames.has(name) || findStaticError(name) ? name : "unmodelled";
}

/** Names a cause without quoting it: an answer may hold anything, and so may an error made from it. */
export function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  // An error made from an answer: all its members, even `name` and `code`, are the answer's.
  if (Reflect.has(cause, "$fault")) return recordedNameOf(cause.name);
  const code: unknown = Reflect.get(cause, "code");
  const isCode = typeof code === "string" && /^[A-Z][A-Z0-9_]{1,63}$/.test(code);
  const name = /^[A-Za-z]{1,64}$/.test(cause.name) ? cause.name : "Error";
  return isCode ? `${name} ${code}` : name;
}

/** Returns a request id if it has the form of AWS's ids: any other text could hold anything. */
export function recordedIdOf(id: string | undefined): string | undefined {
  return id !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : undefined;
}
