/**
 * What a record may hold of an answer from upstream: names of a closed list and ids of one form. Whoever answers in Amazon
 * Connect's place chooses the rest, and could put there what it was sent.
 */
import { findStaticError } from "../../catalog/commands.ts";

/**
 * Errors that any service of AWS may answer with ("Common errors" in the API references of Amazon Connect and AWS STS), those
 * that `AssumeRole` has, and our own names for what went wrong on the way.
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

/** Gives a name that an upstream error has, if it is a known one, and `unmodelled` otherwise. */
export function recordedNameOf(name: string): string {
  return commonNames.has(name) || findStaticError(name) ? name : "unmodelled";
}

/** Names a cause without quoting it: an unreadable answer may hold anything, and an error made from one too. */
export function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  // Made from an answer: its members are the answer's, `name` and `code` included.
  if (Reflect.has(cause, "$fault")) return recordedNameOf(cause.name);
  const code: unknown = Reflect.get(cause, "code");
  const isCode = typeof code === "string" && /^[A-Z][A-Z0-9_]{1,63}$/.test(code);
  const name = /^[A-Za-z]{1,64}$/.test(cause.name) ? cause.name : "Error";
  return isCode ? `${name} ${code}` : name;
}

/** Gives the id of a request, if it has the form that AWS gives ids; letters at will would be a place for any text. */
export function recordedIdOf(id: string | undefined): string | undefined {
  return id !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : undefined;
}
